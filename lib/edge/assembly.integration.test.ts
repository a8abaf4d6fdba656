import { randomBytes } from 'node:crypto'
import { SpanStatusCode } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  record,
  shuffledSubarray,
  tuple,
} from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import { fromJson } from '#lib/store/json.ts'
import { dropSpans } from '#lib/store/spanBatches.ts'
import { tallyOf } from '#lib/telemetry/bucket.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, openInstallation } from '#lib/testing/installation.ts'
import { type SentSpan, spanIdOf, traceBody } from '#lib/testing/otlpTrace.ts'
import { startTraceDoor, type TestTraceDoor } from '#lib/testing/traceDoor.ts'
import { countedRun } from './runRow.ts'

/**
 * From what exporters send to the runs that are counted, through the real door and a real PostgreSQL. Only the clock of
 * what counts them is the test's.
 */

let house: TestDatabase
let door: TestTraceDoor

beforeAll(async () => {
  house = await openInstallation()
  for (const agent of ['support-agent', 'billing-agent']) await anAgentIn(house.db, { agent })
  door = await startTraceDoor(house.db)
})
afterAll(async () => {
  await door.close()
  await house.drop()
})

const secondMs = 1_000
const minuteMs = 60_000

function aTrace(): string {
  return randomBytes(16).toString('hex')
}

async function send(traceId: string, ...spans: readonly SentSpan[]): Promise<void> {
  await sendBody(traceBody(traceId, spans))
}

async function sendBody(body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(door.url, { method: 'POST', headers, body })
  expect([answer.status, await answer.text()]).toEqual([200, '{}'])
}

/** The runs of a trace that count, as the database has them. */
async function runsIn(traceId: string) {
  return await house.db.run.findMany({ where: { traceId, foldedInto: null }, orderBy: { spanId: 'asc' } })
}

async function talliesOf(where: { agent?: string; version?: string } = {}): Promise<Tally> {
  const rows = await house.db.bucket.findMany({ where })
  return rows.map((row) => fromJson.tally(row.tally)).reduce(mergeTallies, emptyTally)
}

/** Whatever happened: what the screens add up is what the runs say that are there. */
async function expectBucketsToAgree(): Promise<void> {
  const rows = await house.db.run.findMany({ where: { foldedInto: null } })
  const told = rows.map((row) => tallyOf(countedRun(row).run)).reduce(mergeTallies, emptyTally)
  const rounded = (tally: Tally) => ({
    ...tally,
    costUsd: tally.costUsd.toFixed(6),
    toolShare: tally.toolShare.toFixed(6),
  })
  expect(rounded(await talliesOf())).toEqual(rounded(told))
}

const support = { kind: 'run', name: 'support-agent' } as const
const billing = { kind: 'run', name: 'billing-agent' } as const

