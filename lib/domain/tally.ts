import type { Counts } from './decision/decide.ts'
import {
  countAbove,
  countAboveBucket,
  type Histogram,
  merge,
  negate,
  quantile,
  quantileBucket,
  upperEdge,
} from './histogram.ts'
import type { Metric, Policy } from './policy.ts'

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
  }
}

/** What counts as slow and costly in a check: buckets fixed before it; null where the stable said too little. */
export interface Edges {
  readonly slowAbove: number | null
  readonly costlyAbove: number | null
}

const edgeRunsMin = 20

/** The buckets that hold the p95 of these runs. */
export function edgesOf(stableRecently: Tally): Edges {
  const p95 = (histogram: Histogram, runs: number) =>
    runs < edgeRunsMin ? null : quantileBucket(histogram, 0.95)
  const priced = Object.values(stableRecently.cost).reduce((sum, count) => sum + count, 0)
  return {
    slowAbove: p95(stableRecently.latency, stableRecently.runs),
    costlyAbove: p95(stableRecently.cost, priced),
  }
}

/** How many budgets one run may spend at most in the count of `spend` (DECISION: cap = 10 × budget). */
const capBudgets = 10

/** The counts of a check. `late` and `spend` are read from the log buckets: exact counts, edges within 1 %. */
export function countsOf(votes: Tally, policy: Policy, edges: Edges): Counts {
  const limit = (metric: Metric) =>
    policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null
  const latencyLimit = limit('latency_p95_ms')
  const budget = limit('cost_per_run_usd')
  return {
    runs: votes.runs,
    errors: votes.errors,
    late: latencyLimit === null ? 0 : countAbove(votes.latency, latencyLimit),
    slow: edges.slowAbove === null ? 0 : countAboveBucket(votes.latency, edges.slowAbove),
    costly: edges.costlyAbove === null ? 0 : countAboveBucket(votes.cost, edges.costlyAbove),
    spend: budget === null ? 0 : spendOf(votes.cost, capBudgets * budget),
    toolRuns: votes.toolRuns,
    toolHurt: votes.toolHurt,
    toolShare: votes.toolShare,
  }
}

function spendOf(cost: Histogram, cap: number): number {
  return Object.entries(cost).reduce(
    (sum, [bucket, count]) => sum + count * Math.min(upperEdge(Number(bucket)) / cap, 1),
    0,
  )
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
