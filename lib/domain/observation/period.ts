/** Periods: stretches of a rollout with one ordered share in force. Times are milliseconds since 1970. */

export interface Period {
  /** From 0, in the order in which they were ordered. */
  readonly number: number
  /** The ordered share of the candidate, 0 to 1. */
  readonly share: number
  readonly orderedAt: number
  /** When every edge was seen to serve it; null while that was not seen. */
  readonly inForceAt: number | null
}

export interface BegunPeriod extends Period {
  readonly begunAt: number
}

/** A share that was not seen in force so long after its order counts as in force all the same. */
const assumedMs = 5_000

/** The periods that have begun by now, in order. One begins when it is seen in force, or 5 s after its order. */
export function begunPeriods(periods: readonly Period[], now: number): readonly BegunPeriod[] {
  return periods
    .map((period) => ({
      ...period,
      begunAt: Math.min(period.inForceAt ?? Number.POSITIVE_INFINITY, period.orderedAt + assumedMs),
    }))
    .filter(({ begunAt }) => begunAt <= now)
    .sort((a, b) => a.number - b.number)
}

/** The period in which this moment lies; null before the first. */
export function periodAt(periods: readonly BegunPeriod[], at: number): BegunPeriod | null {
  return periods.findLast(({ begunAt }) => begunAt <= at) ?? null
}
