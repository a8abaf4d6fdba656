import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { policyActor } from '#lib/domain/actor.ts'
import { buildTable } from '#lib/routing/build.ts'
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
import { registerVersion } from '../version/register.ts'
import { evaluateRollout } from './evaluate.ts'
import { pauseRollout } from './pause.ts'
import { promoteRollout } from './promote.ts'
import { rollBack } from './rollBack.ts'
import { startRollout } from './start.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const route = async (agent: string) => buildTable(await readRoutingFacts(house.db), 'test').agents[agent]

/** Every candidate run fails; looked at each five seconds until it is stopped. */
async function degrade(agent: string, rolloutId: string): Promise<void> {
  for (let second = 5; second <= 60; second += 5) {
    await giveObservations(house.db, agent, after(second), {
      '2.4.0': { runs: 1, errors: 1, toolRuns: 1, toolFailedRuns: 1 },
      '2.3.3': { runs: 19 },
    })
    const outcome = await evaluateRollout({ rolloutId }, policyActor, { db: house.db, now: after(second) })
    if (valueOf(outcome).outcome === 'stop') return
  }
  throw new Error('it was never stopped')
}

describe('a candidate that degrades', () => {
  test('is stopped: traffic, lock, incident, alert and record in one transaction', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'stopped-agent' })
    const rolloutId = await aRolloutIn(db, agent)
    expect((await route(agent))?.rollout).toMatchObject({ candidate: '2.4.0', bp: 500 })
    await degrade(agent, rolloutId)

    const row = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    expect(row).toMatchObject({
      phase: 'rolled_back',
      weightBp: 0,
      switchStatus: 'requested',
      recovery: 'verifying',
    })
    expect(await route(agent)).toMatchObject({ stable: '2.3.3', revoked: { '2.4.0': { mode: 'next_turn' } } })
    expect((await route(agent))?.rollout).toBeUndefined()
    const incident = await db.incident.findUniqueOrThrow({ where: { rolloutId } })
    expect(incident).toMatchObject({
      reason: 'rollback_required',
      stage: 'canary',
      fromVersion: '2.4.0',
      toVersion: '2.3.3',
    })
    expect(await db.delivery.count({ where: { incidentId: incident.id } })).toBe(1)
    const line = await db.auditEntry.findFirstOrThrow({ where: { rolloutId, action: 'rollout.rollback' } })
    expect(JSON.parse(line.body)).toMatchObject({
      reason: 'rollback_required',
      from_version: 'stopped-agent@2.4.0',
      to_version: 'stopped-agent@2.3.3',
      stage: 'canary',
      switch_status: 'requested',
      actor: { kind: 'policy' },
      policy_version: 1,
    })
  })

  test('is locked by content, under every name and at every way back in', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'locked-agent' })
    await degrade(agent, await aRolloutIn(db, agent))
    const again = { agent, document: { yaml: documentOf(agent) } }
    expect(refusalOf(await startRollout(again, anActor(), { db, now: after(90) }))).toBe('not_now')

    const renamed = { agent, version: '2.4.1', manifest: { prompt: 'You are 2.4.0', model: 'm-1' } }
    expect(valueOf(await registerVersion(renamed, anActor(), { db, now: after(90) }))).toMatchObject({
      locked: true,
    })
    const other = { agent, document: { yaml: documentOf(agent, '2.4.1') } }
    expect(refusalOf(await startRollout(other, anActor(), { db, now: after(90) }))).toBe('not_now')
  })

  test('is rolled back once, however many signals and processes ask', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'asked-agent' })
    const rolloutId = await aRolloutIn(db, agent)
    const asked = await Promise.all(
      Array.from({ length: 10 }, () =>
        rollBack({ rolloutId, reason: 'it lies' }, anActor(), { db, now: after(30) }),
      ),
    )
    const answers = asked.map(valueOf)
    expect(answers.filter((answer) => !answer.alreadyRolledBack)).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.incidentId)).size).toBe(1)
    const row = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    expect(row.suppressed).toBe(9)
    expect(await db.delivery.count({ where: { incident: undefined, incidentId: row.incidentId } })).toBe(1)
    const lines = await db.auditEntry.findMany({ where: { rolloutId, action: 'rollout.rollback' } })
    expect(lines.filter((line) => line.outcome === 'rolled_back')).toHaveLength(1)
    expect(lines.filter((line) => line.outcome === 'already_rolled_back')).toHaveLength(9)
  })

  test('a policy and a person at the same instant give one switch and one winner', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'raced-agent' })
    const rolloutId = await aRolloutIn(db, agent)
    await giveObservations(db, agent, after(5), { '2.4.0': { runs: 40, errors: 40 }, '2.3.3': { runs: 400 } })
    const [byPolicy, byPerson] = await Promise.all([
      evaluateRollout({ rolloutId }, policyActor, { db, now: after(5) }),
      rollBack({ rolloutId }, anActor(), { db, now: after(5) }),
    ])
    valueOf(byPolicy)
    valueOf(byPerson)
    const lines = await db.auditEntry.findMany({
      where: { rolloutId, action: 'rollout.rollback', outcome: 'rolled_back' },
    })
    expect(lines).toHaveLength(1)
    expect(await db.incident.count({ where: { rolloutId } })).toBe(1)
  })
})

