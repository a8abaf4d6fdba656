import { randomBytes } from 'node:crypto'
import { Metadata } from '@grpc/grpc-js'
import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readEdgeNotes } from '#lib/store/edgeNotes.ts'
import { type JoinedScore, readRunScores, unjoinScores } from '#lib/store/scores.ts'
import { inTransaction } from '#lib/store/transaction.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { anAgentIn, openInstallation } from '#lib/testing/installation.ts'
import { startTcpProxy, type TcpProxy } from '#lib/testing/tcpProxy.ts'
import { aToken } from '#lib/testing/token.ts'
import { forgetOldScores, joinScores } from './joinScores.ts'
import { edgeNotes } from './notes.ts'
import { observeScores } from './observeScores.ts'

/** Scores: from judges that log, users that press a thumb, and tools; joined to the run that they are of. */

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

const soon = { timeout: 60_000, interval: 20 }
const headers = (secret = token) => ({ authorization: `Bearer ${secret}` })

interface RunIds {
  readonly traceId: string
  readonly spanId: string
  readonly toolSpanId: string
}

const anId = (bytes: number) => randomBytes(bytes).toString('hex')
const someIds = (): RunIds => ({ traceId: anId(16), spanId: anId(8), toolSpanId: anId(8) })

/** Sends a run with one tool call. */
async function sendRun(
  ids: RunIds,
  said: {
    readonly agent?: string
    readonly conversationId?: string
    readonly responseId?: string
    readonly endedMsAgo?: number
  } = {},
): Promise<RunIds> {
  const { agent = 'support-agent', conversationId, responseId, endedMsAgo = 0 } = said
  const end = Date.now() - endedMsAgo
  const span = (
    spanId: string,
    parentSpanId: string,
    given: Readonly<Record<string, string | undefined>>,
  ) => ({
    traceId: ids.traceId,
    spanId,
    parentSpanId,
    name: given['gen_ai.operation.name'],
    kind: 1,
    startTimeUnixNano: `${end - 500}000000`,
    endTimeUnixNano: `${end}000000`,
    attributes: Object.entries(given).flatMap(([key, stringValue]) =>
      stringValue === undefined ? [] : [{ key, value: { stringValue } }],
    ),
  })
  const spans = [
    span(ids.toolSpanId, ids.spanId, { 'gen_ai.operation.name': 'chat', 'gen_ai.response.id': responseId }),
    span(ids.spanId, '', {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': agent,
      'gen_ai.agent.version': '2.3.3',
      'gen_ai.conversation.id': conversationId,
    }),
  ]
  const answer = await fetch(`${edge.url}/v1/traces`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  })
  expect(await answer.json()).toEqual({})
  return ids
}

async function aRun(said: Parameters<typeof sendRun>[1] = {}): Promise<RunIds> {
  const ids = await sendRun(someIds(), said)
  await vi.waitFor(
    async () => expect(await house.db.run.count({ where: { traceId: ids.traceId } })).toBe(1),
    soon,
  )
  return ids
}

