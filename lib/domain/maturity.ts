/** Of how many of the newest runs of a version, and of what age at most, its times are taken. */
export const maturityRuns = 200
export const maturityAgeMs = 24 * 3_600_000

/**
 * How old a run has to be, in seconds since its start, before it is judged: D of DECISION.md section 1, Maturity. The
 * nearest-rank p95 of the stable's durations, at least 1 s, also where there are none. Durations that are negative or
 * no finite number are left out.
 *
 * @param durationsMs from start to end, of the stable's newest `maturityRuns` runs of at most `maturityAgeMs`, in any order
 */
export function matureAfterS(durationsMs: readonly number[]): number {
  const durations = durationsMs.filter((ms) => Number.isFinite(ms) && ms >= 0)
  return Math.max(1, (nearestRank(durations, 0.95) ?? 0) / 1000)
}

/** Beyond this a run did not come late: the sender's clock is behind ours. */
const deliveryMaxMs = 60_000

/**
 * How long after its end a run is here, in seconds: Δ of DECISION.md section 1, Delivery, for one version. The
 * nearest-rank p95, from 0 to 60 s.
 *
 * @param lagsMs from the end of a run by the sender's clock to its arrival by ours; negative where that clock is ahead
 */
export function deliveredAfterS(lagsMs: readonly number[]): number {
  const p95 = nearestRank(lagsMs.filter(Number.isFinite), 0.95) ?? 0
  return Math.min(Math.max(0, p95), deliveryMaxMs) / 1000
}

/**
 * By how much the clock of a version's senders is behind ours, in milliseconds; 0 where it cannot be told from slow
 * delivery. It is behind when nearly all runs seem to come more than a minute after their end. A clock that is ahead
 * needs no correction: a run cannot have begun later than its arrival less its duration.
 */
export function clockBehindMs(lagsMs: readonly number[]): number {
  const least = nearestRank(lagsMs.filter(Number.isFinite), 0.05) ?? 0
  return least > deliveryMaxMs ? Math.round(least) : 0
}

/** The smallest value that at least this share of them does not exceed; null of none. */
export function nearestRank(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1] ?? null
}
