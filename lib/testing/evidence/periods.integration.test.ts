import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemActor } from '#lib/domain/actor.ts'
import { promoteRollout } from '#lib/services/rollout/promote.ts'
import { valueOf } from '../installation.ts'
import { countedIn, openPassages, type Passages } from '../passage.ts'
import { mixed, runsEach, spread } from '../playedRuns.ts'

/** Runs are compared only within a stretch of one share, and none that began before the rollout is evidence. */

// Each plays some minutes of traffic, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 })

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

/** From 0.6 to 1.6 times as long; 2 % fail, and early. */
const alike =
  (tookS: number) =>
  (_version: string, index: number): { tookS: number; fails: boolean } => {
    const fails = index % 50 === 7
    return { tookS: tookS * (fails ? 0.05 : 0.6 + spread(index)), fails }
  }

const usual = (tookS: number, everyS: number) =>
  runsEach(everyS, [-2 * tookS, 0], (index) => ({
    version: '2.3.3',
    tookS: tookS * (0.6 + spread(index)),
  }))

test.each([
  ['60 s', 60, 0.1],
  ['ten minutes', 600, 1],
])(
  'identical versions whose runs take %s are not stopped in the first run-length',
  async (_name, tookS, everyS) => {
    const passage = await passages.begin(`slow-${tookS}`, { before: usual(tookS, everyS * 10) })
    passage.send(mixed(0.5, everyS, [0, 1.5 * tookS], alike(tookS)))
    const seen = await passage.playUntil(1.5 * tookS, tookS / 6)
    expect(seen).toMatchObject({ rollout: { phase: 'progressing' } })
    expect(seen.decision.evidence).toBeLessThan(20)
    const { candidate, stable } = countedIn(await passage.checks(), 'errors')
    expect(candidate[1]).toBeGreaterThan(50)
    expect(stable[1]).toBeGreaterThan(50)
  },
)

test('identical versions are not stopped at the steps to 25 % and to 50 %, with runs that began before them', async () => {
  const passage = await passages.begin('stepped', {
    before: usual(60, 1),
    document: {
      stages: [
        { name: 'canary', weight_percent: 5, hold: '30m' },
        { name: 'quarter', weight_percent: 25, hold: '30m' },
        { name: 'half', weight_percent: 50, hold: '30m' },
        { name: 'full', weight_percent: 100 },
      ],
    },
  })
  const { rolloutId } = passage
  const { db } = passages.house
  passage.send(mixed(0.05, 0.2, [0, 120], alike(60)))
  await passage.playUntil(120, 20)
  valueOf(await promoteRollout({ rolloutId }, systemActor, { db, now: passage.at(120) }))
  passage.send(mixed(0.25, 0.2, [120, 240], alike(60)))
  await passage.playUntil(240, 10)
  valueOf(await promoteRollout({ rolloutId }, systemActor, { db, now: passage.at(240) }))
  passage.send(mixed(0.5, 0.2, [240, 360], alike(60)))
  const seen = await passage.playUntil(360, 10)
  expect(seen).toMatchObject({ rollout: { phase: 'progressing', weightBp: 5000 } })
  expect(seen.decision.evidence).toBeLessThan(20)
  const cohorts = (await passage.checks()).flatMap((check) => check.cohorts)
  for (const period of [0, 1, 2]) {
    const sum = countedIn(
      (await passage.checks()).map((check) => ({
        ...check,
        cohorts: check.cohorts.filter((cohort) => cohort.period === period),
      })),
      'errors',
    )
    const share = sum.candidate[1] / (sum.candidate[1] + sum.stable[1])
    expect(share).toBeCloseTo([0.05, 0.25, 0.5][period] ?? 0, 1)
  }
  expect(new Set(cohorts.map(({ period }) => period))).toEqual(new Set([0, 1, 2]))
})

test('runs that began or ended before the rollout are no evidence, whenever they come', async () => {
  const before = runsEach(0.1, [-30, 0], () => ({ version: '2.3.3', tookS: 0.2, fails: true }))
  const late = runsEach(0.5, [-20, 0], () => ({ version: '2.4.0', tookS: 25, fails: true }))
  const lateEnded = runsEach(0.5, [-20, -10], (n) => ({
    version: '2.4.0',
    n: n + 99,
    lateS: 30,
    fails: true,
  }))
  const passage = await passages.begin('began-before', { before })
  passage.send([...late, ...lateEnded])
  const seen = await passage.playUntil(120, 20)
  expect(seen).toMatchObject({ decision: { outcome: 'hold' }, rollout: { phase: 'progressing' } })
  const checks = await passage.checks()
  expect(countedIn(checks, 'errors')).toEqual({ candidate: [0, 0], stable: [0, 0] })
  expect(countedIn(checks, 'errors', 'limit')).toEqual({ candidate: [0, 0], stable: [0, 0] })
  expect(checks.flatMap(({ silence }) => silence)).toEqual([])
})

test('300 runs of the stable that come just before the start say nothing of the candidate that has none yet', async () => {
  const before = runsEach(0.01, [-3.5, -0.5], () => ({ version: '2.3.3', tookS: 0.2 }))
  const passage = await passages.begin('busy-before', { before })
  const seen = await passage.playUntil(90, 10)
  expect(seen.decision).toMatchObject({ outcome: 'hold', evidence: 1 })
  expect(seen.rollout.phase).toBe('progressing')
  expect(countedIn(await passage.checks(), 'errors')).toEqual({ candidate: [0, 0], stable: [0, 0] })
})

test('a run counts for the share under which its conversation began', async () => {
  const passage = await passages.begin('across', {
    document: {
      stages: [
        { name: 'canary', weight_percent: 5, hold: '30m' },
        { name: 'half', weight_percent: 50, hold: '30m' },
        { name: 'full', weight_percent: 100 },
      ],
    },
  })
  const { rolloutId } = passage
  passage.send(runsEach(1, [10, 20], () => ({ version: '2.3.3', tookS: 60 })))
  passage.send(runsEach(1, [50, 60], () => ({ version: '2.3.3', tookS: 60 })))
  await passage.playUntil(30)
  valueOf(await promoteRollout({ rolloutId }, systemActor, { db: passages.house.db, now: passage.at(30) }))
  await passage.playUntil(240, 30)
  const counts = (await passage.checks()).flatMap(({ silence }) => silence)
  const stableIn = (period: number) =>
    counts.filter((each) => each.period === period).reduce((sum, { stable }) => sum + stable, 0)
  expect([stableIn(0), stableIn(1)]).toEqual([10, 10])
  expect(counts.map(({ period, share }) => [period, share])).not.toContainEqual([0, 0.5])
})
