import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aTableOf, ramping } from '#lib/routing/testing/tables.ts'
import { type Fleet, type FleetOptions, startFleet } from './fleet.ts'
import type { Run } from '#lib/telemetry/run.ts'
import { type DemoEdge, startDemoEdge } from '#lib/testing/demoEdge.ts'

const token = 'token'
vi.setConfig({ testTimeout: 20_000 })

let edge: DemoEdge
let fleet: Fleet | null
beforeEach(async () => {
  edge = await startDemoEdge(token)
  fleet = null
})
afterEach(async () => {
  await fleet?.stop()
  await edge.close()
})

async function aFleet(over: Partial<FleetOptions> = {}): Promise<Fleet> {
  fleet = await startFleet({
    edgeUrl: edge.url,
    token,
    agent: 'support-agent',
    stable: '2.3.3',
    candidate: '2.4.0',
    rate: 100,
    seed: 1,
    ...over,
  })
  return fleet
}

const candidateRuns = () => edge.runs().filter((run) => run.version === '2.4.0')
const shareOf = (runs: readonly Run[], isMeant: (run: Run) => boolean) =>
  runs.filter(isMeant).length / runs.length
const until = (fact: () => boolean) => expect.poll(fact, { timeout: 60_000, interval: 20 }).toBe(true)

test('both versions serve while the rollout runs, and only the stable once the candidate is revoked', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { state } = await aFleet()
  await until(() => (state().served['2.3.3'] ?? 0) > 10 && (state().served['2.4.0'] ?? 0) > 10)

  edge.publish(
    aTableOf(
      { stable: '2.3.3', revoked: { '2.4.0': { mode: 'next_turn', reason: 'error_spike', since: 2 } } },
      2,
    ),
  )
  await until(() => state().revisions.every((revision) => revision === '2'))
  const { served } = state()
  await until(() => (state().served['2.3.3'] ?? 0) > (served['2.3.3'] ?? 0) + 30)
  expect(state().served['2.4.0']).toBe(served['2.4.0'])
})

test('every turn that was served is told as one run of the version that served it', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { state, stop } = await aFleet()
  await until(() => state().turns > 40)
  await stop()
  const runs = Map.groupBy(edge.runs(), (run) => run.version ?? 'unattributed')
  expect(Object.fromEntries([...runs].map(([version, all]) => [version, all.length]))).toEqual(state().served)
})

test('as many SDK instances decide as were asked for', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { state } = await aFleet({ instances: 5 })
  expect(state().revisions).toEqual(['1', '1', '1', '1', '1'])
})

test('errors fail the candidate only while they are on', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { fault, state } = await aFleet()
  fault('errors', true)
  await until(() => candidateRuns().filter((run) => run.failed && run.toolFailures > 0).length > 10)
  fault('errors', false)
  expect(state().faults).toEqual([])
  const struckAt = Date.now()
  await until(() => candidateRuns().filter((run) => run.startedAt.getTime() > struckAt).length > 20)
  const later = candidateRuns().filter((run) => run.startedAt.getTime() > struckAt)
  expect(shareOf(later, (run) => run.failed)).toBeLessThan(0.1)
  const ofStable = edge.runs().filter((run) => run.version === '2.3.3')
  expect(shareOf(ofStable, (run) => run.failed)).toBeLessThan(0.1)
})

test('a blip fails two conversations of the candidate, and goes off by itself', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  // With this seed no other run of the first hundred fails.
  const { fault, state, stop } = await aFleet({ seed: 1 })
  fault('blip', true)
  expect(state().faults).toEqual(['blip'])
  await until(() => state().faults.length === 0)
  await until(() => (state().served['2.4.0'] ?? 0) > 20)
  await stop()
  const failed = candidateRuns().filter((run) => run.failed)
  expect(failed).toHaveLength(2)
  expect(new Set(failed.map((run) => run.conversationId)).size).toBe(2)
})

