import { afterAll, beforeAll, expect, test } from 'vitest'
import { countedIn, openPassages, type Passages } from '../passage.ts'
import { idsOf, mixed, type PlayedRun, runsEach } from '../playedRuns.ts'

/** Runs of one unit fail together: it counts where it began, on the version that it began on. */

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

const none = { candidate: [0, 0], stable: [0, 0] }

test('a conversation that began before the rollout is no evidence, on whatever version it goes on', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `old-${index}`)
  const turn = (version: string, startS: number) =>
    names.map((conversationId, n): PlayedRun => ({
      version,
      startS,
      n,
      conversationId,
      fails: version === '2.4.0',
    }))
  const passage = await passages.begin('old-conversations', { before: turn('2.3.3', -60) })
  passage.send([...turn('2.3.3', 20), ...turn('2.4.0', 40), ...turn('2.3.3', 60)])
  const seen = await passage.playUntil(120, 20)
  const checks = await passage.checks()
  for (const use of ['limit', 'versus', 'later'] as const)
    expect(countedIn(checks, 'errors', use)).toEqual(none)
  expect(seen.rollout.phase).toBe('progressing')
})

test('a conversation that moves between versions is no evidence from then on', async () => {
  const passage = await passages.begin('moved')
  const run = (version: string, startS: number, fails = false): PlayedRun[] =>
    Array.from({ length: 10 }, (_, n) => ({ version, startS, n, conversationId: `moves-${n}`, fails }))
  passage.send([...run('2.3.3', 10), ...run('2.4.0', 30, true), ...run('2.3.3', 50, true)])
  await passage.playUntil(120, 20)
  const checks = await passage.checks()
  expect(countedIn(checks, 'errors')).toEqual({ candidate: [0, 0], stable: [0, 10] })
  expect(countedIn(checks, 'errors', 'limit')).toEqual({ candidate: [0, 0], stable: [0, 10] })
  expect(countedIn(checks, 'errors', 'later')).toEqual(none)
})

test('a run that names the one it retries counts with it, in its trace or in another', async () => {
  const passage = await passages.begin('retried')
  // Well done, but too late for whoever waited.
  const first = runsEach(5, [10, 20], () => ({ version: '2.4.0' }))
  const retries = (attempt: number) =>
    first.map((run): PlayedRun => {
      const { traceId, spanId } = idsOf(passage.agent, run)
      const attributes = { 'switchback.retry_of': `${traceId}:${spanId}` }
      return { version: '2.4.0', startS: run.startS + attempt, n: 100 * attempt, fails: true, attributes }
    })
  passage.send([...first, ...retries(2), ...retries(4), ...retries(6)])
  passage.send(runsEach(1, [10, 20], () => ({ version: '2.3.3' })))
  await passage.playUntil(60, 10)
  const checks = await passage.checks()
  expect(countedIn(checks, 'errors')).toEqual({ candidate: [0, 2], stable: [0, 10] })
  expect(countedIn(checks, 'errors', 'limit').candidate).toEqual([0, 2])
  expect(countedIn(checks, 'errors', 'later')).toEqual(none)
})

test('runs of one trace without a conversation are one', async () => {
  const passage = await passages.begin('one-trace')
  const traceId = 'a'.repeat(32)
  passage.send(runsEach(2, [10, 26], () => ({ version: '2.4.0', fails: true, traceId, attributes: {} })))
  passage.send(runsEach(1, [10, 20], () => ({ version: '2.3.3' })))
  await passage.playUntil(60, 10)
  const checks = await passage.checks()
  expect(countedIn(checks, 'errors').candidate).toEqual([1, 1])
  expect(countedIn(checks, 'errors', 'later').candidate).toEqual([0, 0])
  expect(countedIn(checks, 'errors', 'limit').candidate).toEqual([1, 1])
})

test('a candidate that names all its conversations the same is held with a sentence, and never locked', async () => {
  const passage = await passages.begin('default-conversation')
  passage.send(
    mixed(0.5, 0.5, [10, 300], (version, index) => ({
      conversationId: version === '2.4.0' ? 'default' : `c-${index}`,
    })),
  )
  const seen = await passage.playUntil(300, 20)
  expect(seen.decision).toMatchObject({ outcome: 'hold', reason: 'candidate_silent' })
  expect(seen.because).toContain('a person decides')
  expect(seen.rollout).toMatchObject({ phase: 'progressing', incidentId: null })
  expect(await passages.house.db.lock.count({ where: { agent: passage.agent } })).toBe(0)
})

test('what the split draws by is the unit: a user’s conversations fail together and count once', async () => {
  const passage = await passages.begin('user-units')
  const chats = (version: string, user: string, fails: boolean) =>
    Array.from({ length: 6 }, (_, n): PlayedRun => ({
      version,
      startS: 10 + n * 5,
      n,
      conversationId: `${user}-chat-${n}`,
      fails,
      attributes: { 'switchback.unit': user },
    }))
  passage.send([...chats('2.4.0', 'ada', true), ...chats('2.3.3', 'bob', false)])
  await passage.playUntil(80, 20)
  const checks = await passage.checks()
  expect(countedIn(checks, 'errors')).toEqual({ candidate: [1, 1], stable: [0, 1] })
  expect(countedIn(checks, 'errors', 'later').candidate).toEqual([0, 0])
  expect(countedIn(checks, 'errors', 'limit').candidate).toEqual([1, 1])
})
