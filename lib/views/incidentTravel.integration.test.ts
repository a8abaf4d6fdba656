import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyActor } from '#lib/domain/actor.ts'
import { standingAt } from '#lib/domain/past.ts'
import { evaluateRollout } from '#lib/services/rollout/evaluate.ts'
import { pauseRollout } from '#lib/services/rollout/pause.ts'
import { resumeRollout } from '#lib/services/rollout/resume.ts'
import { findRollout } from '#lib/store/rollouts.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import {
  anAgentIn,
  aRolloutIn,
  giveObservations,
  openInstallation,
  valueOf,
} from '#lib/testing/installation.ts'
import { giveRuns } from '#lib/testing/runs.ts'
import { readIncidentMoment } from './incidentMoment.ts'
import { readIncidentTravel } from './incidentTravel.ts'
import { readRolloutEvents } from './rolloutEvents.ts'

/** An incident can be looked at as it was: what was known then, and nothing that came later. */

let house: TestDatabase
let rolloutId: string
let incidentId: string
let stoppedAt = 0
const agent = 'travel-agent'
const failsFrom = 60

beforeAll(async () => {
  house = await openInstallation()
  const { db } = house
  await anAgentIn(db, { agent })
  rolloutId = await aRolloutIn(db, agent)
  valueOf(await pauseRollout({ rolloutId }, anActor(), { db, now: after(22) }))
  valueOf(await resumeRollout({ rolloutId }, anActor(), { db, now: after(32) }))
  for (let second = 5; stoppedAt === 0; second += 5) {
    const errors = second >= failsFrom ? 2 : 0
    await giveRuns(db, agent, '2.4.0', after(second - 1), 2, { failed: errors > 0 })
    await giveRuns(db, agent, '2.3.3', after(second - 1), 38)
    await giveObservations(db, agent, after(second), { '2.4.0': { runs: 2, errors }, '2.3.3': { runs: 38 } })
    const looked = await evaluateRollout({ rolloutId }, policyActor, { db, now: after(second) })
    if (valueOf(looked).outcome === 'stop') stoppedAt = second
  }
  incidentId = (await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).incidentId ?? ''
})
afterAll(() => house.drop())

const moment = async (second: number, actor = anActor()) =>
  await readIncidentMoment(incidentId, after(second), actor, after(stoppedAt + 5), house.db)

test('before anything failed it was holding, with the share, the figures and the decision of then', async () => {
  const then = await moment(failsFrom - 3)
  expect(then?.verdict).toMatchObject({ tone: 'hold', word: 'Holding' })
  expect(then).toMatchObject({
    candidatePercent: 5,
    switchStatus: null,
    recovery: null,
    decision: { outcome: 'hold', number: (failsFrom - 5) / 5 },
  })
  const errors = then?.metrics.find((each) => each.metric === 'error_rate')
  expect(errors).toMatchObject({ candidate: 0, candidateRuns: 2 * ((failsFrom - 5) / 5) })
})

test('at the stop it says stop, with the numbers of the decision that is kept', async () => {
  const kept = await house.db.decision.findFirstOrThrow({ where: { rolloutId, outcome: 'stop' } })
  const then = await moment(stoppedAt)
  expect(then?.verdict).toMatchObject({ tone: 'stop', word: 'Stopped', sentence: kept.because })
  expect(then?.verdict.follows).toContain('is locked until its incident is reviewed')
  expect(then).toMatchObject({ candidatePercent: 0, switchStatus: 'requested', recovery: 'verifying' })
  const incident = await house.db.incident.findUniqueOrThrow({ where: { id: incidentId } })
  const frozen = incident.snapshot as { candidate: { runs: number } }
  expect(then?.metrics[0]?.candidateRuns).toBe(frozen.candidate.runs)
})

test('a pause is seen while it lasted', async () => {
  expect((await moment(21))?.verdict.word).toBe('Holding')
  expect((await moment(22))?.verdict.word).toBe('Paused')
  expect((await moment(32))?.verdict.word).toBe('Holding')
})

test('a wait for a person is seen while it lasted', async () => {
  const asked = {
    kind: 'promote',
    agent,
    subject: rolloutId,
    rolloutId,
    title: 'To 25 %',
    reason: 'The gate',
  }
  const facts = { input: {}, seen: {}, seenDigest: '-', expiresAt: after(50) }
  await house.db.approval.create({
    data: {
      id: 'ap_travel',
      ...asked,
      ...facts,
      askedAt: after(40),
      askedById: policyActor.id,
      askedBy: { kind: 'policy', id: policyActor.id, name: policyActor.name },
      status: 'expired',
      endedAt: after(50),
    },
  })
  expect((await moment(39))?.verdict.word).toBe('Holding')
  expect((await moment(40))?.verdict.word).toBe('Waiting for approval')
  expect((await moment(50))?.verdict.word).toBe('Holding')
})

test('before the first check nothing reads as healthy, and a moment outside is its nearest end', async () => {
  const first = await moment(-500)
  expect(first?.at).toBe(after(0).toISOString())
  expect(first?.verdict.word).toBe('Starting')
  expect(first?.decision).toBeNull()
  expect((await moment(99_999))?.at).toBe(after(stoppedAt + 5).toISOString())
})

test('what the events tell ends where the rollout stands', async () => {
  const found = await findRollout(house.db, rolloutId)
  if (!found) throw new Error('No rollout')
  const { phase, stageIndex, weightBp } = found.rollout
  const told = standingAt(found.rollout, await readRolloutEvents(house.db, found.rollout), after(99_999))
  expect(told).toMatchObject({ phase, stageIndex, weightBp })
})

test('the events along the way are marked in their order', async () => {
  const travel = await readIncidentTravel(incidentId, anActor(), house.db)
  const labels = travel?.marks.map((mark) => mark.label) ?? []
  expect(labels).toEqual(['start at 5 %', 'holding', 'paused', 'resumed', 'first bad run', 'stop'])
  expect(travel?.from).toBe(after(0).toISOString())
})

test('a stop knows its first bad run, though it came in before the check at which the story begins', async () => {
  const { db } = house
  const late = 'late-agent'
  await anAgentIn(db, { agent: late })
  const id = await aRolloutIn(db, late)
  const evaluate = async (second: number) =>
    valueOf(await evaluateRollout({ rolloutId: id }, policyActor, { db, now: after(second) })).outcome
  await giveObservations(db, late, after(1), { '2.4.0': { runs: 10 }, '2.3.3': { runs: 190 } })
  expect(await evaluate(5)).toBe('hold')
  await giveRuns(db, late, '2.4.0', after(4.9), 40, { failed: true })
  await giveObservations(db, late, after(4.9), { '2.4.0': { runs: 40, errors: 40 }, '2.3.3': { runs: 760 } })
  expect(await evaluate(6)).toBe('stop')
  expect(await db.incident.findFirstOrThrow({ where: { agent: late } })).toMatchObject({
    detectedAt: after(4.9),
  })
})

test('an actor of another agent sees nothing of it', async () => {
  const other = anActor({ agents: ['billing-agent'] })
  expect(await moment(stoppedAt, other)).toBeNull()
  expect(await readIncidentTravel(incidentId, other, house.db)).toBeNull()
})
