import { afterAll, beforeAll, expect, test } from 'vitest'
import { countedIn, openPassages, type Passages } from '../passage.ts'
import type { PlayedRun } from '../playedRuns.ts'

/** Later turns of a conversation are evidence too, each thing once. */

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

/** A conversation of so many turns, ten seconds apart, on one version. */
function conversation(
  version: string,
  name: string,
  startS: number,
  turns: number,
  fails: (turn: number) => boolean = () => false,
): PlayedRun[] {
  return Array.from({ length: turns }, (_, index) => ({
    version,
    startS: startS + index * 10,
    n: index,
    conversationId: name,
    fails: fails(index + 1),
  }))
}

test('a fault that begins at the fourth turn, which no first run shows, stops the rollout', async () => {
  const passage = await passages.begin('fourth-turn')
  for (let n = 0; n < 120; n += 1) {
    const version = n % 2 === 0 ? '2.4.0' : '2.3.3'
    const fails = (turn: number) => version === '2.4.0' && turn >= 4 && n % 4 === 0
    passage.send(conversation(version, `talk-${n}`, 10 + n * 2 + (n % 2) * 0.1, 6, fails))
  }
  const seen = await passage.playUntil(400, 20)
  expect(seen.decision).toMatchObject({ outcome: 'stop', reason: 'error_spike' })
  expect(seen.decision.evidences['versus.errors']).toBeLessThan(20)
  expect(seen.decision.evidences['later.errors']).toBeGreaterThan(seen.decision.threshold)
  expect(countedIn(await passage.checks(), 'errors').candidate[0]).toBe(0)
  expect(seen.rollout.phase).toBe('rolled_back')
})

test('a conversation says each thing once, at whatever turn it happens', async () => {
  const passage = await passages.begin('said-once')
  passage.send(conversation('2.4.0', 'broken', 10, 8, () => true))
  passage.send(conversation('2.4.0', 'breaks', 10.2, 8, (turn) => turn >= 3))
  passage.send(conversation('2.3.3', 'fine', 10.4, 8))
  await passage.playUntil(140, 20)
  const checks = await passage.checks()
  expect(countedIn(checks, 'errors')).toEqual({ candidate: [1, 2], stable: [0, 1] })
  // Of "breaks" its second and third run, and of neither one after it was bad.
  expect(countedIn(checks, 'errors', 'later')).toEqual({ candidate: [1, 2], stable: [0, 7] })
  expect(countedIn(checks, 'errors', 'limit')).toEqual({ candidate: [2, 4], stable: [0, 8] })
})

test('the runs of a conversation are compared by their number: 2, 3 and 4, 5 to 8, 9 to 16', async () => {
  const passage = await passages.begin('numbered')
  passage.send(conversation('2.4.0', 'long', 10, 10))
  passage.send(conversation('2.3.3', 'long too', 10.2, 10))
  await passage.playUntil(160, 30)
  const cohorts = (await passage.checks()).flatMap((check) => check.cohorts)
  const byTurn = [0, 1, 2, 3, 4].map((turn) =>
    cohorts
      .filter((cohort) => cohort.turn === turn)
      .reduce((sum, { counts }) => sum + (counts['errors']?.candidate[1] ?? 0), 0),
  )
  expect(byTurn).toEqual([1, 1, 2, 4, 2])
})

test('a batch that an exporter sends again, in the same moment or later, says nothing more', async () => {
  const passage = await passages.begin('resent')
  const runs = [
    ...conversation('2.4.0', 'sent twice', 10, 3, (turn) => turn === 2),
    ...conversation('2.3.3', 'once', 10.2, 3),
  ]
  passage.send([...runs, ...runs, ...runs.map((run) => ({ ...run, lateS: 40 }))])
  await passage.playUntil(120, 20)
  const checks = await passage.checks()
  expect(countedIn(checks, 'errors')).toEqual({ candidate: [0, 1], stable: [0, 1] })
  expect(countedIn(checks, 'errors', 'later')).toEqual({ candidate: [1, 1], stable: [0, 2] })
  expect(countedIn(checks, 'errors', 'limit')).toEqual({ candidate: [1, 2], stable: [0, 3] })
  expect(await passages.house.db.run.count({ where: { agent: passage.agent } })).toBe(6)
})