describe('an agent in an agent, whose spans leave with batches five seconds apart', () => {
  test('from the OpenTelemetry SDK: every failed tool is at the candidate that called it', async () => {
    const exporter = new OTLPTraceExporter({ url: door.url })
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] })
    const tracer = provider.getTracer('t')
    const within = (parent: ReturnType<typeof tracer.startSpan>) => ({
      getValue: () => parent,
      setValue: () => within(parent),
      deleteValue: () => within(parent),
    })
    const version = 'sdk-candidate'
    const run = (name: string, of: string, parent?: ReturnType<typeof tracer.startSpan>) =>
      tracer.startSpan(
        `invoke_agent ${name}`,
        {
          attributes: {
            'gen_ai.operation.name': 'invoke_agent',
            'gen_ai.agent.name': name,
            'gen_ai.agent.version': of,
          },
        },
        ...(parent ? [within(parent)] : []),
      )
    const roots = Array.from({ length: 30 }, () => {
      const root = run('support-agent', version)
      const tool = tracer.startSpan(
        'execute_tool refund',
        { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'refund' } },
        within(root),
      )
      tool.setStatus({ code: SpanStatusCode.ERROR }).end()
      const step = tracer.startSpan('a span of one’s own', {}, within(root))
      run('billing-agent', 'sdk-stable', step).end()
      return { root, step }
    })
    await provider.forceFlush()
    await door.countAt(5 * secondMs)
    expect(await talliesOf({ agent: 'billing-agent', version: 'sdk-stable' })).toMatchObject({ runs: 0 })

    for (const { root, step } of roots) {
      step.end()
      root.end()
    }
    await provider.forceFlush()
    await provider.shutdown()
    await door.countAt(6 * secondMs)
    // The tool and the sub-agent are two calls of each run.
    expect(await talliesOf({ agent: 'support-agent', version })).toMatchObject({
      runs: 30,
      errors: 0,
      toolCalls: 60,
      toolFailures: 30,
    })
    expect(await talliesOf({ agent: 'billing-agent', version: 'sdk-stable' })).toMatchObject({
      runs: 30,
      toolCalls: 0,
      toolFailures: 0,
    })
  })

  test.each<[string, 'local' | undefined]>([
    ['that says where parents are', 'local'],
    ['that does not', undefined],
  ])('by an SDK %s: the same', async (_, parent) => {
    const flags = parent ? { parent } : {}
    const trace = aTrace()
    await send(
      trace,
      { n: 3, in: 1, ...flags, kind: 'tool', name: 'refund', fails: true },
      { n: 4, in: 2, ...flags, kind: 'tool', name: 'charge' },
      { n: 2, in: 1, ...flags, ...billing, version: '7' },
    )
    await door.countAt(5 * secondMs)
    expect(await runsIn(trace)).toEqual([])
    await send(trace, { n: 1, ...support, version: '2.4.0', conversationId: 'c-1' })
    await door.countAt(6 * secondMs)
    expect(await runsIn(trace)).toMatchObject([
      {
        agent: 'support-agent',
        version: '2.4.0',
        toolCalls: 2,
        toolFailures: 1,
        insideOf: null,
        tools: [
          { name: 'billing-agent', calls: 1, failures: 0 },
          { name: 'refund', calls: 1, failures: 1 },
        ],
      },
      {
        agent: 'billing-agent',
        version: '7',
        conversationId: 'c-1',
        insideOf: { traceId: trace, spanId: spanIdOf(1), agent: 'support-agent' },
        tools: [{ name: 'charge', calls: 1, failures: 0 }],
      },
    ])
    await expectBucketsToAgree()
  })

  test('an inner agent that nobody registered is a part: nothing is refused, and nobody is told', async () => {
    const trace = aTrace()
    const toldBefore = door.told.length
    await send(trace, { n: 2, in: 1, parent: 'local', kind: 'run', name: 'researcher', version: '5' })
    await send(trace, { n: 3, in: 2, parent: 'local', kind: 'tool', name: 'search', fails: true })
    await send(trace, { n: 1, ...support, version: '2.4.0' })
    await door.countAt(secondMs)
    expect(await runsIn(trace)).toMatchObject([{ agent: 'support-agent', version: '2.4.0', toolFailures: 1 }])
    expect(door.told.slice(toldBefore)).toEqual([])
  })

  test('a run-span of an agent that nobody registered is told once its root is here, and is no run', async () => {
    const trace = aTrace()
    const toldBefore = door.told.length
    await send(trace, { n: 2, in: 1, parent: 'local', kind: 'run', name: 'suport-agent' })
    await door.countAt(secondMs)
    expect(door.told.slice(toldBefore)).toEqual([])
    await send(trace, { n: 1, kind: 'plain' })
    await door.countAt(secondMs)
    expect(door.told.slice(toldBefore)).toContain('agent_unknown suport-agent')
    expect(await runsIn(trace)).toEqual([])
  })
})

