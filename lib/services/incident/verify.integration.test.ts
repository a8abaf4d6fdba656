import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemActor } from '#lib/domain/actor.ts'
import { memorySwitch } from '#lib/drivers/switch/memory.ts'
import { buildTable } from '#lib/routing/build.ts'
import { readRoutingFacts } from '#lib/store/routing.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { edgeServes, tableSwitchOf } from '#lib/testing/guard.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { giveRuns } from '#lib/testing/runs.ts'
import { reconcile } from '../rollout/reconcile.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { verifyRecovery } from './verify.ts'

/** Steps 3 and 4 of the runbook: the switch is read back, the recovery is proven from runs. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const extra = `  stability_window: 60s
  recovery_runs_min: 20
  disable_writes_on_rollback: true`

/** A rollout rolled back at second 10. */
async function aRollback(agent: string) {
  const { db } = house
  await anAgentIn(db, { agent })
  const rolloutId = await aRolloutIn(db, agent, after(0), extra)
  const { incidentId } = valueOf(await rollBack({ rolloutId }, anActor(), { db, now: after(10) }))
  if (incidentId === null) throw new Error('A rollback opens an incident')
  return { db, agent, rolloutId, incidentId }
}

const rowOf = (rolloutId: string) => house.db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
const incidentOf = (id: string) => house.db.incident.findUniqueOrThrow({ where: { id } })
const writesOf = async (agent: string) =>
  buildTable(await readRoutingFacts(house.db), 'test').agents[agent]?.capabilities?.['writes']
const verify = async (incidentId: string, second: number) =>
  valueOf(await verifyRecovery({ incidentId }, systemActor, { db: house.db, now: after(second) }))

describe('a switch', () => {
  test('is requested until every edge serves its revision, then applied, once', async () => {
    const { db, agent, rolloutId, incidentId } = await aRollback('served-agent')
    const { switchRev } = await rowOf(rolloutId)
    const rev = switchRev ?? 0n
    const settle = (second: number) =>
      reconcile(
        agent,
        tableSwitchOf(db, () => after(second)),
        systemActor,
        { db, now: after(second) },
      )

    expect(await settle(11)).toBe(false)
    await edgeServes(db, 'served-1', rev, after(12))
    await edgeServes(db, 'served-2', rev - 1n, after(12))
    expect(await settle(12)).toBe(false)
    expect(await rowOf(rolloutId)).toMatchObject({ switchStatus: 'requested', switchAppliedAt: null })

    await edgeServes(db, 'served-2', rev + 3n, after(13))
    expect(await settle(13)).toBe(true)
    expect(await settle(14)).toBe(true)
    expect(await rowOf(rolloutId)).toMatchObject({ switchStatus: 'applied', switchAppliedAt: after(13) })
    expect(await incidentOf(incidentId)).toMatchObject({ appliedAt: after(13) })
    const lines = await db.auditEntry.findMany({ where: { rolloutId, action: 'switch' } })
    expect(lines.map((line) => line.outcome)).toEqual(['applied'])
    expect(JSON.parse(lines[0]?.body ?? '')).toMatchObject({ details: { serving: 2, of: 2 } })
  })

  test('that no edge serves has failed after its deadline, is said so once, and is still retried', async () => {
    const { db, agent, rolloutId } = await aRollback('failing-agent')
    const trafficSwitch = memorySwitch()
    trafficSwitch.obey(false)
    const settle = (second: number) =>
      reconcile(agent, trafficSwitch, systemActor, { db, now: after(second) })
    expect(await settle(40)).toBe(false)
    expect((await rowOf(rolloutId)).switchStatus).toBe('requested')
    expect(await settle(40.001)).toBe(false)
    expect((await rowOf(rolloutId)).switchStatus).toBe('failed')
    expect(await settle(41)).toBe(false)
    expect(trafficSwitch.orders).toHaveLength(3)

    trafficSwitch.obey(true)
    expect(await settle(50)).toBe(true)
    expect((await rowOf(rolloutId)).switchStatus).toBe('applied')
    const lines = await db.auditEntry.findMany({
      where: { rolloutId, action: 'switch' },
      orderBy: { seq: 'asc' },
    })
    expect(lines.map((line) => line.outcome)).toEqual(['failed', 'applied'])
  })
})

/** In force at second 11. */
async function applied(agent: string) {
  const { db } = house
  expect(await reconcile(agent, memorySwitch(), systemActor, { db, now: after(11) })).toBe(true)
}

