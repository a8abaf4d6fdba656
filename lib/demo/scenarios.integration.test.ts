import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { offMessenger } from '#lib/drivers/messenger/off.ts'
import { type DemoFault, subAgentOf } from '#lib/domain/demo.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { startTestGuard } from '#lib/testing/guard.ts'
import { anAgentIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { aToken } from '#lib/testing/token.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { rolloutDocument } from './release.ts'

/**
 * Where each fault of the demo leads, on the real path: its fleet, exporters and document, an edge, a guard, PostgreSQL and
 * real time.
 */

let house: TestDatabase
let edge: TestEdge
let guard: { stop(): Promise<void> }
let token: string
beforeAll(async () => {
  house = await openInstallation()
  token = (await aToken(house.db, ['telemetry', 'evaluate'])).token
  edge = await startTestEdge(house.url)
  guard = await startTestGuard(house.url, { messenger: offMessenger() })
})
afterAll(async () => {
  await guard.stop()
  await edge.stop()
  await house.drop()
})

interface Versions {
  readonly stable: string
  readonly candidate: string
}

const versions = { stable: '2.3.3', candidate: '2.4.0' }

/** A rollout by the document that the demo starts one with. */
async function aRollout(agent: string, { stable, candidate }: Versions = versions): Promise<string> {
  const yaml = rolloutDocument({ agent, stable, candidate, quick: true })
  const started = await startRollout({ agent, document: { yaml } }, anActor(), { db: house.db })
  return valueOf(started).rolloutId
}

interface Demo {
  readonly agent: string
  readonly rolloutId: string
  readonly fleet: Fleet
}

/** The demo of an agent of its own, with a candidate that has served. */
async function aDemo(agent: string, prepare: (subAgent: string) => Promise<void> = aSubAgent): Promise<Demo> {
  await anAgentIn(house.db, { agent })
  await prepare(subAgentOf(agent))
  const rolloutId = await aRollout(agent)
  await edge.hasTable()
  const fleet = await startFleet({ edgeUrl: edge.url, token, agent, ...versions, rate: 15, seed: 3 })
  onTestFinished(() => fleet.stop())
  await until(async () => (await house.db.run.count({ where: { agent, version: versions.candidate } })) > 3)
  return { agent, rolloutId, fleet }
}

async function aSubAgent(agent: string): Promise<void> {
  await anAgentIn(house.db, { agent, versions: [] })
}

const until = async (fact: () => Promise<boolean>) =>
  await vi.waitUntil(fact, { timeout: 240_000, interval: 200 })
const rolloutNow = async (id: string) => await house.db.rollout.findUniqueOrThrow({ where: { id } })
const decisionsOf = async (rolloutId: string) =>
  await house.db.decision.findMany({ where: { rolloutId }, orderBy: { number: 'asc' } })
const locksOf = async (agent: string) => await house.db.lock.count({ where: { agent } })

/** The decision that stopped it. */
async function stopOf({ agent, rolloutId }: Demo) {
  await until(async () => (await rolloutNow(rolloutId)).phase === 'rolled_back')
  expect(await locksOf(agent)).toBe(1)
  const stop = (await decisionsOf(rolloutId)).find(({ outcome }) => outcome === 'stop')
  if (!stop) throw new Error('Rolled back, and nothing stopped it')
  const { question } = stop.decision as { question: string }
  return { stage: stop.stage, reason: stop.reason, question }
}

/** That the next so many checks came to pass, and none of all stopped it or locked anything. */
async function neverStopped({ agent, rolloutId }: Demo, checks: number): Promise<void> {
  const before = (await decisionsOf(rolloutId)).length
  await until(async () => (await decisionsOf(rolloutId)).length > before + checks)
  expect((await decisionsOf(rolloutId)).filter(({ outcome }) => outcome === 'stop')).toEqual([])
  expect(await locksOf(agent)).toBe(0)
}

vi.setConfig({ testTimeout: 300_000 })

describe('the candidate is stopped in canary, and locked', () => {
  test.each<[DemoFault, string, RegExp]>([
    ['errors', 'rollback_required', /errors|tool_fail/],
    ['tools', 'rollback_required', /tool_fail/],
    ['worse_answers', 'rollback_required', /score\.helpful/],
  ])('by %s: %s', async (fault, reason, about) => {
    const demo = await aDemo(`${fault.replaceAll('_', '-')}-agent`)
    demo.fleet.fault(fault, true)
    expect(await stopOf(demo)).toEqual({
      stage: 'canary',
      reason,
      question: expect.stringMatching(about),
    })
    if (fault !== 'worse_answers') return
    // Answers got worse while nothing failed.
    const failed = { agent: demo.agent, version: versions.candidate, failed: true }
    expect(await house.db.run.count({ where: failed })).toBeLessThan(3)
  })

  test('by long runs whose own tool fails; the sub-agent in them, which is rolled out as well, is not', async () => {
    let ofSubAgent = ''
    const demo = await aDemo('long-agent', async (agent) => {
      await anAgentIn(house.db, { agent })
      ofSubAgent = await aRollout(agent)
    })
    const subAgent = subAgentOf(demo.agent)
    demo.fleet.fault('long_runs', true)
    expect(await stopOf(demo)).toMatchObject({
      stage: 'canary',
      reason: 'rollback_required',
      question: expect.stringMatching(/tool_fail/),
    })
    const inner = await house.db.run.findMany({ where: { agent: subAgent } })
    expect(new Set(inner.map((run) => run.version))).toEqual(new Set(['2.3.3', '2.4.0']))
    expect(inner.filter((run) => run.failed || run.toolFailures > 0)).toEqual([])
    expect(await locksOf(subAgent)).toBe(0)
    expect((await rolloutNow(ofSubAgent)).phase).toBe('progressing')
    expect((await decisionsOf(ofSubAgent)).filter(({ outcome }) => outcome === 'stop')).toEqual([])
  })
})

describe('nothing is stopped and nobody is locked', () => {
  test('by a false alarm: both runs that failed are on the record', async () => {
    const demo = await aDemo('blip-agent')
    demo.fleet.fault('blip', true)
    await until(async () => demo.fleet.state().faults.length === 0)
    const failed = { agent: demo.agent, version: versions.candidate, failed: true }
    await until(async () => (await house.db.run.count({ where: failed })) >= 2)
    await neverStopped(demo, 10)
    expect((await rolloutNow(demo.rolloutId)).phase).toBe('progressing')
  })

  test('by a provider that is down for both: the stable breaks the limit too', async () => {
    const demo = await aDemo('provider-agent')
    demo.fleet.fault('provider_down', true)
    await until(async () =>
      (await decisionsOf(demo.rolloutId)).some(({ reason }) => reason === 'stable_degraded'),
    )
    await neverStopped(demo, 10)
  })

  test('by a wrong version name: held with the name and the line to change, and on once it is right', async () => {
    const demo = await aDemo('label-agent')
    demo.fleet.fault('mislabelled', true)
    const named = 'The runs name the version v2.4.0, which is not registered. '
    const mend = 'Set gen_ai.agent.version to 2.4.0, not v2.4.0.'
    await until(async () =>
      (await decisionsOf(demo.rolloutId)).some(
        ({ outcome, because }) => outcome === 'hold' && because.includes(named + mend),
      ),
    )
    await neverStopped(demo, 10)
    expect((await rolloutNow(demo.rolloutId)).stageIndex).toBe(0)
    demo.fleet.fault('mislabelled', false)
    await until(async () => (await rolloutNow(demo.rolloutId)).stageIndex > 0)
    expect(await locksOf(demo.agent)).toBe(0)
  })
})