describe('what comes late', () => {
  test('a tool of the first minute is in a run of thirteen, though the guard has forgotten twice', async () => {
    const trace = aTrace()
    await send(trace, { n: 2, in: 1, parent: 'local', kind: 'tool', name: 'refund', fails: true })
    await door.countAt(secondMs)
    await dropSpans(house.db, new Date(Date.now() + 13 * minuteMs))
    await dropSpans(house.db, new Date(Date.now() + 20 * 60 * minuteMs))
    await door.countAt(13 * minuteMs)
    await send(trace, { n: 1, ...support, version: 'long' })
    await door.countAt(13 * minuteMs + secondMs)
    expect(await runsIn(trace)).toMatchObject([{ toolCalls: 1, toolFailures: 1 }])
  })

  test('a failed tool that comes after its run was counted amends it and its bucket', async () => {
    const trace = aTrace()
    const version = 'late-tool'
    await send(trace, { n: 1, ...support, version, conversationId: 'late' })
    await door.countAt(secondMs)
    expect(await talliesOf({ version })).toMatchObject({ runs: 1, toolRuns: 0 })
    await send(trace, { n: 2, in: 1, parent: 'local', kind: 'tool', name: 'refund', fails: true })
    await send(trace, { n: 3, in: 1, parent: 'local', kind: 'chat', inputTokens: 50, costUsd: 0.5 })
    await door.countAt(2 * secondMs)
    expect(await talliesOf({ version })).toMatchObject({
      runs: 1,
      toolRuns: 1,
      toolHurt: 1,
      toolFailures: 1,
      inputTokens: 50,
      costUsd: 0.5,
      priced: 1,
    })
    const [run] = await runsIn(trace)
    expect(run).toMatchObject({ toolFailures: 1, costUsd: 0.5 })
    expect(run?.amendedAt).not.toBeNull()
    await expectBucketsToAgree()
  })

  test('after a day a run is amended no more', async () => {
    const trace = aTrace()
    await send(trace, { n: 1, ...support, version: 'old' })
    await door.countAt(secondMs)
    await send(trace, { n: 2, in: 1, kind: 'tool', name: 'refund', fails: true })
    await door.countAt(25 * 60 * minuteMs)
    expect(await runsIn(trace)).toMatchObject([{ toolCalls: 0 }])
  })

  test('a batch that comes again gives nothing to the next turn of the trace, which another version answered', async () => {
    const trace = aTrace()
    const first = traceBody(trace, [
      { n: 2, in: 1, parent: 'local', kind: 'tool', name: 'refund', fails: true, agoMs: 500 },
      { n: 1, ...support, version: 'turn-1', agoMs: 400 },
    ])
    await sendBody(first)
    await door.countAt(secondMs)
    await sendBody(first)
    await send(trace, { n: 11, ...support, version: 'turn-2' })
    await door.countAt(2 * secondMs)
    await sendBody(first)
    await door.countAt(3 * secondMs)
    expect(await runsIn(trace)).toMatchObject([
      { version: 'turn-1', toolCalls: 1, toolFailures: 1 },
      { version: 'turn-2', toolCalls: 0, toolFailures: 0 },
    ])
    expect(await talliesOf({ version: 'turn-1' })).toMatchObject({ runs: 1, toolCalls: 1, toolFailures: 1 })
    expect(await talliesOf({ version: 'turn-2' })).toMatchObject({ runs: 1, toolCalls: 0 })
  })
})

