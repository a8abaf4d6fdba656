import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPassages, type Passages } from '../passage.ts'
import { mixed, runsEach } from '../playedRuns.ts'

/** What a stage takes to open: enough seen to have found something, at this share, with runs that had time to finish. */

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

const stages = (hold: string, first = 50) => [
  { name: 'first', weight_percent: first, hold },
  { name: 'second', weight_percent: 60, hold },
  { name: 'third', weight_percent: 70, hold },
  { name: 'full', weight_percent: 100 },
]

test('an agent that never fails advances, and what is asked of it does not run away', async () => {
  const passage = await passages.begin('never-fails', { document: { stages: stages('30m', 5) } })
  passage.send(mixed(0.05, 0.25, [0, 600]))
  const early = await passage.playUntil(100, 20)
  const needed = early.decision.gates['errors']?.needed ?? 0
  expect(needed).toBeLessThan(120)
  const seen = await passage.playUntil(600, 50)
  expect(seen.decision.gates['errors']).toMatchObject({ open: true })
  expect(seen.decision.gates['errors']?.needed).toBeLessThanOrEqual(needed)
})

test('a stage opens on evidence and time alone: not before its hold is over, and then at once', async () => {
  const passage = await passages.begin('held', { document: { stages: stages('300s') } })
  passage.send(mixed(0.5, 0.25, [0, 340]))
  await passage.playUntil(280, 20)
  const early = await passage.playUntil(290)
  expect(early).toMatchObject({ decision: { outcome: 'allow' }, rollout: { stageIndex: 0, lacks: null } })
  expect((await passage.playUntil(310)).rollout.stageIndex).toBe(1)
})

test('the next stage is not passed unseen: it takes 20 first runs of the candidate at its own share', async () => {
  const passage = await passages.begin('unseen', { document: { stages: stages('120s') } })
  passage.send(mixed(0.5, 0.2, [0, 200]))
  await passage.playUntil(190, 20)
  const opened = await passage.playUntil(200)
  expect(opened.rollout.stageIndex).toBe(1)
  // From here on next to nothing comes; the verdict stays what it was.
  passage.send(runsEach(20, [200, 500], (n) => ({ version: n % 2 ? '2.4.0' : '2.3.3', n: n + 9_000 })))
  await passage.playUntil(480, 20)
  const seen = await passage.playUntil(500)
  expect(seen.rollout.stageIndex).toBe(1)
  expect(seen.rollout.lacks ?? '').toMatch(/more conversations? of the candidate/)
  passage.send(mixed(0.6, 0.25, [500, 540]))
  expect((await passage.playUntil(540)).rollout.stageIndex).toBe(2)
})

test('a share has to be in force for twice the time a run takes, and the delay of its spans', async () => {
  const passage = await passages.begin('twice-a-run', {
    document: { stages: stages('10s') },
    before: runsEach(1, [-300, 0], () => ({ version: '2.3.3', tookS: 100 })),
  })
  passage.send(mixed(0.5, 0.25, [5, 260]))
  // The p95 of the newest 200 runs falls as quick ones come; what counts is what it is at the look.
  const early = await passage.playUntil(10, 5)
  expect(early.rollout.lacks ?? '').toContain('twice the time a run takes')
  expect(early.rollout.stageIndex).toBe(0)
})

test('after a day and after fifty hours the same outage takes about as many failures to be found', async () => {
  const outage = async (agent: string, hours: number) => {
    const passage = await passages.begin(agent, { triggers: { error_rate: 0.5 } })
    const everyHours = 5
    // Money that was staked on a healthy day is lost by and by.
    const healthy = (times: readonly [number, number]) =>
      mixed(0.5, 0.5, times, (_version, n) => ({ fails: n % 10 < 2 }))
    const fromS = hours * 3600
    passage.send(healthy([0, 120]))
    await passage.playUntil(120, 30)
    // One look each five hours is enough for the stakes to join; the evidence is healthy all the while.
    for (let hour = everyHours; hour < hours; hour += everyHours) {
      passage.send(healthy([hour * 3600 - 60, hour * 3600]))
      await passage.passUntil(hour * 3600 - 1)
      await passage.playUntil(hour * 3600, 60)
    }
    passage.send(
      mixed(0.5, 1, [fromS, fromS + 300], (version, n) => ({ fails: version === '2.4.0' || n % 10 < 2 })),
    )
    await passage.passUntil(fromS)
    const seen = await passage.playUntil(fromS + 300)
    expect(seen.decision).toMatchObject({ outcome: 'stop', reason: 'error_spike' })
    return seen.decision.at - fromS
  }
  const first = await outage('fails-at-an-hour', 1)
  const day = await outage('fails-at-26-hours', 26)
  const later = await outage('fails-at-51-hours', 51)
  expect(first).toBeLessThanOrEqual(80)
  expect(Math.max(day, later)).toBeLessThanOrEqual(first + 40)
}, 240_000)
