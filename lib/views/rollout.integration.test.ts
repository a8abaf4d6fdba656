import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyActor } from '#lib/domain/actor.ts'
import { evaluateRollout } from '#lib/services/rollout/evaluate.ts'
import { pauseRollout } from '#lib/services/rollout/pause.ts'
import { resumeRollout } from '#lib/services/rollout/resume.ts'
import { insertRuns } from '#lib/store/newRuns.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import {
  anAgentIn,
  aRolloutIn,
  giveObservations,
  openInstallation,
  valueOf,
} from '#lib/testing/installation.ts'
import { readIncident } from './incident.ts'
import { replayIncident } from './incidentReplay.ts'
import { readRollout } from './rollout.ts'
import { readRolloutEvents } from './rolloutEvents.ts'

let house: TestDatabase
let rolloutId: string
const agent = 'support-agent'

beforeAll(async () => {
  house = await openInstallation()
  await anAgentIn(house.db)
  rolloutId = await aRolloutIn(house.db, agent)
})
afterAll(() => house.drop())

/** One run in the database, as the edge writes it down. */
async function giveRun(version: string, second: number, failed: boolean): Promise<void> {
  const at = after(second)
  const id = `${version}-${second}`
  const run = {
    traceId: id,
    spanId: id,
    agent,
    version,
    rung: 'span',
    startedAt: at,
    endedAt: at,
    receivedAt: at,
    latencyMs: 300,
  }
  const tools = { toolCalls: 1, toolFailures: 0, tools: [], inputTokens: 0, outputTokens: 0 }
  await house.db.$transaction((tx) => insertRuns(tx, [{ ...run, ...tools, failed }]))
}

const view = async (second: number, actor = anActor()) =>
  await readRollout(rolloutId, actor, after(second), house.db)

test('before the first check nothing reads as healthy', async () => {
  const fresh = await view(1)
  expect(fresh?.verdict).toMatchObject({ tone: 'neutral', word: 'Starting' })
  expect(fresh?.flip).toBeNull()
  expect(fresh?.metrics.every((metric) => metric.candidate === null)).toBe(true)
  expect(fresh?.measuredPercent).toBeNull()
  expect(fresh?.whyNot).toMatchObject({ rollBack: null, pause: null, promote: null })
})

test('an actor of another agent sees nothing of it', async () => {
  expect(await view(1, anActor({ agents: ['billing-agent'] }))).toBeNull()
})

test('it names the parts in which the candidate differs, and marks what happened to it on the charts', async () => {
  const paused = await pauseRollout({ rolloutId }, anActor(), { db: house.db, now: after(2) })
  expect(paused.ok).toBe(true)
  const resumed = await resumeRollout({ rolloutId }, anActor(), { db: house.db, now: after(3) })
  expect(resumed.ok).toBe(true)
  const seen = await view(4)
  expect(seen?.candidate.changed).toEqual(['prompt'])
  expect(seen?.markers.map(({ label }) => label)).toEqual(['start', 'paused', 'resumed'])
  expect(seen?.markers.map(({ at }) => at)).toEqual([0, 2, 3].map((second) => after(second).getTime()))
  const newest = await readRolloutEvents(house.db, { id: rolloutId, agent }, 2)
  expect(newest.map(({ kind }) => kind)).toEqual(['rollout.pause', 'rollout.resume'])
})

test('a stop is told with its numbers and its seconds, and the figures stay those it was decided on', async () => {
  let stoppedAt = 0
  for (let second = 5; stoppedAt === 0; second += 5) {
    await giveRun('2.4.0', second - 1, true)
    await giveObservations(house.db, agent, after(second), {
      '2.4.0': { runs: 1, errors: 1 },
      '2.3.3': { runs: 19 },
    })
    const looked = await evaluateRollout({ rolloutId }, policyActor, { db: house.db, now: after(second) })
    if (valueOf(looked).outcome === 'stop') stoppedAt = second
  }
  const stopped = await view(stoppedAt + 1)
  expect(stopped?.verdict).toMatchObject({ tone: 'stop', word: 'Stopped' })
  expect(stopped?.flip).toBeNull()
  expect(stopped?.verdict.sentence).toContain('candidate runs failed')
  expect(stopped?.theatre?.map((step) => [step.name, step.state])).toEqual([
    ['detected', 'done'],
    ['decided', 'done'],
    ['switched', 'done'],
    ['applied', 'running'],
    ['measured', 'waiting'],
    ['recovered', 'running'],
  ])
  expect(stopped?.theatre?.[1]?.tookSeconds).toBe(stoppedAt - 4)
  expect(stopped?.metrics[0]).toMatchObject({ metric: 'error_rate', candidate: 1 })
  expect(stopped?.whyNot.rollBack).toBe('This rollout was rolled back already')

  await giveRun('2.4.0', stoppedAt + 1, false)
  expect((await view(stoppedAt + 2))?.metrics[0]?.candidate).toBe(1)
})

test('the incident replays to the same bytes, and to others when the record was changed', async () => {
  const { incidentId } = await house.db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
  if (!incidentId) throw new Error('There is no incident')
  const shown = await readIncident(incidentId, anActor(), after(60), house.db)
  expect(shown?.verdict).toMatchObject({ tone: 'stop', word: 'Stopped' })
  expect(shown?.verdict.sentence).toBe('support-agent went back from 2.4.0 to 2.3.3.')
  expect(shown?.next).toMatchObject({ label: 'Recovery verdict in', at: shown?.recovery.until })
  expect(shown).toMatchObject({ candidateLocked: true, byPolicy: true, recovery: { state: 'verifying' } })
  expect(shown?.changes.map((change) => change.path)).toEqual(['prompt'])
  expect(await replayIncident(incidentId, anActor(), house.db)).toMatchObject({ outcome: 'stop', same: true })

  const first = await house.db.decision.findFirstOrThrow({ where: { rolloutId, number: 1 } })
  const check = first.check as { limits: object }
  const errors = { candidate: [0, 1], stable: [0, 19] }
  await house.db.decision.update({
    where: { id: first.id },
    data: { check: { ...check, limits: { ...check.limits, errors } } },
  })
  expect(await replayIncident(incidentId, anActor(), house.db)).toMatchObject({ same: false })
})