describe('a run whose root does not come', () => {
  test('is counted alone after its wait; when the root comes after all, of the same agent, it is folded into it', async () => {
    const trace = aTrace()
    const version = 'folded'
    const inner = { n: 2, in: 1, parent: 'local', ...support, version, fails: true } as const
    await send(trace, inner, { n: 3, in: 2, parent: 'local', kind: 'tool', name: 'a' })
    await door.countAt(14 * minuteMs)
    expect(await runsIn(trace)).toEqual([])
    await door.countAt(16 * minuteMs)
    expect(await talliesOf({ version })).toMatchObject({ runs: 1, errors: 1, toolCalls: 1 })

    await send(trace, { n: 1, ...support, version })
    await door.countAt(17 * minuteMs)
    expect(await talliesOf({ version })).toMatchObject({ runs: 1, errors: 0, toolCalls: 1 })
    expect(
      await house.db.run.findMany({ where: { traceId: trace }, orderBy: { spanId: 'asc' } }),
    ).toMatchObject([
      { spanId: spanIdOf(1), foldedInto: null, failed: false, toolCalls: 1 },
      { spanId: spanIdOf(2), foldedInto: spanIdOf(1), failed: true },
    ])
    await send(trace, inner)
    await door.countAt(18 * minuteMs)
    expect(await talliesOf({ version })).toMatchObject({ runs: 1, errors: 0 })
    await expectBucketsToAgree()
  })

  test('of another agent, it stays a run and says whose', async () => {
    const trace = aTrace()
    await send(trace, { n: 2, in: 1, parent: 'local', ...billing, version: 'alone' })
    await door.countAt(16 * minuteMs)
    expect(await runsIn(trace)).toMatchObject([{ insideOf: null }])
    await send(trace, { n: 1, ...support, version: 'alone-above' })
    await door.countAt(17 * minuteMs)
    expect(await runsIn(trace)).toMatchObject([
      { toolCalls: 1 },
      { insideOf: { agent: 'support-agent', spanId: spanIdOf(1) } },
    ])
    expect(await talliesOf({ version: 'alone' })).toMatchObject({ runs: 1 })
  })

  test('is waited for less once twenty runs of its agent in a row waited in vain, until one root comes', async () => {
    const agent = await anAgentIn(house.db, { agent: 'filtered-agent' })
    const run = { n: 2, in: 1, parent: 'local', kind: 'run', name: agent, version: 'v' } as const
    const countOf = async () => await house.db.run.count({ where: { agent } })
    const traces = Array.from({ length: 20 }, aTrace)
    for (const trace of traces) await send(trace, run)
    await door.countAt(minuteMs)
    expect(await countOf()).toBe(0)
    await door.countAt(16 * minuteMs)
    expect(await countOf()).toBe(20)

    await send(aTrace(), run)
    await door.countAt(20 * secondMs)
    expect(await countOf()).toBe(20)
    await door.countAt(minuteMs)
    expect(await countOf()).toBe(21)
    for (const trace of traces) await send(trace, { n: 1, kind: 'plain' })
    await door.countAt(18 * minuteMs)
    const waiting = aTrace()
    await send(waiting, run)
    await door.countAt(minuteMs)
    expect(await runsIn(waiting)).toEqual([])
  })

  test('that was called from another process is not waited for', async () => {
    const trace = aTrace()
    await send(trace, { n: 2, in: 1, parent: 'remote', ...billing, version: 'remote' })
    await door.countAt(secondMs)
    expect(await runsIn(trace)).toMatchObject([{ version: 'remote' }])
  })
})

