import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentPart, type SpanPart } from '#lib/telemetry/spans.ts'
import { writeSpans } from '#lib/telemetry/spanText.ts'
import { keepSpans } from '#lib/store/spanBatches.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, openInstallation } from '#lib/testing/installation.ts'
import { type SentSpan, spanIdOf, traceBody } from '#lib/testing/otlpTrace.ts'
import { giveRuns } from '#lib/testing/runs.ts'
import { startTraceDoor, type TestTraceDoor } from '#lib/testing/traceDoor.ts'
import { readRun, type RunView } from './run.ts'
import { readRunSpans } from './runSpans.ts'

let installation: TestDatabase
let door: TestTraceDoor
const everyone = anActor()
const onlySupport = anActor({ agents: ['support-agent'] })
const onlyMail = anActor({ agents: ['mail-agent'] })

beforeAll(async () => {
  installation = await openInstallation()
  await anAgentIn(installation.db, { agent: 'support-agent' })
  await anAgentIn(installation.db, { agent: 'mail-agent' })
  door = await startTraceDoor(installation.db)
})
afterAll(async () => {
  await door.close()
  await installation.drop()
})

const aTrace = () => randomBytes(16).toString('hex')
const idOf = (traceId: string, n: number) => `${traceId}-${spanIdOf(n)}`

async function send(traceId: string, spans: readonly SentSpan[], aheadMs = 60_000): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(door.url, { method: 'POST', headers, body: traceBody(traceId, spans) })
  expect(answer.status, await answer.text()).toBe(200)
  await door.countAt(aheadMs)
}

async function view(id: string, actor = everyone): Promise<RunView> {
  const run = await readRun(id, actor, installation.db)
  if (!run) throw new Error('there is no such run, or it may not be seen')
  return run
}

/** A run of support-agent that calls a tool in which mail-agent runs. */
const callerAndCalled: readonly SentSpan[] = [
  { n: 1, kind: 'run', name: 'support-agent', version: '2.4.0', conversationId: 'c-1' },
  { n: 2, in: 1, parent: 'local', kind: 'chat', attributes: { 'gen_ai.request.model': 'model-a' } },
  { n: 3, in: 1, parent: 'local', kind: 'tool', name: 'send_mail' },
  { n: 4, in: 3, parent: 'local', kind: 'run', name: 'mail-agent', version: '2.3.3', fails: true },
  { n: 5, in: 4, parent: 'local', kind: 'chat', attributes: { 'gen_ai.request.model': 'model-secret' } },
  { n: 6, in: 4, parent: 'local', kind: 'tool', name: 'secret_tool' },
]

test('a run shows its spans in the order in which they are in each other, and the runs around it', async () => {
  const traceId = aTrace()
  await send(traceId, callerAndCalled)
  const caller = await view(idOf(traceId, 1))
  expect(caller).toMatchObject({
    agent: 'support-agent',
    version: '2.4.0',
    rung: 'span',
    outcome: 'ok',
    conversationId: 'c-1',
    insideOf: [],
    inside: [{ id: idOf(traceId, 4), agent: 'mail-agent', outcome: 'failed' }],
    insideHidden: 0,
  })
  expect(caller.spans?.shown.map(({ depth, kind, name }) => [depth, kind, name])).toEqual([
    [0, 'run', 'support-agent'],
    [1, 'inference', 'model-a'],
    [1, 'tool', 'send_mail'],
    [2, 'run', 'mail-agent'],
    [3, 'inference', 'model-secret'],
    [3, 'tool', 'secret_tool'],
  ])
  expect(caller.spans?.shown[3]?.runId).toBe(idOf(traceId, 4))
  expect(caller.spans?.shown[0]?.runId).toBeNull()
  const called = await view(idOf(traceId, 4))
  expect(called).toMatchObject({
    outcome: 'failed',
    insideOf: [{ id: idOf(traceId, 1), agent: 'support-agent' }],
    inside: [],
  })
  expect(called.spans?.total).toBe(3)
})

