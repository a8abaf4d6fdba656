import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timingOf } from '#lib/domain/observation/timing.ts'
import { edgesOf, emptyTally } from '#lib/domain/tally.ts'
import { addTo } from '#lib/domain/histogram.ts'
import { countedRuns, newestTimes, recentEdges } from './windows.ts'

const arriving = fc.array(
  fc.record({
    gap: fc.integer({ min: 0, max: 4_000 }),
    latencyMs: fc.double({ min: 1, max: 1e6, noNaN: true }),
    lag: fc.integer({ min: -20_000, max: 90_000 }),
    costUncachedUsd: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  }),
  { minLength: 1, maxLength: 450, size: 'max' },
)

function arrivalsOf(
  given: readonly { gap: number; latencyMs: number; lag: number; costUncachedUsd: number | null }[],
) {
  let receivedAt = 0
  return given.map(({ gap, latencyMs, lag, costUncachedUsd }) => {
    receivedAt += gap
    const endedAt = receivedAt - lag
    return { receivedAt, endedAt, startedAt: endedAt - latencyMs, latencyMs, costUncachedUsd }
  })
}

test('times are those of the newest 200 runs', () => {
  fc.assert(
    fc.property(arriving, (given) => {
      const runs = arrivalsOf(given)
      const times = newestTimes()
      for (const run of runs) times.add(run)
      const newest = runs.slice(-200)
      const all = {
        durationsMs: newest.map(({ startedAt, endedAt }) => endedAt - startedAt),
        lagsMs: newest.map(({ receivedAt, endedAt }) => receivedAt - endedAt),
      }
      const none = { durationsMs: [], lagsMs: [] }
      const kept = times.at(runs.at(-1)?.receivedAt ?? 0)
      expect(timingOf(kept, none)).toEqual(timingOf(all, none))
      expect(timingOf(none, kept)).toEqual(timingOf(none, all))
    }),
    { numRuns: 30 },
  )
})

test('edges are those of a tally of the ten minutes before', () => {
  fc.assert(
    fc.property(arriving, (given) => {
      const runs = arrivalsOf(given)
      const edges = recentEdges()
      const times = newestTimes()
      for (const run of runs) {
        edges.add(run)
        times.add(run)
      }
      const now = (runs.at(-1)?.receivedAt ?? 0) + 1
      const tally = runs
        .filter(({ receivedAt }) => Math.floor(receivedAt / 10_000) * 10_000 >= now - 600_000)
        .reduce(
          (sum, { latencyMs, costUncachedUsd }) => ({
            ...sum,
            runs: sum.runs + 1,
            latency: addTo(sum.latency, latencyMs),
            uncachedCost:
              costUncachedUsd === null ? sum.uncachedCost : addTo(sum.uncachedCost, costUncachedUsd),
          }),
          emptyTally,
        )
      const newestMs = runs.slice(-200).map(({ startedAt, endedAt }) => endedAt - startedAt)
      expect(edges.at(now, times.p95Ms(now))).toEqual(edgesOf(tally, newestMs))
    }),
    { numRuns: 15 },
  )
})

test('runs are counted from a moment on', () => {
  const counted = countedRuns()
  for (const at of [0, 5_000, 12_000, 12_500, 31_000]) counted.add(at)
  expect(counted.since(0)).toBe(5)
  expect(counted.since(10_000)).toBe(3)
  expect(counted.since(30_000)).toBe(1)
})
