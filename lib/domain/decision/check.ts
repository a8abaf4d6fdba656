/** What one check brings: the observations that became due since the check before, as counts. */

/** `[bad, of]`: how much of what was seen was bad. `bad` is a sum of parts in [0, 1], so at most `of`. */
export type Count = readonly [bad: number, of: number]

/** One metric's counts of both versions. */
export interface Both {
  readonly candidate: Count
  readonly stable: Count
}

/** Counts by metric id. A metric that is absent brought nothing. */
export type MetricCounts = Readonly<Record<string, Both>>

/** The runs of one period and turn stratum that both versions are compared by. */
export interface Cohort {
  /** A stretch with one ordered share in force, numbered from 0. */
  readonly period: number
  /** 0: first runs of their conversations; see `turnOf`. */
  readonly turn: number
  readonly counts: MetricCounts
}

/** Turn-0 runs of age 2D of one period, for the question whether the candidate's are missing. */
export interface SilenceCounts {
  readonly period: number
  /** The ordered share of the candidate in that period, 0 to 1. */
  readonly share: number
  /** With the runs that may have been the candidate's and cannot be counted. */
  readonly candidate: number
  readonly stable: number
}

export interface Check {
  /** Seconds since the evidence began. Earlier than the check before counts as the same moment. */
  readonly at: number
  /** The ordered share of the candidate now, 0 to 1. */
  readonly share: number
  /** After so long without a run a version is silent; the policy's when absent. Seconds. */
  readonly staleS?: number
  /** Whether a person let the rollout go on, since the check before, although a metric had asked. */
  readonly wentOn?: boolean
  /** All runs that came in since the check before, for staleness; the candidate's with the doubtful ones. */
  readonly runs: { readonly candidate: number; readonly stable: number }
  /** Newly mature runs, for the limits. */
  readonly limits: MetricCounts
  readonly cohorts: readonly Cohort[]
  readonly silence: readonly SilenceCounts[]
}

const nothing: Count = [0, 0]

/** Both versions' counts of a metric; zeros where it brought nothing. */
export function countsAt(counts: MetricCounts, metric: string): Both {
  return counts[metric] ?? { candidate: nothing, stable: nothing }
}

/** The stratum of a conversation's run number `number` (from 1): 0, then ⌈log2 number⌉, at most 12. */
export function turnOf(number: number): number {
  return number <= 1 ? 0 : Math.min(Math.ceil(Math.log2(number)), 12)
}

/** Sums of shares are rounded; a sum of ones is not more than their number by this much. */
const rounding = 1e-9

/** Refuses a check that cannot be: a RangeError names the field, as in `limits.errors.candidate`. */
export function requireSaneCheck(check: Check): void {
  if (!Number.isFinite(check.at)) throw new RangeError(`at is ${check.at}; seconds were expected`)
  requireShare('share', check.share)
  if (check.staleS !== undefined && !(check.staleS > 0 && Number.isFinite(check.staleS))) {
    throw new RangeError(`staleS is ${check.staleS}; seconds above 0 were expected`)
  }
  requireCount('runs.candidate', check.runs.candidate)
  requireCount('runs.stable', check.runs.stable)
  requireCounts('limits', check.limits)
  check.cohorts.forEach(({ period, turn, counts }, index) => {
    requireCount(`cohorts[${index}].period`, period)
    requireCount(`cohorts[${index}].turn`, turn)
    requireCounts(`cohorts[${index}]`, counts)
  })
  check.silence.forEach((each, index) => {
    requireShare(`silence[${index}].share`, each.share)
    requireCount(`silence[${index}].candidate`, each.candidate)
    requireCount(`silence[${index}].stable`, each.stable)
  })
}

function requireCounts(path: string, counts: MetricCounts): void {
  for (const [metric, { candidate, stable }] of Object.entries(counts)) {
    requirePart(`${path}.${metric}.candidate`, candidate)
    requirePart(`${path}.${metric}.stable`, stable)
  }
}

function requirePart(path: string, [bad, of]: Count): void {
  requireCount(path, bad)
  requireCount(path, of)
  if (bad > of * (1 + rounding)) throw new RangeError(`${path} is ${bad} bad, more than the ${of} there are`)
}

function requireShare(path: string, share: number): void {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`${path} is ${share}; a share is within 0 and 1`)
}

function requireCount(path: string, count: number): void {
  if (!Number.isFinite(count) || count < 0) {
    throw new RangeError(`${path} is ${count}; a finite count of 0 or more was expected`)
  }
}
