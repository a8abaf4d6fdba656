import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OtlpRecorder, startOtlpRecorder } from './otlpRecorder.ts'
import { recordedRequests, recordingText } from './recordedRequests.ts'
import { type Recording, spansIn } from './recording.ts'

let recorder: OtlpRecorder

beforeEach(async () => {
  recorder = await startOtlpRecorder()
})
afterEach(() => recorder.close())

const exporters: [string, (url: string) => SpanExporter][] = [
  ['protobuf', (url) => new ProtobufExporter({ url })],
  ['protobuf gzip', (url) => new ProtobufExporter({ url, compression: 'gzip' as never })],
  ['json', (url) => new JsonExporter({ url })],
]

async function runAgent(exporter: SpanExporter): Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'somebodys-laptop' }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  const span = provider.getTracer('framework', '1.2.3').startSpan('invoke_agent', { kind: SpanKind.CLIENT })
  span.setAttributes({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.usage.input_tokens': 11,
    'operation.cost': 0.25,
    'agent.tags': ['a', 'b'],
    'gen_ai.input.messages': 'a question of a user',
    'my.notes': 'x'.repeat(1000),
    'my.address': 'somebodys-laptop:8080',
    'server.address': '10.0.0.1',
  })
  span.recordException(new TypeError('the secret of a user'))
  span.addEvent('gen_ai.choice', { answer: 'another secret' })
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'the secret of a user' })
  span.end()
  await provider.forceFlush()
  await provider.shutdown()
}

describe.each(exporters)('what an exporter sends as %s', (encoding, exporterTo) => {
  test('is remembered as OTLP writes it in JSON, whatever the encoding was', async () => {
    await runAgent(exporterTo(`${recorder.url}/v1/traces`))
    expect(recorder.received).toMatchObject([{ encoding }])
    const [request] = recordedRequests(recorder.received, ['somebodys-laptop'])
    expect(request?.traces.resourceSpans?.[0]?.scopeSpans?.[0]?.scope).toEqual({
      name: 'framework',
      version: '1.2.3',
    })
    const [span] = spansIn(request?.traces ?? {})
    expect(span).toMatchObject({
      name: 'invoke_agent',
      kind: 3,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      status: { code: 2 },
      events: [{ name: 'exception', attributes: [{ key: 'exception.type' }] }],
    })
    expect(span?.attributes?.map(({ key }) => key)).toEqual([
      'gen_ai.operation.name',
      'gen_ai.usage.input_tokens',
      'operation.cost',
      'agent.tags',
    ])
  })

  test('is kept without content, hosts and the time of day', async () => {
    await runAgent(exporterTo(`${recorder.url}/v1/traces`))
    const requests = recordedRequests(recorder.received, ['somebodys-laptop'])
    expect(JSON.stringify(requests)).not.toMatch(/secret|question|laptop|10\.0\.0\.1|xxxx/)
    const [span] = requests.flatMap(({ traces }) => spansIn(traces))
    expect(span?.startTimeUnixNano).toBe(String(BigInt(Date.UTC(2026, 0, 5, 9)) * 1_000_000n))
    expect(requests[0]?.afterMs).toBeGreaterThanOrEqual(0)
  })
})

test('a recording is written one request a line, and read as it was', async () => {
  await runAgent(new ProtobufExporter({ url: `${recorder.url}/v1/traces` }))
  await runAgent(new JsonExporter({ url: `${recorder.url}/v1/traces` }))
  const requests = recordedRequests(recorder.received, [])
  const recording: Recording = {
    framework: 'f',
    situation: 'ok',
    packages: { p: '1.0.0' },
    truth: [],
    requests,
  }
  const text = recordingText(recording)
  expect(JSON.parse(text)).toEqual(recording)
  expect(text.split('\n').filter((line) => line.startsWith('{"afterMs"')).length).toBe(2)
})
