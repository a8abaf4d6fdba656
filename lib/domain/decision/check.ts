/** What one check saw: the counts of both versions since the check before. */

/** What the voting runs of one version add up to. */
export interface Counts {
  /** Finished runs. */
  readonly runs: number
  /** Runs that failed. */
  readonly errors: number
  /** Runs slower than the latency limit. */
  readonly late: number
  /** Runs slower than the stable's recent p95. */
  readonly slow: number
  /** Runs dearer than the stable's recent p95. */
  readonly costly: number
  /** Σ min(cost / cap, 1) over the runs. */
  readonly spend: number
  /** Runs that called a tool. */
  readonly toolRuns: number
  /** Runs in which a tool call failed. */
  readonly toolHurt: number
  /** Σ failed calls / calls, over the runs that called a tool. */
  readonly toolShare: number
}

export interface Check {
  /** Seconds since the evidence began. Earlier than the check before counts as the same moment. */
  readonly at: number
  /** The ordered share of the candidate, 0 to 1. */
  readonly share: number
  readonly candidate: Counts
  readonly stable: Counts
}

export const noCounts: Counts = {
  runs: 0,
  errors: 0,
  late: 0,
  slow: 0,
  costly: 0,
  spend: 0,
  toolRuns: 0,
  toolHurt: 0,
  toolShare: 0,
}

/** What each count is a part of: a vote is at most 1. */
const partOf = {
  errors: 'runs',
  late: 'runs',
  slow: 'runs',
  costly: 'runs',
  spend: 'runs',
  toolRuns: 'runs',
  toolHurt: 'toolRuns',
  toolShare: 'toolRuns',
} as const satisfies Record<Exclude<keyof Counts, 'runs'>, keyof Counts>

const parts = Object.entries(partOf) as [keyof typeof partOf, 'runs' | 'toolRuns'][]

/** Sums of shares are rounded; a sum of ones is not more than their number by this much. */
const rounding = 1e-9

/** Refuses a check that cannot be: a RangeError names the field, as in `candidate.errors`. */
export function requireSaneCheck(check: Check): void {
  if (!Number.isFinite(check.at)) throw new RangeError(`at is ${check.at}; seconds were expected`)
  if (!(check.share >= 0 && check.share <= 1)) {
    throw new RangeError(`share is ${check.share}; a share is within 0 and 1`)
  }
  requireSaneCounts('candidate', check.candidate)
  requireSaneCounts('stable', check.stable)
}

function requireSaneCounts(version: 'candidate' | 'stable', counts: Counts): void {
  requireCount(`${version}.runs`, counts.runs)
  for (const [part, whole] of parts) {
    const count = counts[part]
    requireCount(`${version}.${part}`, count)
    if (count > counts[whole] * (1 + rounding)) {
      throw new RangeError(`${version}.${part} is ${count}, more than the ${counts[whole]} of ${whole}`)
    }
  }
}

function requireCount(field: string, count: number): void {
  if (!Number.isFinite(count) || count < 0) {
    throw new RangeError(`${field} is ${count}; a finite count of 0 or more was expected`)
  }
}
