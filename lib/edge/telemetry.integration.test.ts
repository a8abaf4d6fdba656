import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { Metadata } from '@grpc/grpc-js'
import { diag, DiagLogLevel, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as MetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { revokeToken } from '#lib/services/token/revoke.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { otlpBody, type SentRun } from '#lib/testing/otlpRuns.ts'
import { startTcpProxy, type TcpProxy } from '#lib/testing/tcpProxy.ts'
import { aToken } from '#lib/testing/token.ts'

/** The door of telemetry: a real edge, a real PostgreSQL, and the exporters that teams have. */

let house: TestDatabase
let network: TcpProxy
let edge: TestEdge
let token: string

beforeAll(async () => {
  house = await openInstallation()
  network = await startTcpProxy(house.url)
  for (const agent of ['support-agent', 'sales-agent']) await anAgentIn(house.db, { agent })
  token = (await aToken(house.db, ['telemetry'])).token
  edge = await startTestEdge(network.url)
  await edge.hasTable()
})
afterAll(async () => {
  await edge.stop()
  await network.close()
  await house.drop()
})

interface Posted {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    type?: string
    detail?: string
    errors?: { path: string; given: unknown; expected: string }[]
    partialSuccess?: { rejectedSpans: string; errorMessage: string }
  }
}

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  secret: string | null = token,
  signal = 'traces',
): Promise<Posted> {
  const answer = await fetch(`${edge.url}/v1/${signal}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
      ...headers,
    },
    body,
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Posted['body'] }
}

const runsOf = (...runs: readonly SentRun[]) => JSON.stringify(otlpBody(runs, Date.now()))
const stableRun: SentRun = { agent: 'support-agent', version: '2.3.3' }

async function countedOf(agent: string, version: string): Promise<{ runs: number; errors: number }> {
  const rows = await house.db.bucket.findMany({ where: { agent, version } })
  const tallies = rows.map((row) => row.tally as { runs: number; errors: number })
  return {
    runs: tallies.reduce((sum, tally) => sum + tally.runs, 0),
    errors: tallies.reduce((sum, tally) => sum + tally.errors, 0),
  }
}

const soon = { timeout: 60_000, interval: 20 }

describe('a run that an exporter sends', () => {
  test('is counted once though the request is sent twice, and again after it was counted', async () => {
    const { agent } = stableRun
    const version = 'twice'
    const body = runsOf({ agent, version }, { agent, version, failed: true, toolFails: true })
    expect((await Promise.all([post(body), post(body)])).map((each) => each.status)).toEqual([200, 200])
    await vi.waitFor(
      async () => expect(await countedOf(agent, version)).toEqual({ runs: 2, errors: 1 }),
      soon,
    )
    expect(await post(body)).toMatchObject({ status: 200, body: {} })

    // Another run is counted after it: whatever the repeat became would be counted by then.
    await post(runsOf({ agent, version: 'after-twice' }))
    await vi.waitFor(async () => expect((await countedOf(agent, 'after-twice')).runs).toBe(1), soon)
    expect(await countedOf(agent, version)).toEqual({ runs: 2, errors: 1 })
    const kept = await house.db.run.findMany({ where: { version }, orderBy: { failed: 'asc' } })
    expect(kept).toMatchObject([
      { agent, failed: false, toolCalls: 1, toolFailures: 0 },
      { agent, failed: true, errorType: 'ModelError', toolCalls: 1, toolFailures: 1 },
    ])
  })

  test('becomes one first run a conversation, and makes the check of its rollout due', async () => {
    const { db } = house
    const agent = 'sales-agent'
    // What began before the rollout is no evidence on it.
    const rolloutId = await aRolloutIn(db, agent, new Date(Date.now() - 60_000))
    const candidate = { agent, version: '2.4.0' }
    await post(
      runsOf(
        // They end together: the longest began first.
        { ...candidate, conversationId: 'c-1', latencyMs: 400 },
        { ...candidate, conversationId: 'c-1', latencyMs: 300, failed: true },
        { ...candidate, conversationId: 'c-2', failed: true },
        { agent, version: '2.3.3', conversationId: 'c-1', latencyMs: 100 },
      ),
    )
    await vi.waitFor(async () => expect((await countedOf(agent, '2.4.0')).runs).toBe(3), soon)
    expect((await countedOf(agent, '2.4.0')).errors).toBe(2)

    const observed = await db.observation.groupBy({
      by: ['side', 'use', 'turn'],
      where: { rolloutId, use: 'cohort' },
      _count: true,
      orderBy: [{ side: 'asc' }, { turn: 'asc' }],
    })
    // The stable's run is of a conversation that the candidate served before: no evidence.
    expect(observed.map(({ side, turn, _count }) => ({ side, turn, runs: _count }))).toEqual([
      { side: 'candidate', turn: 0, runs: 2 },
      { side: 'candidate', turn: 1, runs: 1 },
    ])
    const jobs = await house.owner((client) =>
      client.query<{ key: string; due: boolean }>(
        'SELECT key, run_at <= now() AS due FROM graphile_worker.jobs WHERE key = $1',
        [`evaluate:${rolloutId}`],
      ),
    )
    // A candidate run went wrong: it is looked at now, not in a second.
    expect(jobs.rows).toEqual([{ key: `evaluate:${rolloutId}`, due: true }])
  })

  test.each([
    ['protobuf', ProtobufExporter],
    ['JSON', JsonExporter],
  ])('comes in from the OpenTelemetry SDK, as %s with gzip', async (encoding, Exporter) => {
    const version = `sdk-${encoding.toLowerCase()}`
    const exporter = new Exporter({
      url: `${edge.url}/v1/traces`,
      headers: { authorization: `Bearer ${token}` },
      compression: 'gzip' as never,
    })
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'support-agent' }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    })
    const tracer = provider.getTracer('ai')
    runWithTool(tracer, version, false)
    runWithTool(tracer, version, true)
    await provider.forceFlush()
    await provider.shutdown()
    await vi.waitFor(async () => {
      expect(await countedOf('support-agent', version)).toEqual({ runs: 2, errors: 1 })
    }, soon)
    const failed = await house.db.run.findFirstOrThrow({ where: { version, failed: true } })
    expect(failed).toMatchObject({ toolCalls: 1, toolFailures: 1, conversationId: 'c-failed' })
  })
})

function runWithTool(tracer: Tracer, version: string, fails: boolean): void {
  const root = tracer.startSpan('invoke_agent support-agent', {
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'support-agent',
      'gen_ai.agent.version': version,
      'gen_ai.conversation.id': fails ? 'c-failed' : 'c-fine',
    },
  })
  const spanContext = root.spanContext()
  const tool = tracer.startSpan(
    'execute_tool lookup_order',
    { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'lookup_order' } },
    // A parent without a context manager: only its ids matter.
    { getValue: () => root, setValue: () => never(), deleteValue: () => never() },
  )
  expect(tool.spanContext().traceId).toBe(spanContext.traceId)
  if (fails) for (const span of [tool, root]) span.setStatus({ code: SpanStatusCode.ERROR })
  tool.end()
  root.end()
}

function never(): never {
  throw new Error('Nobody changes this context')
}

describe('what cannot be taken', () => {
  const before = () => house.db.spanBatch.count()
  const wellFormed = () => runsOf(stableRun)

  test.each([
    ['JSON that is cut off', 'application/json', '{"resourceSpans": [', /JSON/],
    ['JSON of another shape', 'application/json', '{"resourceSpans": {"a": 1}}', /list/],
    [
      'text for a number',
      'application/json',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":{}}]}]}]}',
      /./,
    ],
    ['bytes that are no protobuf', 'application/x-protobuf', randomBytes(64), /./],
    ['JSON called protobuf', 'application/x-protobuf', '{"resourceSpans": []}', /./],
  ])('is refused with 400 and what was expected: %s', async (_name, type, body, expected) => {
    const answer = await post(typeof body === 'string' ? body : new Uint8Array(body), {
      'content-type': type,
    })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ type: 'urn:switchback:problem:bad_input' })
    expect(answer.body.errors?.[0]).toMatchObject({
      path: expect.any(String),
      given: expect.any(String),
      expected: expect.stringMatching(expected),
    })
  })

  test('a body of 50 MB is refused with 413 as soon as its length is known', async () => {
    const parts = await before()
    const answer = await new Promise<{ status: number; detail: string }>((resolve, reject) => {
      const sending = request(`${edge.url}/v1/traces`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': String(50 * 1024 * 1024),
        },
      })
      sending.on('response', async (response) => {
        const text = (await response.toArray()).join('')
        resolve({ status: response.statusCode ?? 0, detail: (JSON.parse(text) as { detail: string }).detail })
        sending.destroy()
      })
      sending.on('error', reject)
      sending.write('{')
    })
    expect(answer.status).toBe(413)
    expect(answer.detail).toContain('52428800')
    expect(await before()).toBe(parts)
  })

  test('a stream without a length is cut at the limit', async () => {
    const chunk = Buffer.alloc(256 * 1024, 0x20)
    const status = await new Promise<number>((resolve) => {
      const sending = request(`${edge.url}/v1/traces`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      })
      sending.on('response', (response) => resolve(response.resume().statusCode ?? 0))
      sending.on('error', () => undefined)
      const write = () => {
        while (!sending.destroyed && sending.write(chunk)) {
          // As fast as it is taken.
        }
      }
      sending.on('drain', write)
      write()
    })
    expect(status).toBe(413)
  })

  test('a gzip bomb is refused with 413', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(200 * 1024 * 1024)))
    expect(bomb.length).toBeLessThan(1024 * 1024)
    const answer = await post(bomb, { 'content-encoding': 'gzip' })
    expect(answer.status).toBe(413)
  })

  test('another content type, or another coding, is refused with 415 and names what is read', async () => {
    const typed = await post(wellFormed(), { 'content-type': 'text/plain' })
    expect(typed.status).toBe(415)
    expect(typed.body.errors).toEqual([
      { path: 'Content-Type', given: 'text/plain', expected: 'application/x-protobuf or application/json' },
    ])
    expect((await post(wellFormed(), { 'content-encoding': 'br' })).status).toBe(415)
  })

  test('a span from the future is left out and named; the others are taken', async () => {
    const ahead = otlpBody([{ agent: 'support-agent', version: 'ahead' }], Date.now() + 3_600_000)
    const fine = otlpBody([{ agent: 'support-agent', version: 'beside-ahead' }], Date.now())
    const both = {
      resourceSpans: [...resourceSpansOf(ahead), ...resourceSpansOf(fine)],
    }
    const answer = await post(JSON.stringify(both))
    expect(answer.status).toBe(200)
    expect(answer.body.partialSuccess?.rejectedSpans).toBe('2')
    expect(answer.body.partialSuccess?.errorMessage).toContain('endTimeUnixNano')
    await vi.waitFor(
      async () => expect((await countedOf('support-agent', 'beside-ahead')).runs).toBe(1),
      soon,
    )
    expect(await house.db.run.count({ where: { version: 'ahead' } })).toBe(0)
  })

  test('an agent that is not registered is named, and no run of it is kept', async () => {
    const answer = await post(runsOf({ agent: 'ghost-agent', version: '1' }))
    expect(answer.status).toBe(200)
    expect(answer.body.partialSuccess).toMatchObject({ rejectedSpans: '1' })
    expect(answer.body.partialSuccess?.errorMessage).toContain('ghost-agent')
    expect(answer.body.partialSuccess?.errorMessage).toContain('a registered agent')
    await post(runsOf({ agent: 'support-agent', version: 'after-ghost' }))
    await vi.waitFor(async () => expect((await countedOf('support-agent', 'after-ghost')).runs).toBe(1), soon)
    expect(await house.db.run.count({ where: { agent: 'ghost-agent' } })).toBe(0)
  })

  test('an agent of another token is named, with the agents of this one', async () => {
    const sales = await aToken(house.db, ['telemetry'], ['sales-agent'])
    const answer = await post(wellFormed(), {}, sales.token)
    expect(answer.status).toBe(200)
    expect(answer.body.partialSuccess?.errorMessage).toContain('support-agent')
    expect(answer.body.partialSuccess?.errorMessage).toContain('an agent of this token: sales-agent')
  })

  test('without a token, with a wrong one, or with a revoked one it is 401; without the scope 403', async () => {
    const parts = await before()
    const revoked = await aToken(house.db, ['telemetry'])
    valueOf(await revokeToken({ tokenId: revoked.id }, anActor(), { db: house.db }))
    const evaluate = await aToken(house.db, ['evaluate', 'read', 'deploy', 'operate'])
    const asked = await Promise.all([
      post(wellFormed(), {}, null),
      post(wellFormed(), {}, `swb_${'0'.repeat(40)}`),
      post(wellFormed(), {}, revoked.token),
      post(wellFormed(), {}, evaluate.token),
    ])
    expect(asked.map((each) => each.status)).toEqual([401, 401, 401, 403])
    expect(asked[0]?.headers.get('www-authenticate')).toBe('Bearer')
    expect(asked[3]?.body.detail).toContain('telemetry')
    expect(await before()).toBe(parts)
  })

  test.each([
    ['traces', { resource_spans: [] }, 'resource_spans', 'resourceSpans'],
    ['traces', { resourceSpans: [{ scope_spans: [] }] }, 'resourceSpans[0].scope_spans', 'scopeSpans'],
    ['logs', { resource_logs: [] }, 'resource_logs', 'resourceLogs'],
    ['traces', { resourceLogs: [] }, 'resourceLogs', '/v1/logs'],
  ])(
    '%s in names that are not those of OTLP are refused, and told which are: %j',
    async (signal, body, path, expected) => {
      const answer = await post(JSON.stringify(body), {}, token, signal)
      expect(answer.status).toBe(400)
      expect(answer.body.errors?.[0]).toMatchObject({ path, expected: expect.stringContaining(expected) })
      expect(answer.body.detail).toContain(expected)
    },
  )

  test('a prompt of 5 MiB costs its attribute, and the batch is taken', async () => {
    const body = otlpBody([{ agent: 'support-agent', version: 'long-prompt' }], Date.now()) as {
      resourceSpans: { scopeSpans: { spans: { attributes: object[] }[] }[] }[]
    }
    const [span] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? []
    const stringValue = 'x'.repeat(5 * 1024 * 1024)
    for (const key of ['gen_ai.input.messages', 'not.content'])
      span?.attributes.push({ key, value: { stringValue } })
    expect(await post(JSON.stringify(body))).toMatchObject({ status: 200, body: {} })
    await vi.waitFor(async () => expect((await countedOf('support-agent', 'long-prompt')).runs).toBe(1), soon)
  })
})

describe('logs and metrics', () => {
  const loggerOf = (exporter: LogRecordExporter) =>
    new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] })
  const headers = () => ({ authorization: `Bearer ${token}` })

  /** What the SDK complains of from now to the end of the test. */
  function heardFailures(): readonly unknown[] {
    const heard: unknown[] = []
    const hear = (...said: unknown[]) => heard.push(said)
    const ignore = () => undefined
    const logger = { error: hear, warn: hear, info: ignore, debug: ignore, verbose: ignore }
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
    onTestFinished(() => diag.disable())
    return heard
  }

  test.each([
    ['JSON', () => new JsonLogExporter({ url: `${edge.url}/v1/logs`, headers: headers() })],
    [
      'protobuf with gzip',
      () =>
        new ProtobufLogExporter({
          url: `${edge.url}/v1/logs`,
          headers: headers(),
          compression: 'gzip' as never,
        }),
    ],
    [
      'gRPC',
      () => {
        const metadata = new Metadata()
        metadata.set('authorization', `Bearer ${token}`)
        return new GrpcLogExporter({ url: edge.url, metadata })
      },
    ],
  ])('are taken from the OpenTelemetry SDK without a complaint: logs as %s', async (_encoding, exporter) => {
    const failures = heardFailures()
    const provider = loggerOf(exporter())
    provider.getLogger('ai').emit({ eventName: 'gen_ai.choice', body: 'what somebody said' })
    await provider.forceFlush()
    await provider.shutdown()
    expect(failures).toEqual([])
  })

  test('are taken from the OpenTelemetry SDK without a complaint: metrics', async () => {
    const failures = heardFailures()
    const reader = new PeriodicExportingMetricReader({
      exporter: new MetricExporter({ url: `${edge.url}/v1/metrics`, headers: headers() }),
    })
    const provider = new MeterProvider({ readers: [reader] })
    provider.getMeter('ai').createCounter('gen_ai.client.inference.usage.input_tokens').add(1)
    await reader.forceFlush()
    await provider.shutdown()
    expect(failures).toEqual([])
  })

  test('that are no logs are refused; what is no score in them is dropped', async () => {
    const garbage = { 'content-type': 'application/x-protobuf' }
    expect((await post(new Uint8Array(randomBytes(64)), garbage, token, 'logs')).status).toBe(400)
    expect((await post('{"resourceLogs": 1}', {}, token, 'logs')).status).toBe(400)
    const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] }
    expect(await post(JSON.stringify(body), {}, token, 'logs')).toMatchObject({ status: 200, body: {} })
    expect((await post('{}', {}, token, 'metrics')).status).toBe(200)
    expect((await post('{}', { 'content-type': 'text/plain' }, token, 'metrics')).status).toBe(415)
  })
})

function resourceSpansOf(body: object): object[] {
  return (body as { resourceSpans: object[] }).resourceSpans
}

describe.each([
  ['gone', () => network.cut()],
  ['silent', () => network.freeze()],
])('while the database is %s', (why, breakIt) => {
  test(
    'the sender is asked to send again, and what it sends again is counted once',
    { timeout: 40_000 },
    async () => {
      const version = `outage-${why.length}`
      const body = runsOf({ ...stableRun, version })
      expect((await post(runsOf({ ...stableRun, version: 'warm' }))).status).toBe(200)
      breakIt()
      try {
        const refused = await post(body)
        expect(refused.status).toBe(503)
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      } finally {
        network.mend()
      }
      await vi.waitFor(async () => expect((await post(body)).status).toBe(200), {
        timeout: 60_000,
        interval: 100,
      })
      expect((await post(body)).status).toBe(200)
      await vi.waitFor(async () => expect((await countedOf('support-agent', version)).runs).toBe(1), {
        timeout: 60_000,
        interval: 50,
      })
    },
  )
})