async function post(body: unknown, secret = token) {
  const answer = await fetch(`${edge.url}/v1/scores`, {
    method: 'POST',
    headers: { ...headers(secret), 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const said = (await answer.json()) as {
    accepted?: number
    detail?: string
    errors?: { path: string; given: string; expected: string }[]
  }
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ...said }
}

async function scoresOf(run: RunIds) {
  const found = await readRunScores(house.db, [run])
  return found.map(({ name, value }) => [name, value])
}

const expectScores = async (run: RunIds, expected: readonly (readonly [string, number])[]) =>
  await vi.waitFor(async () => expect(await scoresOf(run)).toEqual(expected), soon)

/** Joins as it is done so many seconds from now, when all that belongs together has come. */
const joinLater = async (seconds: number) =>
  await joinScores(house.db, new Date(Date.now() + seconds * 1_000))

describe('a score that is posted', () => {
  test('is of the run that its span is in, or of the run of its trace', async () => {
    const run = await aRun()
    const said = await post([
      { run: { trace_id: run.traceId, span_id: run.toolSpanId }, name: 'helpful', value: 0.7 },
      { trace_id: run.traceId, name: 'feedback', value: 'thumbs_up' },
    ])
    expect(said).toMatchObject({ status: 200, accepted: 2 })
    await expectScores(run, [
      ['feedback', 1],
      ['helpful', 0.7],
    ])
  })

  test('of a conversation is of its newest run by then', async () => {
    const first = await aRun({ conversationId: 'c-thumbs', endedMsAgo: 10_000 })
    const second = await aRun({ conversationId: 'c-thumbs' })
    const between = new Date(Date.now() - 5_000).toISOString()
    await post({ conversation_id: 'c-thumbs', name: 'feedback', value: true, at: between })
    await post({ conversation_id: 'c-thumbs', name: 'feedback', value: 'bad' })
    await vi.waitFor(async () => {
      await joinLater(60)
      expect(await scoresOf(first)).toEqual([['feedback', 1]])
      expect(await scoresOf(second)).toEqual([['feedback', 0]])
    }, soon)
  })

  test('before its run waits for it', async () => {
    const ids = someIds()
    expect(await post({ trace_id: ids.traceId, name: 'helpful', value: 1 })).toMatchObject({ accepted: 1 })
    await joinLater(0)
    expect(await scoresOf(ids)).toEqual([])
    await sendRun(ids)
    await expectScores(ids, [['helpful', 1]])
  })

  test('again is the same one; a newer value takes the place of an older, whichever came first', async () => {
    const run = await aRun()
    const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString()
    const older = { trace_id: run.traceId, name: 'helpful', value: 0.2, at: at(20) }
    const newer = { trace_id: run.traceId, name: 'helpful', value: 0.9, at: at(10) }
    for (const body of [newer, newer, [newer, newer], older]) expect((await post(body)).status).toBe(200)
    await expectScores(run, [['helpful', 0.9]])
    await vi.waitFor(
      async () =>
        expect(
          await house.db.score.count({ where: { runTraceId: run.traceId, joinedAt: { not: null } } }),
        ).toBe(2),
      soon,
    )
    expect(await house.db.score.count({ where: { traceId: run.traceId } })).toBe(2)
  })

  test.each<[string, unknown, string]>([
    ['a value of 7', { trace_id: anId(16), name: 'helpful', value: 7 }, 'value'],
    ['no JSON', '{"trace_id": NaN}', ''],
    ['nothing', '', ''],
    [
      'one of two wrong',
      [
        { trace_id: anId(16), name: 'a', value: 1 },
        { name: 'a', value: 1 },
      ],
      '[1]',
    ],
    ['an agent that nobody registered', { trace_id: anId(16), agent: 'ghost', name: 'a', value: 1 }, 'agent'],
  ])('with %s is refused with 400, and nothing of it is kept', async (_name, body, path) => {
    const before = await house.db.score.count()
    const said = await post(body)
    expect(said.status).toBe(400)
    expect(said.errors?.[0]).toMatchObject({ path, given: expect.any(String), expected: expect.any(String) })
    expect(await house.db.score.count()).toBe(before)
  })

  test('of an agent that the token is not for is refused, named or not', async () => {
    const run = await aRun()
    const sales = (await aToken(house.db, ['telemetry'], ['sales-agent'])).token
    const score = { trace_id: run.traceId, name: 'helpful', value: 0 }
    const named = await post({ ...score, agent: 'support-agent' }, sales)
    expect(named).toMatchObject({ status: 403, detail: expect.stringContaining('support-agent') })
    expect((await post(score, sales)).status).toBe(200)
    expect((await post({ ...score, name: 'own' })).status).toBe(200)
    await expectScores(run, [['own', 0]])
    await joinLater(60)
    expect(await scoresOf(run)).toEqual([['own', 0]])
  })

  test('while the database is away is asked for again', async () => {
    network.cut()
    try {
      const said = await post({ trace_id: anId(16), name: 'helpful', value: 1 })
      expect(said.status).toBe(503)
      expect(Number(said.retryAfter)).toBeGreaterThan(0)
    } finally {
      network.mend()
    }
    await vi.waitFor(
      async () => expect((await post({ trace_id: anId(16), name: 'helpful', value: 1 })).status).toBe(200),
      soon,
    )
  })
})

describe('an evaluation that the OpenTelemetry SDK logs', () => {
  const grpcMetadata = () => {
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${token}`)
    return metadata
  }
  const exporters: readonly (readonly [string, () => LogRecordExporter])[] = [
    ['JSON', () => new JsonLogExporter({ url: `${edge.url}/v1/logs`, headers: headers() })],
    ['protobuf', () => new ProtobufLogExporter({ url: `${edge.url}/v1/logs`, headers: headers() })],
    [
      'gRPC',
      () => new GrpcLogExporter({ url: `http://127.0.0.1:${edge.grpcPort}`, metadata: grpcMetadata() }),
    ],
  ]

  test.each(exporters)('is a score of the span that it is parented to: %s', async (_encoding, exporter) => {
    const tracers = new TracerProvider({
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ url: `${edge.url}/v1/traces`, headers: headers() }),
        }),
      ],
    })
    const loggers = new LoggerProvider({
      processors: [new BatchLogRecordProcessor({ exporter: exporter() })],
    })
    const tracer = tracers.getTracer('ai')
    const root = tracer.startSpan('invoke_agent', {
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support-agent' },
    })
    const call = tracer.startSpan(
      'chat',
      { attributes: { 'gen_ai.operation.name': 'chat' } },
      trace.setSpan(ROOT_CONTEXT, root),
    )
    call.addEvent('gen_ai.evaluation.result', {
      'gen_ai.evaluation.name': 'Polite',
      'gen_ai.evaluation.score.label': 'fail',
    })
    const evaluate = (attributes: Readonly<Record<string, string | number>>, span: Span) =>
      loggers.getLogger('judge').emit({
        eventName: 'gen_ai.evaluation.result',
        attributes: { 'gen_ai.evaluation.explanation': 'Because of what he said', ...attributes },
        context: trace.setSpan(ROOT_CONTEXT, span),
      })
    evaluate({ 'gen_ai.evaluation.name': 'helpful', 'gen_ai.evaluation.score.value': 0.75 }, call)
    evaluate({ 'gen_ai.evaluation.name': 'grounded', 'error.type': 'timeout' }, call)
    evaluate({ 'gen_ai.evaluation.name': 'scale', 'gen_ai.evaluation.score.value': 4 }, call)
    call.end()
    root.end()
    await loggers.forceFlush()
    await tracers.forceFlush()
    await Promise.all([loggers.shutdown(), tracers.shutdown()])
    const { traceId, spanId } = root.spanContext()
    await expectScores({ traceId, spanId, toolSpanId: '' }, [
      ['helpful', 0.75],
      ['polite', 0],
    ])
    await vi.waitFor(async () => {
      const note = (await readEdgeNotes(house.db, new Date(0))).find(({ kind }) => kind === 'scores_refused')
      expect(note?.detail).toContain('gen_ai.evaluation.score.value: 4; expected a number from 0 to 1')
    }, soon)
    expect(JSON.stringify(await house.db.score.findMany())).not.toContain('Because')
  })

  test('of a response is a score of the run that called the model', async () => {
    const run = await aRun({ responseId: 'resp-42' })
    const loggers = new LoggerProvider({
      processors: [new BatchLogRecordProcessor({ exporter: exporters[0]?.[1]() as LogRecordExporter })],
    })
    loggers.getLogger('judge').emit({
      eventName: 'gen_ai.evaluation.result',
      attributes: {
        'gen_ai.evaluation.name': 'helpful',
        'gen_ai.evaluation.score.value': 1,
        'gen_ai.response.id': 'resp-42',
      },
      context: ROOT_CONTEXT,
    })
    await loggers.forceFlush()
    await loggers.shutdown()
    await expectScores(run, [['helpful', 1]])
  })
})

