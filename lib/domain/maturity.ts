/** Of how many of the newest runs of a version, and of what age at most, the time to maturity is taken. */
export const maturityRuns = 200
export const maturityAgeMs = 24 * 3_600_000

/**
 * How old a run has to be, in seconds since its start, before it is judged: D of DECISION.md section 1, Maturity. The
 * nearest-rank p95 of the stable's durations, at least 1 s, also where there are none. Durations that are negative or
 * no finite number are left out.
 *
 * @param durationsMs of the stable's newest `maturityRuns` runs of at most `maturityAgeMs`, in any order
 */
export function matureAfterS(durationsMs: readonly number[]): number {
  const sorted = durationsMs
    .filter((ms) => Number.isFinite(ms) && ms >= 0)
    .sort((one, other) => one - other)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  return Math.max(1, p95 / 1000)
}
