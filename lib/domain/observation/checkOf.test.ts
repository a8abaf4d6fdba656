import { describe, expect, test } from 'vitest'
import { aPolicy } from '#lib/testing/builders.ts'
import { bucketOf } from '../histogram.ts'
import { metricsOf } from '../policyMetrics.ts'
import { countDue, type Ground, type Observation } from './checkOf.ts'
import { boundsAt, isDue, type Timing, type Use } from './due.ts'
import { saidOf } from './observation.ts'
import { type BegunPeriod, begunPeriods, type Period, periodAt } from './period.ts'
import { promotionLacks } from './promotion.ts'
import { staleAfterS, timingOf } from './timing.ts'

const s = 1_000
const aPeriod = (
  number: number,
  share: number,
  orderedAt: number,
  inForceAt: number | null = orderedAt,
): Period => ({
  number,
  share,
  orderedAt,
  inForceAt,
})

describe('a period', () => {
  test('begins when it was seen in force, and 5 s after its order where nobody saw it', () => {
    const periods = [aPeriod(0, 0.05, 0, 300), aPeriod(1, 0.25, 60 * s, null)]
    expect(begunPeriods(periods, 64 * s).map(({ number, begunAt }) => [number, begunAt])).toEqual([[0, 300]])
    expect(begunPeriods(periods, 65 * s).map(({ number, begunAt }) => [number, begunAt])).toEqual([
      [0, 300],
      [1, 65 * s],
    ])
  })

  test('holds what started in it: what started before the first is in none', () => {
    const begun = begunPeriods([aPeriod(0, 0.05, 0, 300), aPeriod(1, 0.25, 60 * s)], 100 * s)
    expect([299, 300, 59_999, 60_000].map((at) => periodAt(begun, at)?.number ?? null)).toEqual([
      null,
      0,
      0,
      1,
    ])
  })
})

describe('an observation is due', () => {
  const timing: Timing = { D: 60, delta: 10 }
  const periods = [aPeriod(0, 0.5, 0)]
  const due = (use: Use, startedAt: number, endedAt: number, now: number) =>
    isDue(use, { unitBeganAt: startedAt, startedAt, endedAt }, boundsAt(now, periods, timing))

  test('for the limits when it is as old as nearly all runs are long, for silence twice as old, spans late included', () => {
    expect([due('limit', 0, s, 69.9 * s), due('limit', 0, s, 70 * s)]).toEqual([false, true])
    expect([due('silence', 0, s, 129.9 * s), due('silence', 0, s, 130 * s)]).toEqual([false, true])
  })

  test('for the comparison when its end is as old as spans come late, so that both versions are cut off alike', () => {
    expect([due('cohort', 0, 5 * s, 14.9 * s), due('cohort', 0, 5 * s, 15 * s)]).toEqual([false, true])
  })

  test('however old the period is: of an outage of both, the version whose spans come sooner does not tell first', () => {
    const ended = 86_400 * s
    expect([due('cohort', 0, ended, ended + 9.9 * s), due('cohort', 0, ended, ended + 10 * s)]).toEqual([
      false,
      true,
    ])
  })

  test('not while its period is not known: a share was ordered and not seen in force', () => {
    const open = boundsAt(62 * s, [aPeriod(0, 0.05, 0), aPeriod(1, 0.5, 60 * s, null)], { D: 1, delta: 0 })
    const at = (unitBeganAt: number) => isDue('limit', { unitBeganAt, startedAt: 0, endedAt: s }, open)
    expect([at(59 * s), at(60 * s)]).toEqual([true, false])
  })
})