describe('whatever the order, the batches and the repetitions', () => {
  interface Step {
    readonly spans: readonly SentSpan[]
    readonly aheadMs: number
  }
  const size = 8
  const span = record({
    parent: integer({ min: -1, max: size - 1 }),
    kind: constantFrom('run', 'run', 'tool', 'chat', 'plain') as Arbitrary<SentSpan['kind']>,
    name: constantFrom('support-agent', 'billing-agent', 'stray-agent'),
    fails: boolean(),
    costUsd: constantFrom(0.25, 0.5),
  })
  const steps: Arbitrary<{ all: readonly SentSpan[]; sent: readonly Step[] }> = array(span, {
    minLength: size,
    maxLength: size,
  })
    .map((given) =>
      given.map(({ parent, kind, name, fails, costUsd }, n): SentSpan => ({
        n: n + 1,
        ...(parent >= 0 && parent < n ? { in: parent + 1, parent: 'local' as const } : {}),
        kind,
        name,
        fails,
        ...(kind === 'run' ? { version: 'any' } : {}),
        ...(kind === 'chat' ? { costUsd, inputTokens: 5 } : {}),
        agoMs: 1000 + n,
      })),
    )
    .chain((all) =>
      tuple(
        shuffledSubarray([...all, ...all], { minLength: size * 2, maxLength: size * 2 }),
        array(integer({ min: 1, max: size * 2 }), { maxLength: 4 }),
        array(constantFrom(0, secondMs, 16 * minuteMs), { minLength: 6, maxLength: 6 }),
      ).map(([order, cuts, ahead]) => {
        const ends = [...cuts, order.length].sort((a, b) => a - b)
        const sent = ends.map((end, index) => ({
          spans: order.slice(ends[index - 1] ?? 0, end),
          aheadMs: ahead[index] ?? 0,
        }))
        return { all, sent }
      }),
    )

  test(
    'the runs that count in the end are those of the whole trace, and the buckets agree',
    { timeout: 120_000 },
    async () => {
      await assert(
        asyncProperty(steps, async ({ all, sent }) => {
          const [trace, whole] = [aTrace(), aTrace()]
          const now = Date.now()
          let ahead = 0
          for (const { spans, aheadMs } of sent) {
            if (spans.length > 0) await sendBodyLeniently(traceBody(trace, spans, now))
            ahead += aheadMs
            await door.countAt(ahead)
          }
          await sendBodyLeniently(traceBody(whole, all, now))
          await door.countAt(ahead + 20 * minuteMs)
          const shown = async (traceId: string) =>
            (await runsIn(traceId)).map((row) => {
              const { run } = countedRun(row)
              return { ...run, traceId: '', insideOf: run.insideOf && { ...run.insideOf, traceId: '' } }
            })
          expect(await shown(trace)).toEqual(await shown(whole))
        }),
        { numRuns: 40 },
      )
      await expectBucketsToAgree()
    },
  )

  async function sendBodyLeniently(body: string): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(door.url, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
    await answer.text()
  }
})

describe('when something goes wrong', () => {
  test('a turn that fails half-way leaves the trace as it was, and nothing is counted twice', async () => {
    const trace = aTrace()
    const version = 'half-way'
    await send(trace, { n: 1, ...support, version })
    await house.owner(async (client) => {
      await client.query(`CREATE FUNCTION refuse_bucket() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$`)
      await client.query(
        'CREATE TRIGGER refuse_bucket BEFORE INSERT OR UPDATE ON bucket FOR EACH ROW EXECUTE FUNCTION refuse_bucket()',
      )
    })
    const counting = door.countAt(secondMs)
    await expect(counting).resolves.toBeUndefined()
    expect(await runsIn(trace)).toEqual([])
    await house.owner((client) => client.query('DROP TRIGGER refuse_bucket ON bucket'))
    // It was set aside by then, since it failed alone while the database answered.
    await door.countAt(2 * 60 * minuteMs)
    expect(await talliesOf({ version })).toMatchObject({ runs: 1 })
    expect(await runsIn(trace)).toMatchObject([{ version }])
  })

  test('one trace that cannot be read, or whose run cannot be written, keeps no other waiting', async () => {
    const [broken, refused] = [aTrace(), aTrace()]
    const receivedAt = new Date()
    await house.db.spanBatch.create({
      data: { traceId: broken, receivedAt, spanCount: 1, bare: false, spans: '[{' },
    })
    await house.db.pendingTrace.create({ data: { traceId: broken, dueAt: receivedAt } })
    await house.owner((client) =>
      client.query(`ALTER TABLE run ADD CONSTRAINT no_such_version CHECK (version <> 'refused')`),
    )
    await send(refused, { n: 1, ...support, version: 'refused' })
    const others = Array.from({ length: 20 }, aTrace)
    for (const trace of others) await send(trace, { n: 1, ...support, version: 'beside' })
    await door.countAt(secondMs)
    expect(await talliesOf({ version: 'beside' })).toMatchObject({ runs: 20 })
    await house.owner((client) => client.query('ALTER TABLE run DROP CONSTRAINT no_such_version'))
    await door.countAt(2 * 60 * minuteMs)
    expect(await runsIn(refused)).toMatchObject([{ version: 'refused' }])
  })

  test('a trace that is too large keeps no other waiting, and a large one rests before it is looked at again', async () => {
    const [endless, large] = [aTrace(), aTrace()]
    const receivedAt = new Date()
    await house.db.spanBatch.create({
      data: { traceId: endless, receivedAt, spanCount: 100_001, bare: false, spans: '[]' },
    })
    await house.db.pendingTrace.create({ data: { traceId: endless, dueAt: receivedAt } })
    const tools = Array.from({ length: 2_500 }, (_, n): SentSpan => ({
      n: n + 2,
      in: 1,
      parent: 'local',
      kind: 'tool',
      name: 'a',
    }))
    await send(large, { n: 1, ...support, version: 'large' }, ...tools)
    const queued = async () => await house.db.pendingTrace.findUnique({ where: { traceId: large } })
    await door.countAt(secondMs)
    expect(await runsIn(large)).toMatchObject([{ toolCalls: 2_500 }])
    expect(await queued()).toMatchObject({ dueAt: null })

    await send(large, { n: 3_000, in: 1, parent: 'local', kind: 'tool', name: 'a', fails: true })
    const { dueAt, restUntil } = (await queued()) ?? {}
    expect(dueAt).toEqual(restUntil)
    await door.countAt(2 * secondMs)
    expect(await runsIn(large)).toMatchObject([{ toolCalls: 2_501, toolFailures: 1 }])
    expect(await runsIn(endless)).toEqual([])
    await expectBucketsToAgree()
  })

  test('two edges that count at once count each run once', async () => {
    const other = await startTraceDoor(house.db, { writer: 'edge-2' })
    try {
      const version = 'two-edges'
      const traces = Array.from({ length: 60 }, aTrace)
      for (const trace of traces) {
        await send(trace, { n: 1, ...support, version, conversationId: trace })
        await Promise.all([door.countAt(secondMs), other.countAt(secondMs)])
      }
      await Promise.all(
        traces.map((trace) => send(trace, { n: 2, in: 1, kind: 'tool', name: 'a', fails: true })),
      )
      await Promise.all([door.countAt(2 * secondMs), other.countAt(2 * secondMs)])
      expect(await talliesOf({ version })).toMatchObject({ runs: 60, toolRuns: 60, toolFailures: 60 })
      await expectBucketsToAgree()
    } finally {
      await other.close()
    }
  })
})

