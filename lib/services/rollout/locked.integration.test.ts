import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { policyActor } from '#lib/domain/actor.ts'
import { buildTable } from '#lib/routing/build.ts'
import { decideVersion } from '#lib/routing/decide.ts'
import { lockKey } from '#lib/store/rollouts.ts'
import { readRoutingFacts } from '#lib/store/routing.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import {
  anAgentIn,
  aRolloutIn,
  documentOf,
  giveObservations,
  openInstallation,
  refusalOf,
  valueOf,
} from '#lib/testing/installation.ts'
import { adoptStable } from '../agent/adoptStable.ts'
import { putAgent } from '../agent/put.ts'
import { registerVersion } from '../version/register.ts'
import { evaluateRollout } from './evaluate.ts'
import { pauseRollout } from './pause.ts'
import { promoteRollout } from './promote.ts'
import { resumeRollout } from './resume.ts'
import { rollBack } from './rollBack.ts'
import { startRollout } from './start.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const stages =
  'stages: [{ name: canary, weight_percent: 20, hold: 10s }, { name: full, weight_percent: 100 }]'

/** Locks the content of a version, as the rollback of another rollout would. */
async function lock(agent: string, name: string): Promise<void> {
  const { digest } = await house.db.version.findUniqueOrThrow({ where: { agent_name: { agent, name } } })
  await house.db.lock.create({
    data: {
      id: `lk_${agent}`,
      agent,
      digest,
      versionName: name,
      reason: 'manual',
      sessionMode: 'next_turn',
      sinceRev: 1n,
      lockedAt: after(1),
      lockedBy: 'Mira',
      holdsKey: lockKey(agent, digest),
    },
  })
}

/** What hundred new conversations of this agent would run on. */
async function drawn(agent: string): Promise<Set<string | null>> {
  const table = buildTable(await readRoutingFacts(house.db), 'test')
  const decided = Array.from({ length: 100 }, (_, index) =>
    decideVersion(
      table,
      agent,
      { conversationId: `c-${index}` },
      { stableDefault: null, leaseExpired: false },
    ),
  )
  return new Set(decided.map((decision) => decision.version))
}

const healthy = { '2.4.0': { runs: 400 }, '2.3.3': { runs: 1600 } }

describe('a locked version gets no traffic', () => {
  test('not from a rollout that was already on its way, by gate, promotion or resumption', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'moving-agent' })
    const rolloutId = await aRolloutIn(db, agent, after(0), stages)
    expect(await drawn(agent)).toEqual(new Set(['2.3.3', '2.4.0']))
    await lock(agent, '2.4.0')
    expect(await drawn(agent)).toEqual(new Set(['2.3.3']))

    for (let second = 5; second <= 120; second += 5) {
      await giveObservations(db, agent, after(second), healthy)
      valueOf(await evaluateRollout({ rolloutId }, policyActor, { db, now: after(second) }))
    }
    const row = () => db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    expect(await row()).toMatchObject({ stageIndex: 0, phase: 'progressing' })
    const given = { rolloutId, reason: 'it is fine' }
    expect(refusalOf(await promoteRollout(given, anActor(), { db, now: after(130) }))).toBe('locked')
    valueOf(await pauseRollout({ rolloutId }, anActor(), { db, now: after(131) }))
    expect(refusalOf(await resumeRollout({ rolloutId }, anActor(), { db, now: after(132) }))).toBe('locked')
    expect(await row()).toMatchObject({ stageIndex: 0, phase: 'paused' })
    expect(await drawn(agent)).toEqual(new Set(['2.3.3']))
  })

  test('not by rolling back to it: there is no plan then', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'backed-agent' })
    const rolloutId = await aRolloutIn(db, agent, after(0), stages)
    await lock(agent, '2.3.3')
    expect(refusalOf(await rollBack({ rolloutId }, anActor(), { db, now: after(5) }))).toBe(
      'no_rollback_plan',
    )
    expect(await drawn(agent)).not.toContain('2.3.3')
  })

  test('not by adoption, under whatever name its content comes back', async () => {
    const { db } = house
    const agent = 'adopting-agent'
    valueOf(await putAgent({ agent }, anActor(), { db }))
    const manifest = { prompt: 'You are bad' }
    valueOf(await registerVersion({ agent, version: '1.0.0', manifest }, anActor(), { db }))
    await lock(agent, '1.0.0')
    const renamed = await registerVersion({ agent, version: '1.0.1', manifest }, anActor(), { db })
    expect(valueOf(renamed)).toMatchObject({ locked: true })
    const given = { agent, version: '1.0.1', reason: 'it is new' }
    expect(refusalOf(await adoptStable(given, anActor(), { db }))).toBe('locked')
    expect(await drawn(agent)).toEqual(new Set([null]))
  })

  test('not by starting again after the rollback, and what was refused is on the record', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'retried-agent' })
    const rolloutId = await aRolloutIn(db, agent, after(0), stages)
    valueOf(await rollBack({ rolloutId }, anActor(), { db, now: after(5) }))
    const again = { agent, document: { yaml: documentOf(agent) } }
    expect(refusalOf(await startRollout(again, anActor(), { db, now: after(6) }))).toBe('not_now')
    expect(await drawn(agent)).toEqual(new Set(['2.3.3']))
    const refused = await db.auditEntry.findMany({ where: { chain: agent, outcome: 'refused' } })
    expect(refused).toHaveLength(1)
    expect(JSON.parse(refused[0]?.body ?? '')).toMatchObject({
      action: 'rollout.start',
      details: { because: expect.stringContaining('is locked until its incident is reviewed') },
    })
  })
})

describe('silence is not a pass', () => {
  test('a rollout without a run stays where it is, however long it is looked at', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'silent-agent' })
    const rolloutId = await aRolloutIn(db, agent, after(0), stages)
    const seen = new Set<string | null>()
    for (let minute = 1; minute <= 60; minute += 1) {
      const outcome = await evaluateRollout({ rolloutId }, policyActor, { db, now: after(minute * 60) })
      seen.add(valueOf(outcome).outcome)
    }
    expect(seen).toEqual(new Set(['hold']))
    const row = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    expect(row).toMatchObject({ stageIndex: 0, phase: 'progressing', weightBp: 2000 })
    const newest = await db.decision.findFirstOrThrow({ where: { rolloutId }, orderBy: { number: 'desc' } })
    expect(newest.reason).toBe('telemetry_outage')
  })

  test('nor does one move that only its stable has runs of', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'half-silent-agent' })
    const rolloutId = await aRolloutIn(db, agent, after(0), stages)
    for (let second = 5; second <= 60; second += 5) {
      await giveObservations(db, agent, after(second), { '2.3.3': { runs: 1 } })
      const outcome = await evaluateRollout({ rolloutId }, policyActor, { db, now: after(second) })
      expect(valueOf(outcome).outcome).not.toBe('allow')
    }
    expect(await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).toMatchObject({ stageIndex: 0 })
  })
})
