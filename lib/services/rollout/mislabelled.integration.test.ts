import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyActor } from '#lib/domain/actor.ts'
import { emptyTally } from '#lib/domain/tally.ts'
import { bucketStart } from '#lib/telemetry/bucket.ts'
import { addToBuckets } from '#lib/store/tallies.ts'
import { addUncounted } from '#lib/store/uncounted.ts'
import { after } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import {
  anAgentIn,
  aRolloutIn,
  giveObservations,
  openInstallation,
  valueOf,
} from '#lib/testing/installation.ts'
import { evaluateRollout } from './evaluate.ts'

/** A candidate that begins to report a wrong version once enough was seen of it: the verdict says why no stage opens. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const mend = 'Set gen_ai.agent.version to 2.4.0, not v2.4.0.'

async function aMislabelledRollout(agent: string) {
  const { db } = house
  await anAgentIn(db, { agent })
  const rolloutId = await aRolloutIn(db, agent)
  const lookAt = async (second: number) => {
    const well = { '2.4.0': { runs: 100 }, '2.3.3': { runs: 1_900 } }
    await giveObservations(db, agent, after(second), well)
    valueOf(await evaluateRollout({ rolloutId }, policyActor, { db, now: after(second) }))
    return await db.decision.findFirstOrThrow({ where: { rolloutId }, orderBy: { number: 'desc' } })
  }
  /** So many runs come under a name that nobody registered. */
  const misreport = async (second: number, runs: number) => {
    const unknown = { agent, cause: 'unknown_version', detail: 'v2.4.0', count: runs } as const
    await addUncounted(db, [unknown], after(second))
    const tally = { ...emptyTally, runs }
    const bucket = { agent, version: 'v2.4.0', startAt: bucketStart(after(second)), tally }
    await db.$transaction((tx) => addToBuckets(tx, 'given', [bucket]))
  }
  return { rolloutId, lookAt, misreport }
}

test('is told the name and the line to change while a stage stays shut, though nothing was found', async () => {
  const { rolloutId, lookAt, misreport } = await aMislabelledRollout('shut-agent')
  // The first look finds what is slow of the stable, the next ones go by it.
  await lookAt(80)
  await lookAt(90)
  expect(await lookAt(100)).toMatchObject({ outcome: 'allow', because: expect.not.stringContaining(mend) })
  await misreport(120, 2_000)
  expect(await lookAt(130)).toMatchObject({ outcome: 'allow', because: expect.stringContaining(mend) })
  expect((await house.db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).lacks).toContain(
    'name no registered version',
  )
  expect(await house.db.lock.count({ where: { agent: 'shut-agent' } })).toBe(0)
})

test('is not told for ever of what was mended', async () => {
  const { lookAt, misreport } = await aMislabelledRollout('mended-agent')
  await misreport(60, 2_000)
  expect((await lookAt(70)).because).toContain(mend)
  expect((await lookAt(60 + 720)).because).not.toContain(mend)
})
