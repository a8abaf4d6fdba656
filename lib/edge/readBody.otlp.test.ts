import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  decodeTraces,
  encodeExportResponse,
  type OtlpEncoding,
  otlpEncodingOf,
  otlpEncodings,
} from '#lib/telemetry/otlp.ts'
import type { OtlpSpan } from '#lib/telemetry/otlpSpan.ts'
import { readBody } from './readBody.ts'
import { assembleTrace } from '#lib/telemetry/assembleTrace.ts'
import { partsOf, type SpanPart } from '#lib/telemetry/spans.ts'

/**
 * Real OTLP: the OpenTelemetry SDK sends spans of the shape of Vercel's AI SDK 7 over HTTP to a server of
 * ours.
 */

interface Received {
  readonly encoding: OtlpEncoding
  readonly gzipped: boolean
  readonly bytes: Uint8Array
  readonly spans: readonly OtlpSpan[]
}

let server: Server
let received: Received[]

beforeEach(async () => {
  received = []
  server = createServer(async (request, response) => {
    const encoding = otlpEncodingOf(request.headers['content-type'])
    const body = await readBody(request)
    if (!encoding || !body.ok) return response.writeHead(400).end()
    const decoded = decodeTraces(body.bytes, encoding)
    if (!decoded.ok) return response.writeHead(decoded.status).end()
    const gzipped = request.headers['content-encoding'] === 'gzip'
    received.push({ encoding, gzipped, bytes: body.bytes, spans: decoded.spans })
    const answer = encodeExportResponse('traces', decoded.rejected, encoding)
    return response.writeHead(200, { 'content-type': otlpEncodings[encoding] }).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`

interface Sender {
  readonly as: string
  readonly encoding: OtlpEncoding
  readonly gzipped: boolean
  readonly exporter: () => SpanExporter
}

const senders: readonly Sender[] = [
  {
    as: 'protobuf with gzip',
    encoding: 'protobuf',
    gzipped: true,
    exporter: () => {
      vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip')
      return new ProtobufExporter({ url: url() })
    },
  },
  { as: 'JSON', encoding: 'json', gzipped: false, exporter: () => new JsonExporter({ url: url() }) },
]

type Fault = 'none' | 'tool' | 'model'

/** One run: a step with a model call and a tool call, then a step with the last model call. */
function runAgent(provider: TracerProvider, fault: Fault): void {
  const tracer = provider.getTracer('gen_ai')
  const under = (span: Span) => trace.setSpan(ROOT_CONTEXT, span)
  const start = (name: string, attributes: Record<string, string | number | string[]>, parent?: Span) =>
    tracer.startSpan(
      name,
      {
        attributes,
        kind: attributes['gen_ai.operation.name'] === 'chat' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      },
      parent ? under(parent) : context.active(),
    )
  const fail = (span: Span, message: string) => {
    span.recordException({ name: 'Error', message })
    span.setStatus({ code: SpanStatusCode.ERROR, message })
  }

  const root = start('invoke_agent mock-model', {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'mock',
    'gen_ai.request.model': 'mock-model',
    'gen_ai.agent.name': 'support-agent',
    'gen_ai.agent.version': '2.4.0',
    'gen_ai.conversation.id': 'conversation-1',
    'gen_ai.system_instructions': 'secret instructions',
    'gen_ai.input.messages': 'secret question',
  })
  const step = start('step 1', { 'gen_ai.operation.name': 'agent_step' }, root)
  const chat = start(
    'chat mock-model',
    { 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': 'secret' },
    step,
  )
  if (fault === 'model') {
    fail(chat, 'secret model error')
    chat.end()
    step.end()
    fail(root, 'secret model error')
    root.end()
    return
  }
  chat.setAttributes({
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.output.messages': 'secret answer',
    'gen_ai.response.finish_reasons': ['tool-calls'],
  })
  chat.end()
  const tool = start(
    'execute_tool refund',
    {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'refund',
      'gen_ai.tool.call.id': 'call-1',
      'gen_ai.tool.call.arguments': 'secret arguments',
    },
    step,
  )
  if (fault === 'tool') fail(tool, 'secret tool error')
  else tool.setAttribute('gen_ai.tool.call.result', 'secret result')
  tool.end()
  step.end()
  root.setAttributes({ 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 20 })
  root.end()
}

function runsOf(parts: readonly SpanPart[]) {
  const received = parts.map((part) => ({ part, receivedAt: new Date(0) }))
  return assembleTrace(received, { now: new Date(), isRegistered: () => true }).runs.map(({ run }) => run)
}

async function probe(sender: Sender, fault: Fault): Promise<readonly SpanPart[]> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'support', 'service.version': '9.9.9' }),
    spanProcessors: [new SimpleSpanProcessor({ exporter: sender.exporter() })],
  })
  runAgent(provider, fault)
  await provider.forceFlush()
  await provider.shutdown()
  const spans = received.flatMap((request) => request.spans)
  const { parts, rejected } = partsOf(spans, new Date())
  expect(rejected).toEqual([])
  return parts
}

describe.each(senders)('what the OpenTelemetry SDK sends as $as', (sender) => {
  test('is read whatever the encoding, one request for each span', async () => {
    await probe(sender, 'none')
    expect(received.length).toBe(4)
    for (const request of received) {
      expect(request.encoding).toBe(sender.encoding)
      expect(request.gzipped).toBe(sender.gzipped)
    }
    const root = received.flatMap(({ spans }) => spans).find((span) => span.parentSpanId === null)
    expect(root).toMatchObject({ kind: 'internal', scopeName: 'gen_ai', statusCode: 'unset' })
    expect(root?.resource).toMatchObject({ 'service.name': 'support' })
    expect(root?.attributes['gen_ai.usage.input_tokens']).toBe(100)
    const inside = received.flatMap(({ spans }) => spans).filter((span) => span.parentSpanId !== null)
    expect(inside.map((span) => span.parentRemote)).toEqual([false, false, false])
  })

  test('becomes a run without failure when all goes well', async () => {
    const runs = runsOf(await probe(sender, 'none'))
    expect(runs).toMatchObject([
      {
        agent: 'support-agent',
        version: '2.4.0',
        rung: 'span',
        conversationId: 'conversation-1',
        failed: false,
        toolCalls: 1,
        toolFailures: 0,
        tools: [{ name: 'refund', calls: 1, failures: 0 }],
        inputTokens: 100,
        outputTokens: 20,
        costUsd: null,
      },
    ])
    expect(runs[0]?.latencyMs).toBeGreaterThan(0)
  })

  test('a tool that fails is a tool failure, and no failure of the run', async () => {
    const runs = runsOf(await probe(sender, 'tool'))
    expect(runs).toMatchObject([{ failed: false, toolCalls: 1, toolFailures: 1 }])
  })

  test('a model that fails is a failure of the run', async () => {
    const runs = runsOf(await probe(sender, 'model'))
    expect(runs).toMatchObject([{ failed: true, toolCalls: 0, toolFailures: 0, inputTokens: 0 }])
  })

  test('loses what people and models said before anything is kept', async () => {
    const parts = await probe(sender, 'tool')
    const attributes = received.flatMap(({ spans }) => spans.map((span) => span.attributes))
    expect(JSON.stringify(attributes)).not.toContain('secret')
    expect(JSON.stringify(parts)).not.toContain('secret')
  })

  test('sent again gives the same parts under the same ids, and the same runs', async () => {
    const parts = await probe(sender, 'tool')
    const again = received.flatMap(({ bytes, encoding }) => {
      const decoded = decodeTraces(bytes, encoding)
      return decoded.ok ? partsOf(decoded.spans, new Date()).parts : []
    })
    expect(again).toEqual(parts)
    expect(new Set(parts.map((part) => `${part.traceId} ${part.spanId}`)).size).toBe(parts.length)
    expect(runsOf([...parts, ...again])).toEqual(runsOf(parts))
  })
})

test('a partial success is understood by the reader of the OpenTelemetry SDK', () => {
  const rejected = [{ path: 'spans[0].spanId', given: 'nothing', expected: '16 hex digits' }]
  const answer = ProtobufTraceSerializer.deserializeResponse(
    encodeExportResponse('traces', rejected, 'protobuf'),
  )
  expect(Number(answer.partialSuccess?.rejectedSpans)).toBe(1)
  expect(answer.partialSuccess?.errorMessage).toContain('spans[0].spanId')
  expect(gzipSync(encodeExportResponse('traces', [], 'protobuf')).length).toBeGreaterThan(0)
})
