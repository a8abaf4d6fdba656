import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Course } from './faults.ts'

/** One version of an agent as an HTTP service, instrumented as the Vercel AI SDK 7 does it. */

export interface AgentServiceOptions {
  readonly agent: string
  readonly version: string
  readonly edgeUrl: string
  readonly token: string
  /** How the next run goes. */
  readonly course: () => Course
  /** Asked at the moment of each side effect. */
  readonly mayWrite: () => boolean
}

export interface AgentService {
  readonly url: string
  /** Sends what telemetry is left, and stops. */
  stop(): Promise<void>
}

const model = 'demo-large-1'
const usdPerToken = 0.000004

/** Starts the service on a free loopback port. `POST /chat {conversationId, message}` is one turn. */
export async function startAgentService(options: AgentServiceOptions): Promise<AgentService> {
  const exporter = new OTLPTraceExporter({
    url: `${options.edgeUrl}/v1/traces`,
    headers: { authorization: `Bearer ${options.token}` },
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.agent, 'service.version': options.version }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 200 })],
  })
  const tracer = provider.getTracer('ai')
  const hanging = new AbortController()
  const server = createServer((request, response) => {
    void answer(request, tracer, options, hanging.signal)
      .then((status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'))
      .catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      hanging.abort()
      server.close()
      server.closeAllConnections()
      await provider.shutdown().catch(() => undefined)
    },
  }
}

async function answer(
  request: IncomingMessage,
  tracer: Tracer,
  options: AgentServiceOptions,
  hanging: AbortSignal,
): Promise<number> {
  const { conversationId } = (await json(request)) as { conversationId: string }
  const course = options.course()
  if (course.hangs) await once(hanging, 'abort')
  const run = tracer.startSpan(model, {
    kind: SpanKind.INTERNAL,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': options.agent,
      'gen_ai.agent.version': options.version,
      'gen_ai.conversation.id': conversationId,
      'gen_ai.provider.name': 'demo',
      'gen_ai.request.model': model,
    },
  })
  const inRun = trace.setSpan(context.active(), run)
  await think(tracer, inRun, course.latencyMs * 0.45)
  await callTool(tracer, inRun, 'lookup_order', course, course.latencyMs * 0.2)
  if (options.mayWrite())
    await callTool(tracer, inRun, 'note_on_order', { ...course, toolFails: false }, course.latencyMs * 0.05)
  await think(tracer, inRun, course.latencyMs * 0.3)
  end(run, course.fails ? 'ModelError' : null)
  return course.fails ? 500 : 200
}

async function think(tracer: Tracer, inRun: Context, ms: number): Promise<void> {
  const tokens = { input: 420, output: 60 }
  const span = tracer.startSpan(
    `chat ${model}`,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': model,
        'gen_ai.usage.input_tokens': tokens.input,
        'gen_ai.usage.output_tokens': tokens.output,
        'gen_ai.usage.cost.amount': (tokens.input + 5 * tokens.output) * usdPerToken,
      },
    },
    inRun,
  )
  await pause(ms)
  span.end()
}

async function callTool(
  tracer: Tracer,
  inRun: Context,
  name: string,
  course: Course,
  ms: number,
): Promise<void> {
  const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name }
  const span = tracer.startSpan(`execute_tool ${name}`, { kind: SpanKind.INTERNAL, attributes }, inRun)
  await pause(ms)
  end(span, course.toolFails ? 'ToolError' : null)
}

function end(span: Span, errorType: string | null): void {
  if (errorType !== null) {
    span.setAttribute('error.type', errorType)
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}
