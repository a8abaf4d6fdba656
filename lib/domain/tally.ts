import { addTo, countOf, type Histogram, merge, negate, quantile, quantileBucket } from './histogram.ts'
import type { Edges } from './observation/checkOf.ts'
import type { Metric } from './policy.ts'

/** What a set of runs adds up to. Adding two is exact, in any order. */
export interface Tally {
  readonly runs: number
  readonly errors: number
  /** Runs that called a tool, those in which a call failed, and the sum of their failed shares. */
  readonly toolRuns: number
  readonly toolHurt: number
  readonly toolShare: number
  readonly toolCalls: number
  readonly toolFailures: number
  /** Runs that ended because nobody wanted the answer any more. */
  readonly cancelled: number
  /** Runs whose cost is known; those that it is the sum of. */
  readonly priced: number
  readonly costUsd: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Milliseconds. */
  readonly latency: Histogram
  /** US dollars; only runs whose cost is known. */
  readonly cost: Histogram
  /** The same as if nothing had come from a cache. */
  readonly uncachedCost: Histogram
}

export const emptyTally: Tally = {
  runs: 0,
  errors: 0,
  toolRuns: 0,
  toolHurt: 0,
  toolShare: 0,
  toolCalls: 0,
  toolFailures: 0,
  cancelled: 0,
  priced: 0,
  costUsd: 0,
  inputTokens: 0,
  outputTokens: 0,
  latency: {},
  cost: {},
  uncachedCost: {},
}

/** The tally of both sets together. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  return {
    runs: a.runs + b.runs,
    errors: a.errors + b.errors,
    toolRuns: a.toolRuns + b.toolRuns,
    toolHurt: a.toolHurt + b.toolHurt,
    toolShare: a.toolShare + b.toolShare,
    toolCalls: a.toolCalls + b.toolCalls,
    toolFailures: a.toolFailures + b.toolFailures,
    cancelled: a.cancelled + b.cancelled,
    priced: a.priced + b.priced,
    costUsd: a.costUsd + b.costUsd,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    latency: merge(a.latency, b.latency),
    cost: merge(a.cost, b.cost),
    uncachedCost: merge(a.uncachedCost, b.uncachedCost),
  }
}

/**
 * What is left of the first without the second: adding the second again gives the first. A part of a whole may so be
 * less than nothing; the whole is not.
 */
export function subtractTally(a: Tally, b: Tally): Tally {
  return mergeTallies(a, negative(b))
}

function negative(tally: Tally): Tally {
  return {
    runs: -tally.runs,
    errors: -tally.errors,
    toolRuns: -tally.toolRuns,
    toolHurt: -tally.toolHurt,
    toolShare: -tally.toolShare,
    toolCalls: -tally.toolCalls,
    toolFailures: -tally.toolFailures,
    cancelled: -tally.cancelled,
    priced: -tally.priced,
    costUsd: -tally.costUsd,
    inputTokens: -tally.inputTokens,
    outputTokens: -tally.outputTokens,
    latency: negate(tally.latency),
    cost: negate(tally.cost),
    uncachedCost: negate(tally.uncachedCost),
  }
}

const edgeRunsMin = 20

/**
 * The buckets that hold the p95 of the stable's recent runs. Where these are too few, its latency is taken from the newest
 * ones of a day, so that an agent with two runs a minute can be judged too.
 *
 * @param newestMs how long the newest runs of the stable took, in milliseconds
 */
export function edgesOf(stableRecently: Tally, newestMs: readonly number[] = []): Edges {
  const p95 = (histogram: Histogram, runs: number) =>
    runs < edgeRunsMin ? null : quantileBucket(histogram, 0.95)
  const priced = countOf(stableRecently.uncachedCost)
  return {
    slowAbove:
      p95(stableRecently.latency, stableRecently.runs) ?? p95(histogramOf(newestMs), newestMs.length),
    costlierAbove: p95(stableRecently.uncachedCost, priced),
  }
}

function histogramOf(values: readonly number[]): Histogram {
  return values.reduce((sum, value) => addTo(sum, value), {} as Histogram)
}

/** The figures as people know them; null where there is nothing to take them from. */
export function ratesOf(tally: Tally): Record<Metric, number | null> {
  return {
    error_rate: tally.runs > 0 ? tally.errors / tally.runs : null,
    latency_p95_ms: quantile(tally.latency, 0.95),
    tool_failure_rate: tally.toolRuns > 0 ? tally.toolShare / tally.toolRuns : null,
    cost_per_run_usd:
      tally.runs > 0 && Object.keys(tally.cost).length > 0 ? tally.costUsd / tally.runs : null,
  }
}
