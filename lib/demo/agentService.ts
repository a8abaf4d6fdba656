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
import { type Judge, startJudge } from './judge.ts'

/** One version of an agent as an HTTP service, instrumented as the Vercel AI SDK 7 does it. */

export interface AgentServiceOptions {
  readonly agent: string
  readonly version: string
  readonly edgeUrl: string
  readonly token: string
  /** How the next run goes, which is a turn of this conversation. */
  readonly course: (conversationId: string) => Course
  /** Asked at the moment of each side effect. */
  readonly mayWrite: (tool: string) => boolean
  /** Called in the runs whose course says so, within this process and as part of its trace. Null: never. */
  readonly subAgent?: SubAgent | null
  /** How long the exporter waits with a batch; milliseconds. SDKs wait for 5,000 unless they are told. Default 200. */
  readonly batchMs?: number
}

export interface SubAgent {
  readonly name: string
  /** The version of it that runs for this conversation. */
  readonly version: (conversationId: string) => string
}

interface ChatRequest {
  readonly conversationId: string
  readonly message: string
}

export interface AgentService {
  readonly url: string
  /** Lets the runs that go on finish, for a while, sends what telemetry is left, and stops. */
  stop(): Promise<void>
}

const model = 'demo-large-1'
const usdPerToken = 0.000004
const tokens = { input: 420, output: 60 }
const finishWithinMs = 3_000
const exportWithinMs = 3_000

/** Starts the service on a free loopback port. `POST /chat {conversationId, message}` is one turn. */
export async function startAgentService(options: AgentServiceOptions): Promise<AgentService> {
  const exporter = new OTLPTraceExporter({
    url: `${options.edgeUrl}/v1/traces`,
    headers: { authorization: `Bearer ${options.token}` },
    timeoutMillis: exportWithinMs,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.agent, 'service.version': options.version }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: options.batchMs ?? 200 })],
  })
  const tracer = provider.getTracer('ai')
  const judge = startJudge(options)
  const turnOf = aTurn({ ...options, tracer, judge })
  const ending = new AbortController()
  const turns = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const turn = turnOf(request, ending.signal)
      .then((status) => void response.writeHead(status, { 'content-type': 'application/json' }).end('{}'))
      .catch(() => void response.destroy())
      .finally(() => turns.delete(turn))
    turns.add(turn)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      ending.abort()
      await Promise.race([Promise.all(turns), pause(finishWithinMs, undefined, { ref: false })])
      server.closeAllConnections()
      await provider.shutdown().catch(() => undefined)
      await judge.stop()
    },
  }
}

interface TurnParts extends AgentServiceOptions {
  readonly tracer: Tracer
  readonly judge: Judge
}

function aTurn({ tracer, judge, ...options }: TurnParts) {
  const { agent, version, subAgent = null, mayWrite } = options
  return async (request: IncomingMessage, ending: AbortSignal): Promise<number> => {
    const { conversationId, message } = (await json(request)) as ChatRequest
    const course = options.course(conversationId)
    if (course.hangs) await hang(request, ending)
    const reported = course.isMislabelled ? `v${version}` : version
    const run = startRun(tracer, context.active(), { agent, version: reported, conversationId })
    const inRun = trace.setSpan(context.active(), run)
    await think(tracer, inRun, course.latencyMs * 0.45)
    await callTool(tracer, inRun, 'lookup_order', course, course.latencyMs * 0.2)
    if (subAgent && course.subAgentMs !== null) {
      const called = { agent: subAgent.name, version: subAgent.version(conversationId), conversationId }
      await callSubAgent(tracer, inRun, called, course.subAgentMs)
    }
    // A run that a failed tool brings down ends there: it writes nothing.
    const goesOn = !(course.fails && course.toolFails)
    const writer = writerFor(message)
    if (goesOn && mayWrite(writer))
      await callTool(tracer, inRun, writer, { toolFails: false }, course.latencyMs * 0.05)
    await think(tracer, inRun, course.latencyMs * 0.3)
    end(run, course.fails ? 'ModelError' : null)
    // There is no answer to judge of a run that failed.
    if (!course.fails) judge.score({ agent, ...run.spanContext() }, course.helpful)
    return course.fails ? 500 : 200
  }
}

interface RunOf {
  readonly agent: string
  readonly version: string
  readonly conversationId: string
}

function startRun(tracer: Tracer, around: Context, { agent, version, conversationId }: RunOf): Span {
  const attributes = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': agent,
    'gen_ai.agent.version': version,
    'gen_ai.conversation.id': conversationId,
    'gen_ai.provider.name': 'demo',
    'gen_ai.request.model': model,
    // The SDK tells the sum on the run as well as each call's own.
    'gen_ai.usage.input_tokens': 2 * tokens.input,
    'gen_ai.usage.output_tokens': 2 * tokens.output,
  }
  return tracer.startSpan(model, { kind: SpanKind.INTERNAL, attributes }, around)
}

/** A run within the run: its spans end, and are sent, long before the span that is around them. */
async function callSubAgent(tracer: Tracer, inRun: Context, called: RunOf, ms: number): Promise<void> {
  const run = startRun(tracer, inRun, called)
  const inSubRun = trace.setSpan(inRun, run)
  await think(tracer, inSubRun, ms * 0.4)
  await callTool(tracer, inSubRun, 'search_orders', { toolFails: false }, ms * 0.3)
  await think(tracer, inSubRun, ms * 0.3)
  end(run, null)
}

/** Rejects once nobody waits for the answer any more. */
async function hang(request: IncomingMessage, ending: AbortSignal): Promise<never> {
  await once(request.socket, 'close', { signal: ending })
  throw new Error('This turn never finishes')
}

/** Each writes: what the agent does about the message cannot be taken back. */
function writerFor(message: string): string {
  return /money back/i.test(message) ? 'refund' : 'note_on_order'
}

async function think(tracer: Tracer, inRun: Context, ms: number): Promise<void> {
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
  { toolFails }: Pick<Course, 'toolFails'>,
  ms: number,
): Promise<void> {
  const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name }
  const span = tracer.startSpan(`execute_tool ${name}`, { kind: SpanKind.INTERNAL, attributes }, inRun)
  await pause(ms)
  end(span, toolFails ? 'ToolError' : null)
}

function end(span: Span, errorType: string | null): void {
  if (errorType !== null) {
    span.setAttribute('error.type', errorType)
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}