describe('a healthy candidate', () => {
  test('moves through its stages on evidence and time, waits for a person before 100 %, and becomes the stable', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'healthy-agent' })
    const stages = `
stages:
  - { name: canary, weight_percent: 20, hold: 10s }
  - { name: half, weight_percent: 50, hold: 10s }
  - { name: full, weight_percent: 100, gate: approval }
evidence: { warmup: 0s }
`
    const rolloutId = await aRolloutIn(db, agent, after(0), stages)
    for (let second = 5; second <= 60; second += 5) {
      const { weightBp } = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
      const runs = (weightBp / 10_000) * 800
      await giveObservations(db, agent, after(second), {
        '2.4.0': { runs, errors: 1 },
        '2.3.3': { runs: 800 - runs, errors: 3 },
      })
      valueOf(await evaluateRollout({ rolloutId }, policyActor, { db, now: after(second) }))
    }
    const waiting = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    expect(waiting).toMatchObject({ phase: 'progressing', stageIndex: 1, weightBp: 5000 })
    expect(waiting.approvalAskedAt).not.toBeNull()

    const pipeline = anActor({ kind: 'token', id: 'tk_1', name: 'ci' })
    expect(refusalOf(await promoteRollout({ rolloutId }, pipeline, { db, now: after(61) }))).toBe('bad_input')
    const stale = { rolloutId, reason: 'fine', seenVersion: waiting.version - 1 }
    expect(refusalOf(await promoteRollout(stale, pipeline, { db, now: after(61) }))).toBe('stale')
    valueOf(await promoteRollout({ rolloutId, reason: 'fine for a week' }, pipeline, { db, now: after(62) }))
    const done = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    expect(done).toMatchObject({ phase: 'completed', weightBp: 10_000, liveKey: null })
    const now = await route(agent)
    expect({ ...now, capabilities: null }).toEqual({ stable: '2.4.0', capabilities: null })

    valueOf(await rollBack({ rolloutId, reason: 'late regret' }, pipeline, { db, now: after(3600) }))
    expect(await route(agent)).toMatchObject({ stable: '2.3.3', revoked: { '2.4.0': {} } })
  })

  test('a passing spike that breaches nothing never stops it, and is on the record', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'spiky-agent' })
    const rolloutId = await aRolloutIn(db, agent)
    const seen: (string | null)[] = []
    for (let second = 5; second <= 300; second += 5) {
      const errors = second === 150 ? 2 : 0
      await giveObservations(db, agent, after(second), {
        '2.4.0': { runs: 40, errors },
        '2.3.3': { runs: 160, errors: 1 },
      })
      seen.push(
        valueOf(await evaluateRollout({ rolloutId }, policyActor, { db, now: after(second) })).outcome,
      )
    }
    expect(seen).not.toContain('stop')
    expect(seen.at(-1)).toBe('allow')
    expect(await db.auditEntry.count({ where: { rolloutId, action: 'decision' } })).toBe(60)
    expect((await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).phase).toBe('progressing')
  })
})

test('a paused rollout is still stopped when it degrades', async () => {
  const { db } = house
  const agent = await anAgentIn(db, { agent: 'paused-agent' })
  const rolloutId = await aRolloutIn(db, agent)
  valueOf(await pauseRollout({ rolloutId }, anActor(), { db, now: after(1) }))
  await degrade(agent, rolloutId)
  expect((await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).phase).toBe('rolled_back')
})