describe('what says nothing of agents', () => {
  const batches = async (traceId: string) => await house.db.spanBatch.count({ where: { traceId } })
  const pending = async (traceId: string) => await house.db.pendingTrace.count({ where: { traceId } })

  test('is kept for a quarter of an hour, makes nothing due, and goes; not where an agent ran', async () => {
    const [plain, agents] = [aTrace(), aTrace()]
    await send(plain, { n: 2, in: 1, parent: 'local', kind: 'plain' })
    await send(agents, { n: 2, in: 1, parent: 'local', kind: 'plain' })
    expect([await pending(plain), await pending(agents)]).toEqual([0, 0])
    await send(agents, { n: 3, in: 2, parent: 'local', ...support, version: 'under-plain' })
    await send(agents, { n: 1, kind: 'plain' })
    expect(await pending(agents)).toBe(1)
    await dropSpans(house.db, new Date(Date.now() + 14 * minuteMs))
    expect(await batches(plain)).toBe(1)
    await dropSpans(house.db, new Date(Date.now() + 16 * minuteMs))
    expect([await batches(plain), await batches(agents)]).toEqual([0, 3])
    await door.countAt(secondMs)
    expect(await runsIn(agents)).toMatchObject([{ version: 'under-plain' }])
  })

  test('is all forgotten after a day, with what is due of it', async () => {
    await send(aTrace(), { n: 2, in: 1, parent: 'local', kind: 'tool', name: 'a' })
    const long = aTrace()
    await send(long, { n: 1, ...support, version: 'forgotten' })
    await dropSpans(house.db, new Date(Date.now() + 24 * 60 * minuteMs + secondMs))
    expect([await house.db.spanBatch.count(), await house.db.pendingTrace.count()]).toEqual([0, 0])
  })
})