test('a run that is deep inside others names each of them, the nearest first', async () => {
  await anAgentIn(installation.db, { agent: 'deep-agent' })
  const traceId = aTrace()
  const within = { parent: 'local', kind: 'run', version: '2.3.3' } as const
  await send(traceId, [...callerAndCalled, { ...within, n: 7, in: 4, name: 'deep-agent' }])
  const { insideOf } = await view(idOf(traceId, 7))
  expect(insideOf.map(({ agent }) => agent)).toEqual(['mail-agent', 'support-agent'])
  const seen = await view(idOf(traceId, 7), anActor({ agents: ['deep-agent', 'support-agent'] }))
  expect(seen.insideOf.map(({ agent }) => agent)).toEqual([null, 'support-agent'])
})

test('of agents that a person may not see nothing is told but the times of their spans', async () => {
  const traceId = aTrace()
  await send(traceId, callerAndCalled)
  const caller = await view(idOf(traceId, 1), onlySupport)
  const { shown = [] } = caller.spans ?? {}
  expect(shown.map(({ kind }) => kind)).toEqual(['run', 'inference', 'tool', 'other', 'other', 'other'])
  expect(shown.slice(3).every(({ durationMs }) => durationMs > 0)).toBe(true)
  expect(shown.slice(3).every(({ failed, name, model, runId }) => !failed && !name && !model && !runId)).toBe(
    true,
  )
  expect(JSON.stringify(caller)).not.toMatch(/secret|mail-agent/)
  expect(caller).toMatchObject({ inside: [], insideHidden: 1 })

  const called = await view(idOf(traceId, 4), onlyMail)
  expect(called.insideOf).toEqual([{ id: null, agent: null, outcome: null, latencyMs: null }])
  expect(JSON.stringify(called)).not.toMatch(/support-agent|model-a/)
  expect(called.spans?.shown.map(({ kind }) => kind)).toEqual(['run', 'inference', 'tool'])
})

test('a run of an agent that is not theirs is to a person as if it were none', async () => {
  const traceId = aTrace()
  await send(traceId, callerAndCalled)
  const { db } = installation
  expect(await readRun(idOf(traceId, 4), onlySupport, db)).toBeNull()
  expect(await readRun(idOf(traceId, 1), onlyMail, db)).toBeNull()
  for (const id of ['', 'nothing', idOf(traceId, 2), idOf(aTrace(), 1), `${traceId}-`, "' OR 1=1 --"]) {
    expect(await readRun(id, everyone, db), id).toBeNull()
  }
})

test('a run that was folded into another says so, and that one says which it took in', async () => {
  const traceId = aTrace()
  await send(traceId, [{ n: 2, in: 1, kind: 'run', name: 'support-agent', version: '2.4.0' }])
  expect((await view(idOf(traceId, 2))).foldedInto).toBeNull()
  await send(traceId, [{ n: 1, kind: 'run', name: 'support-agent', version: '2.4.0' }])
  expect(await view(idOf(traceId, 2))).toMatchObject({
    evidence: 'folded',
    foldedInto: { id: idOf(traceId, 1), agent: 'support-agent' },
  })
  expect((await view(idOf(traceId, 1))).folded).toMatchObject([{ id: idOf(traceId, 2) }])
})

test('a span that comes late amends the run, and stands in its timeline once', async () => {
  const traceId = aTrace()
  await send(traceId, [{ n: 1, kind: 'run', name: 'support-agent', version: '2.4.0' }])
  expect((await view(idOf(traceId, 1))).amendedAt).toBeNull()
  const late: SentSpan = { n: 2, in: 1, parent: 'local', kind: 'tool', name: 'refund', fails: true }
  await send(traceId, [late])
  await send(traceId, [late])
  const run = await view(idOf(traceId, 1))
  expect(run.amendedAt).not.toBeNull()
  expect(run.tools).toEqual([{ name: 'refund', calls: 1, failures: 1 }])
  expect(run.spans?.shown.map(({ name, failed }) => [name, failed])).toEqual([
    ['support-agent', false],
    ['refund', true],
  ])
})