test('a silent candidate takes turns and tells nothing; the stable goes on', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { fault, state, stop } = await aFleet()
  fault('silent', true)
  await until(() => (state().served['2.4.0'] ?? 0) > 10 && edge.runs().length > 10)
  await stop()
  expect(candidateRuns()).toEqual([])
})

test('long runs call the sub-agent in both versions, and only the candidate’s own tool fails', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { fault, stop } = await aFleet({ rate: 20 })
  fault('long_runs', true)
  const struck = () => candidateRuns().filter((run) => run.toolFailures > 0)
  await until(() => struck().length > 5)
  await stop()
  const inside = edge.runs().filter((run) => run.agent === 'support-agent-orders')
  expect(new Set(inside.map((run) => run.version))).toEqual(new Set(['1.0.0']))
  expect(new Set(inside.map((run) => run.insideOf?.agent))).toEqual(new Set(['support-agent']))
  expect(inside.filter((run) => run.failed || run.toolFailures > 0)).toEqual([])
  const callers = new Map(edge.runs().map((run) => [run.spanId, run.version]))
  expect(new Set(inside.map((run) => callers.get(run.insideOf?.spanId ?? '')))).toEqual(
    new Set(['2.3.3', '2.4.0']),
  )
  expect(shareOf(candidateRuns(), (run) => run.failed)).toBeLessThan(0.2)
})

test('answers of the candidate get worse only while that is on, and nothing fails', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { fault, stop } = await aFleet({ rate: 40 })
  const scoresOf = (version: string) => {
    const spans = new Set(edge.runs().flatMap((run) => (run.version === version ? [run.spanId] : [])))
    return edge.scores().flatMap(({ run, value }) => (spans.has(run.span_id) ? [value] : []))
  }
  await until(() => scoresOf('2.4.0').length > 10)
  expect(Math.min(...scoresOf('2.4.0'))).toBeGreaterThan(0.7)
  fault('worse_answers', true)
  await until(() => scoresOf('2.4.0').filter((value) => value < 0.6).length > 10)
  await stop()
  expect(Math.min(...scoresOf('2.3.3'))).toBeGreaterThan(0.7)
  expect(shareOf(candidateRuns(), (run) => run.failed || run.toolFailures > 0)).toBeLessThan(0.1)
})

test('a mislabelled candidate reports another version until that is off', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { fault } = await aFleet({ rate: 40 })
  const reported = () => new Set(edge.runs().map((run) => run.version))
  fault('mislabelled', true)
  await until(() => reported().has('v2.4.0') && reported().has('2.3.3'))
  expect(reported()).toEqual(new Set(['v2.4.0', '2.3.3']))
  fault('mislabelled', false)
  await until(() => candidateRuns().length > 5)
})

test('conversations have several turns', async () => {
  edge.publish(aTableOf(ramping(5_000)))
  const { stop } = await aFleet({ rate: 20 })
  const turns = () => Map.groupBy(edge.runs(), (run) => run.conversationId)
  const longest = () => Math.max(0, ...[...turns().values()].map((runs) => runs.length))
  await until(() => longest() > 2)
  await stop()
  expect(longest()).toBeLessThanOrEqual(4)
})

test('an agent whose writes are denied leaves them out, and counts them', async () => {
  edge.publish(
    aTableOf({
      ...ramping(0),
      capabilities: { writes: { state: 'deny', onUnknown: 'deny', since: 1 } },
    }),
  )
  const { state, stop } = await aFleet()
  await until(() => state().writesSkipped > 5)
  await stop()
  expect(new Set(edge.runs().flatMap((run) => run.tools.map(({ name }) => name)))).toEqual(
    new Set(['lookup_order']),
  )
})

test('clearing the faults ends all of them', async () => {
  edge.publish(aTableOf(ramping(0)))
  const { fault, clearFaults, state } = await aFleet({ rate: 1 })
  fault('slow', true)
  fault('blip', true)
  expect(state().faults).toEqual(['slow', 'blip'])
  clearFaults()
  expect(state().faults).toEqual([])
})