describe('a check counts', () => {
  const policy = aPolicy()
  const ground = (changes: Partial<Ground> = {}): Ground => ({
    metrics: metricsOf(policy),
    periods: begunPeriods([aPeriod(0, 0.05, 0), aPeriod(1, 0.25, 600 * s)], 700 * s),
    edges: { slowAbove: null, costlierAbove: null },
    warmupMs: 60 * s,
    ...changes,
  })
  const seen = (
    changes: Partial<Observation> & { readonly latencyMs?: number; readonly failed?: boolean } = {},
  ) => {
    const { latencyMs = 400, failed = false, ...rest } = changes
    const startedAt = rest.startedAt ?? 100 * s
    const run = { startedAt, endedAt: startedAt + latencyMs, latencyMs, failed, cancelled: false }
    const nothing = { tools: [], costUsd: null, costUncachedUsd: null, attributes: {} }
    return {
      use: 'cohort',
      side: 'candidate',
      turn: 0,
      unitBeganAt: startedAt,
      startedAt,
      endedAt: startedAt + latencyMs,
      receivedAt: startedAt + latencyMs,
      said: saidOf({ ...run, ...nothing }, policy),
      ...rest,
    } satisfies Observation
  }

  test('nothing of a conversation that began before the rollout', () => {
    expect(countDue([seen({ unitBeganAt: -1 }), seen({ use: 'limit', unitBeganAt: -1 })], ground())).toEqual({
      limits: {},
      cohorts: [],
      silence: [],
    })
  })

  test('later turns in the period in which their conversation began, apart from first runs', () => {
    const all = [seen(), seen({ turn: 2, startedAt: 650 * s, unitBeganAt: 100 * s, failed: true })]
    const { cohorts } = countDue(all, ground())
    expect(cohorts.map(({ period, turn, counts }) => [period, turn, counts['errors']?.candidate])).toEqual([
      [0, 0, [0, 1]],
      [0, 2, [1, 1]],
    ])
  })

  test('no time and no cost of runs that started while a period was warming up; their errors count', () => {
    const cold = countDue(
      [seen({ use: 'limit', startedAt: 10 * s, failed: true, latencyMs: 9_000 })],
      ground(),
    )
    expect(cold.limits).toEqual({ errors: { candidate: [1, 1], stable: [0, 0] } })
    const warm = countDue([seen({ use: 'limit', startedAt: 60 * s, latencyMs: 9_000 })], ground())
    expect(warm.limits['late']).toEqual({ candidate: [1, 1], stable: [0, 0] })
    // Each period warms up anew.
    const again = countDue([seen({ use: 'limit', startedAt: 610 * s, latencyMs: 9_000 })], ground())
    expect(again.limits['late']).toBeUndefined()
  })

  test('slow by the stable’s own p95, and nothing where that is not known', () => {
    const edges = { slowAbove: bucketOf(500), costlierAbove: null }
    const of = (latencyMs: number, known = edges) =>
      countDue([seen({ latencyMs })], ground({ edges: known })).cohorts[0]?.counts['slow']?.candidate
    expect([of(400), of(900), of(900, { slowAbove: 0, costlierAbove: null })]).toEqual([
      [0, 1],
      [1, 1],
      [1, 1],
    ])
    expect(countDue([seen()], ground()).cohorts[0]?.counts['slow']).toBeUndefined()
  })

  test('a run that its user stopped as slow, never as fast', () => {
    const edges = { slowAbove: bucketOf(500), costlierAbove: null }
    const stopped = (latencyMs: number) =>
      seen({ said: { bad: { cancelled: 1 }, latencyMs, cancelled: true } })
    const of = (latencyMs: number) => countDue([stopped(latencyMs)], ground({ edges })).cohorts[0]?.counts
    expect(of(900)).toMatchObject({ slow: { candidate: [1, 1] }, cancelled: { candidate: [1, 1] } })
    expect(of(100)).not.toHaveProperty('slow')
    expect(of(100)).not.toHaveProperty('errors')
  })

  test('who may have been the candidate’s as the candidate’s, in silence alone', () => {
    const counted = countDue([seen({ use: 'silence', side: 'stable', startedAt: 650 * s })], ground(), 7)
    expect(counted).toEqual({
      limits: {},
      cohorts: [],
      silence: [{ period: 1, share: 0.25, candidate: 7, stable: 1 }],
    })
  })

  test('at all traffic limits alone: there is nothing to compare with', () => {
    const full = ground({ periods: begunPeriods([aPeriod(0, 1, 0)], 700 * s) as readonly BegunPeriod[] })
    const all = [seen(), seen({ use: 'limit' }), seen({ use: 'silence' })]
    expect(countDue(all, full)).toMatchObject({
      limits: { errors: { candidate: [0, 1] } },
      cohorts: [],
      silence: [],
    })
  })
})

describe('the times of a check', () => {
  const times = (durationsMs: number[], lagsMs: number[]) => ({ durationsMs, lagsMs })

  test('D is the stable’s p95, at least a second; Δ the larger p95 of both', () => {
    const timing = timingOf(times([60_000, 60_000], [100]), times([1], [5_000]))
    expect(timing).toEqual({ D: 60, delta: 5, lateS: null })
    expect(timingOf(times([], []), times([], []))).toEqual({ D: 1, delta: 0, lateS: null })
  })

  test('spans of more than a minute later are said to be late, and are not waited for longer', () => {
    expect(timingOf(times([1], [90_000]), times([1], [0]))).toEqual({ D: 1, delta: 60, lateS: 90 })
  })

  test('a version is silent after its policy’s time, its own pace, or five expected runs; after an hour at last', () => {
    const timing = { D: 1, delta: 0 }
    expect(staleAfterS(60, timing, { runsPerSecond: 10, share: 0.05 })).toBe(60)
    expect(staleAfterS(60, { D: 600, delta: 5 }, { runsPerSecond: 10, share: 0.05 })).toBe(1205)
    expect(staleAfterS(60, timing, { runsPerSecond: 0.1, share: 0.05 })).toBeCloseTo(1000)
    expect(staleAfterS(60, timing, { runsPerSecond: 0.001, share: 0.05 })).toBe(3600)
    expect(staleAfterS(60, timing, { runsPerSecond: 0, share: 0.05 })).toBe(60)
  })
})

test('a stage is not passed unseen: not young, not without first runs, not with nameless or late ones', () => {
  const facts = {
    periodAgeS: 600,
    firstRuns: 20,
    timing: { D: 60, delta: 5, lateS: null },
    unattributedShare: 0.05,
    unattributedMax: 0.05,
  }
  expect(promotionLacks(facts)).toBeNull()
  expect(promotionLacks({ ...facts, periodAgeS: 124 })).toContain('125 s')
  expect(promotionLacks({ ...facts, firstRuns: 19 })).toContain('1 more conversation')
  expect(promotionLacks({ ...facts, unattributedShare: 0.06 })).toContain('6 %')
  expect(promotionLacks({ ...facts, timing: { ...facts.timing, lateS: 90 } })).toContain('90 s late')
  expect(promotionLacks({ ...facts, unattributedShare: null })).toBeNull()
})