test('a model without a price is named, and scores stand with the run', async () => {
  const { db } = installation
  const spanId = spanIdOf(1)
  const traceId = aTrace()
  const now = new Date()
  await giveRuns(db, 'support-agent', '2.4.0', now, 1, {
    traceId,
    spanId,
    unpriced: [{ provider: 'acme', model: 'new-model' }],
  })
  const score = {
    agent: 'support-agent',
    agents: [],
    traceId,
    spanId,
    responseId: null,
    conversationId: null,
  }
  await db.score.create({
    data: {
      ...score,
      id: 's-1',
      name: 'helpful',
      value: 0.25,
      label: 'poor',
      source: 'api',
      at: now,
      receivedAt: now,
      lookAt: now,
      joinedAt: now,
      runTraceId: traceId,
      runSpanId: spanId,
    },
  })
  const run = await view(idOf(traceId, 1))
  expect(run.cost).toEqual({
    usd: null,
    estimated: false,
    subAgentsUsd: null,
    unpriced: [{ provider: 'acme', model: 'new-model' }],
  })
  expect(run.scores).toMatchObject([{ name: 'helpful', value: 0.25, label: 'poor', source: 'api' }])
  expect(run.spans).toBeNull()
})

test('a link to the trace is there as soon as somebody gave its address', async () => {
  const { db } = installation
  const traceId = aTrace()
  await giveRuns(db, 'support-agent', '2.4.0', new Date(), 1, { traceId, spanId: spanIdOf(1) })
  expect((await view(idOf(traceId, 1))).traceUrl).toBeNull()
  const value = 'https://traces.example/{trace_id}?span={span_id}&of={agent}'
  await db.setting.create({ data: { name: 'trace_url', value, changedAt: new Date(), changedBy: {} } })
  expect((await view(idOf(traceId, 1))).traceUrl).toBe(
    `https://traces.example/${traceId}?span=${spanIdOf(1)}&of=support-agent`,
  )
})

const parts = (traceId: string, from: number, count: number, parentOf: (n: number) => number | null) =>
  Array.from({ length: count }, (_, index): SpanPart => {
    const n = from + index
    const parent = parentOf(n)
    const at = new Date(Date.UTC(2026, 10, 23, 12) + n).toISOString()
    return {
      ...silentPart,
      traceId,
      spanId: spanIdOf(n),
      parentSpanId: parent === null ? null : spanIdOf(parent),
      parentRemote: false,
      kind: n === 1 ? 'run' : 'tool',
      agent: n === 1 ? 'support-agent' : null,
      toolName: n === 1 ? null : `tool ${n}`,
      startedAt: at,
      endedAt: at,
      durationMs: 1,
    }
  })

async function keep(traceId: string, batches: readonly (readonly SpanPart[])[]): Promise<void> {
  const now = new Date()
  for (const batch of batches) {
    const one = { traceId, spanCount: batch.length, bare: false, spans: writeSpans(batch) }
    await keepSpans(installation.db, [one], now, now)
  }
}

const spansOf = (traceId: string, max?: { shown: number; read: number }) =>
  readRunSpans(
    { traceId, spanId: spanIdOf(1), agent: 'support-agent', startedAt: new Date(Date.UTC(2026, 10, 23, 12)) },
    () => true,
    installation.db,
    max,
  )

test('of ten thousand spans the first five hundred are shown, and how many there are', async () => {
  const traceId = aTrace()
  const batches = Array.from({ length: 20 }, (_, index) =>
    parts(traceId, 1 + index * 500, 500, (n) => (n === 1 ? null : 1)),
  )
  await keep(traceId, batches)
  const spans = await spansOf(traceId)
  expect(spans).toMatchObject({ total: 10_000, read: 10_000, inTrace: 10_000 })
  expect(spans?.shown).toHaveLength(500)
  expect(spans?.shown[0]?.name).toBe('support-agent')
  expect(spans?.shown[499]?.name).toBe('tool 500')
})

test('a trace that is too large is read from its beginning, and no further than is said', async () => {
  const traceId = aTrace()
  await keep(
    traceId,
    [0, 1, 2, 3].map((index) => parts(traceId, 1 + index * 5, 5, (n) => (n === 1 ? null : 1))),
  )
  expect(await spansOf(traceId, { shown: 3, read: 8 })).toMatchObject({ total: 10, read: 10, inTrace: 20 })
})

test('a circle of parents ends, and spans whose run has not come are shown without it', async () => {
  const circle = aTrace()
  await keep(circle, [parts(circle, 1, 4, (n) => (n % 4) + 1)])
  expect((await spansOf(circle))?.total).toBe(4)
  const headless = aTrace()
  await keep(headless, [parts(headless, 2, 3, (n) => n - 1)])
  expect((await spansOf(headless))?.shown.map(({ name, depth }) => [name, depth])).toEqual([
    ['tool 2', 1],
    ['tool 3', 2],
    ['tool 4', 3],
  ])
})
