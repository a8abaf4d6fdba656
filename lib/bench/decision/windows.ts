import { bucketOf } from '#lib/domain/histogram.ts'
import { maturityAgeMs, maturityRuns } from '#lib/domain/maturity.ts'
import type { Edges } from '#lib/domain/observation/checkOf.ts'
import type { Times } from '#lib/domain/observation/timing.ts'

/** What the store reads of the newest runs, kept up to date run by run: the same answers, without a search. */

/** Numbers in their order, as many as a version's newest runs. */
function sortedWindow() {
  const sorted = new Float64Array(maturityRuns)
  let held = 0
  const placeOf = (value: number) => {
    let [low, high] = [0, held]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle] ?? 0) < value) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    add: (value: number) => {
      const at = placeOf(value)
      sorted.copyWithin(at + 1, at, held)
      sorted[at] = value
      held += 1
    },
    remove: (value: number) => {
      sorted.copyWithin(placeOf(value), placeOf(value) + 1, held)
      held -= 1
    },
    /** Only the one that their p95 is: its p95 is the same. */
    p95: () => (held === 0 ? [] : [sorted[Math.max(1, Math.ceil(held * 0.95)) - 1] ?? 0]),
  }
}

interface Timed {
  readonly receivedAt: number
  readonly startedAt: number
  readonly endedAt: number
}

/** `readTimes` of lib/store, of the newest runs by arrival of at most a day, cut down to what `timingOf` reads of them. */
export function newestTimes() {
  const [durations, lags] = [sortedWindow(), sortedWindow()]
  let runs: Timed[] = []
  let from = 0
  let known: Times | null = null

  function forget(): void {
    const oldest = runs[from]
    if (!oldest) return
    durations.remove(oldest.endedAt - oldest.startedAt)
    lags.remove(oldest.receivedAt - oldest.endedAt)
    from += 1
    known = null
    if (from < 5_000) return
    runs = runs.slice(from)
    from = 0
  }

  function forgetBefore(at: number): void {
    while ((runs[from]?.receivedAt ?? at) < at) forget()
  }

  return {
    /** In the order of arrival. */
    add: (run: Timed) => {
      if (runs.length - from === maturityRuns) forget()
      runs.push(run)
      durations.add(run.endedAt - run.startedAt)
      lags.add(run.receivedAt - run.endedAt)
      known = null
    },
    at: (now: number): Times => {
      forgetBefore(now - maturityAgeMs)
      return (known ??= { durationsMs: durations.p95(), lagsMs: lags.p95() })
    },
    /** How long all but one in twenty of them took at most; null of fewer than 20. */
    p95Ms: (now: number): number | null => {
      forgetBefore(now - maturityAgeMs)
      return runs.length - from < edgeRunsMin ? null : (durations.p95()[0] ?? null)
    },
  }
}

const bucketMs = 10_000

/** How many runs came since a moment, as the buckets of ten seconds say. */
export function countedRuns() {
  const counts: { readonly startAt: number; runs: number }[] = []
  let sum = 0
  return {
    add: (receivedAt: number) => {
      const startAt = Math.floor(receivedAt / bucketMs) * bucketMs
      const last = counts.at(-1)
      if (last?.startAt === startAt) last.runs += 1
      else counts.push({ startAt, runs: 1 })
      sum += 1
    },
    since: (from: number) => {
      while ((counts[0]?.startAt ?? from) < from) sum -= counts.shift()?.runs ?? 0
      return sum
    },
  }
}

const recentMs = 600_000
const edgeRunsMin = 20
const offset = 1_100
const bins = 2_200

/** The p95 bucket of values of the last ten minutes, by the buckets of ten seconds; null of fewer than 20. */
function recentP95() {
  const counts = new Int32Array(bins)
  let values: { readonly startAt: number; readonly buckets: number[] }[] = []
  let many = 0
  return {
    add: (receivedAt: number, value: number) => {
      const startAt = Math.floor(receivedAt / bucketMs) * bucketMs
      const bucket = bucketOf(value) + offset
      const last = values.at(-1)
      if (last?.startAt === startAt) last.buckets.push(bucket)
      else values.push({ startAt, buckets: [bucket] })
      counts[bucket] = (counts[bucket] ?? 0) + 1
      many += 1
    },
    at: (now: number): number | null => {
      const gone = values.findIndex(({ startAt }) => startAt >= now - recentMs)
      for (const { buckets } of values.slice(0, gone < 0 ? values.length : gone)) {
        for (const bucket of buckets) counts[bucket] = (counts[bucket] ?? 0) - 1
        many -= buckets.length
      }
      values = gone < 0 ? [] : values.slice(gone)
      if (many < edgeRunsMin) return null
      const above = many - Math.max(1, Math.ceil(0.95 * many - 1e-9))
      let bucket = bins
      for (let left = above; left >= 0; left -= counts[bucket] ?? 0) bucket -= 1
      return bucket - offset
    },
  }
}

/** `edgesOf` of the stable's tally over the ten minutes before, and of how long its newest runs took. */
export function recentEdges() {
  const [latency, cost] = [recentP95(), recentP95()]
  return {
    add: (run: {
      readonly receivedAt: number
      readonly latencyMs: number
      readonly costUncachedUsd: number | null
    }) => {
      latency.add(run.receivedAt, run.latencyMs)
      if (run.costUncachedUsd !== null) cost.add(run.receivedAt, run.costUncachedUsd)
    },
    at: (now: number, newestP95Ms: number | null): Edges => ({
      slowAbove: latency.at(now) ?? (newestP95Ms === null ? null : bucketOf(newestP95Ms)),
      costlierAbove: cost.at(now),
    }),
  }
}