describe('what is told of joined scores', () => {
  test('is one first score a name and run, however many come and though two edges join at once', async () => {
    const run = await aRun()
    const told: JoinedScore[] = []
    let second: Promise<number> | null = null
    // The first to join does not end before another has come as far, or waits for it.
    const observe: typeof observeScores = async (tx, joined, at) => {
      if (!second) {
        second = joinScores(house.db, later, { observe, max: 10 })
        await vi.waitFor(async () => expect((await waitingBackends()) + told.length).toBeGreaterThan(0), soon)
      }
      told.push(...joined.filter(({ id }) => id.startsWith('told-')))
      await observeScores(tx, joined, at)
    }
    const waitingBackends = async () => {
      const found = await house.owner((client) =>
        client.query(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        ),
      )
      return found.rows.length
    }
    const now = Date.now()
    const later = new Date(now + 61_000)
    // Due only for whoever joins later: the edge that runs leaves them alone.
    const lookAt = new Date(now + 60_000)
    const common = { agents: [], agent: null, traceId: run.traceId, spanId: null, responseId: null }
    const rows = Array.from({ length: 20 }, (_, index) => ({
      ...common,
      id: `told-${index}`,
      conversationId: null,
      name: 'helpful',
      value: index / 20,
      label: null,
      at: new Date(now - index * 1_000),
      receivedAt: new Date(now),
      source: 'api',
      lookAt,
    }))
    await house.db.score.createMany({ data: rows })
    await joinScores(house.db, later, { observe, max: 10 })
    await second
    await joinScores(house.db, later, { observe })
    expect(told).toHaveLength(20)
    expect(told.filter(({ before }) => before === null)).toHaveLength(1)
    expect(await scoresOf(run)).toEqual([['helpful', 0]])
  })

  test('a score of a run that is none of its own any more looks for its run again', async () => {
    const run = await aRun()
    await post({ run: { trace_id: run.traceId, span_id: run.spanId }, name: 'helpful', value: 1 })
    await expectScores(run, [['helpful', 1]])
    const outer = anId(8)
    await house.db.run.updateMany({ where: { traceId: run.traceId }, data: { foldedInto: outer } })
    const row = await house.db.run.findFirstOrThrow({ where: { traceId: run.traceId } })
    const { insideOf: _, attributes: __, tools: ___, unpriced: ____, ...rest } = row
    await house.db.run.create({
      data: { ...rest, tools: [], spanId: outer, foldedInto: null, startedAt: new Date(0) },
    })
    await inTransaction(house.db, (tx) => unjoinScores(tx, [run], new Date()))
    await vi.waitFor(async () => {
      await joinLater(60)
      expect(await scoresOf({ ...run, spanId: outer })).toEqual([['helpful', 1]])
    }, soon)
    expect(await scoresOf(run)).toEqual([])
  })
})

test('a score for a run that nobody knows is kept a day, then dropped and counted', async () => {
  const traceId = anId(16)
  const scores = [0, 1, 1].map((value, index) => ({ trace_id: traceId, name: `lost-${index % 2}`, value }))
  await post([...scores, { ...scores[0], at: new Date(Date.now() - 5_000).toISOString() }])
  const notes = edgeNotes({ db: house.db, instance: 'edge-9', log: pino({ level: 'silent' }) })
  const count = () => house.db.score.count({ where: { traceId } })
  const hours = (after: number) => new Date(Date.now() + after * 3_600_000)

  await joinScores(house.db, hours(23))
  await forgetOldScores(house.db, notes, hours(23))
  const kept = await count()
  expect(kept).toBeGreaterThan(0)
  await forgetOldScores(house.db, notes, hours(25))
  expect(await count()).toBe(0)
  await notes.write()
  const said = (await readEdgeNotes(house.db, new Date(0))).find(({ kind }) => kind === 'score_without_run')
  expect(said?.count).toBeGreaterThanOrEqual(kept)
})