describe('a recovery', () => {
  test('is proven by fresh runs of the stable, at the end of the window, and lifts the deny of writes', async () => {
    const { db, agent, rolloutId, incidentId } = await aRollback('recovered-agent')
    expect(await writesOf(agent)).toMatchObject({ state: 'deny', onUnknown: 'deny' })
    await applied(agent)
    for (const second of [20, 40, 60]) await giveRuns(db, agent, '2.3.3', after(second), 10)

    expect(await verify(incidentId, 41)).toEqual({ settled: false })
    expect(await rowOf(rolloutId)).toMatchObject({ switchStatus: 'verified', recovery: 'verifying' })
    expect(await verify(incidentId, 71.999)).toEqual({ settled: false })
    expect(await writesOf(agent)).toMatchObject({ state: 'deny' })

    expect(await verify(incidentId, 72)).toEqual({ settled: true })
    expect(await incidentOf(incidentId)).toMatchObject({ recovery: 'recovered', recoveryFacts: { runs: 30 } })
    expect((await rowOf(rolloutId)).recovery).toBe('recovered')
    expect(await writesOf(agent)).toMatchObject({ state: 'allow' })

    expect(await verify(incidentId, 73)).toEqual({ settled: true })
    const lines = await db.auditEntry.findMany({ where: { incidentId }, orderBy: { seq: 'asc' } })
    expect(lines.map((line) => [line.action, line.outcome])).toEqual([
      ['rollout.rollback', 'rolled_back'],
      ['capability.deny', 'deny'],
      ['switch', 'applied'],
      ['switch', 'verified'],
      ['recovery', 'recovered'],
      ['capability.allow', 'allow'],
    ])
    expect(await db.delivery.count({ where: { incidentId, kind: 'recovery' } })).toBe(1)
  })

  test('is not there while the stable itself is over a limit: the release was not the cause, writes stay denied', async () => {
    const { db, agent, incidentId } = await aRollback('ill-agent')
    await applied(agent)
    await giveRuns(db, agent, '2.3.3', after(30), 27)
    await giveRuns(db, agent, '2.3.3', after(30), 3, { failed: true })
    expect(await verify(incidentId, 72)).toEqual({ settled: true })
    expect(await incidentOf(incidentId)).toMatchObject({
      recovery: 'not_recovered',
      recoveryBecause: expect.stringContaining('not the cause'),
    })
    expect(await writesOf(agent)).toMatchObject({ state: 'deny' })
  })

  test('is not there while the candidate still has runs at the end of the window', async () => {
    const { db, agent, incidentId } = await aRollback('leaking-agent')
    await applied(agent)
    await giveRuns(db, agent, '2.3.3', after(30), 30)
    await giveRuns(db, agent, '2.4.0', after(60), 1)
    await verify(incidentId, 72)
    expect(await incidentOf(incidentId)).toMatchObject({ recovery: 'not_recovered' })
    expect(await writesOf(agent)).toMatchObject({ state: 'deny' })
  })

  test.each([
    ['silence', 0],
    ['too few runs to say anything', 19],
  ])('is inconclusive on %s, and writes stay denied', async (_name, runs) => {
    const { db, agent, incidentId } = await aRollback(`quiet-agent-${runs}`)
    await applied(agent)
    if (runs > 0) await giveRuns(db, agent, '2.3.3', after(30), runs)
    expect(await verify(incidentId, 72)).toEqual({ settled: true })
    expect(await incidentOf(incidentId)).toMatchObject({ recovery: 'inconclusive' })
    expect(await writesOf(agent)).toMatchObject({ state: 'deny' })
  })

  test('is inconclusive when the switch was never seen in force, however healthy the runs', async () => {
    const { db, agent, rolloutId, incidentId } = await aRollback('unseen-agent')
    await giveRuns(db, agent, '2.3.3', after(30), 100)
    const trafficSwitch = memorySwitch()
    trafficSwitch.obey(false)
    expect(await reconcile(agent, trafficSwitch, systemActor, { db, now: after(41) })).toBe(false)
    expect((await rowOf(rolloutId)).switchStatus).toBe('failed')
    expect(await verify(incidentId, 69)).toEqual({ settled: false })
    expect(await verify(incidentId, 70)).toEqual({ settled: true })
    expect(await incidentOf(incidentId)).toMatchObject({ recovery: 'inconclusive' })
    expect(await writesOf(agent)).toMatchObject({ state: 'deny' })
  })

  test('is proven late when the guard was away for the whole window: it looks first, and watches one from there', async () => {
    const { db, agent, incidentId } = await aRollback('away-agent')
    await giveRuns(db, agent, '2.3.3', after(30), 100)
    expect(await verify(incidentId, 100)).toEqual({ settled: false })
    await reconcile(agent, memorySwitch(), systemActor, { db, now: after(100) })
    expect(await incidentOf(incidentId)).toMatchObject({ appliedAt: after(100), recoveryUntil: after(161) })
    expect(await verify(incidentId, 160.999)).toEqual({ settled: false })
    await giveRuns(db, agent, '2.3.3', after(130), 20)
    expect(await verify(incidentId, 161)).toEqual({ settled: true })
    expect(await incidentOf(incidentId)).toMatchObject({ recovery: 'recovered', recoveryFacts: { runs: 20 } })
  })

  test('counts no run from before the switch was in force', async () => {
    const { db, agent, incidentId } = await aRollback('early-agent')
    await giveRuns(db, agent, '2.3.3', after(10.5), 100)
    await applied(agent)
    await verify(incidentId, 72)
    expect(await incidentOf(incidentId)).toMatchObject({
      recovery: 'inconclusive',
      recoveryFacts: { runs: 0 },
    })
  })

  test('leaves a deny that a person ordered', async () => {
    const { db } = house
    const agent = await anAgentIn(db, { agent: 'denied-agent' })
    await db.capabilityState.create({
      data: {
        agent,
        name: 'writes',
        state: 'deny',
        onUnknown: 'deny',
        sinceRev: 1n,
        reason: 'An audit is going on',
        setBy: { kind: 'person', id: 'pe_1', name: 'Mira' },
        setAt: after(0),
      },
    })
    const rolloutId = await aRolloutIn(db, agent, after(0), extra)
    const { incidentId } = valueOf(await rollBack({ rolloutId }, anActor(), { db, now: after(10) }))
    await applied(agent)
    await giveRuns(db, agent, '2.3.3', after(30), 30)
    await verify(incidentId ?? '', 72)
    expect(await incidentOf(incidentId ?? '')).toMatchObject({ recovery: 'recovered' })
    expect(await writesOf(agent)).toMatchObject({ state: 'deny' })
  })
})
