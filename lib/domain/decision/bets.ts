/** One formula and its two inputs: what a bet gains, what share would be fair, what money joins. */

/** The bets: the odds of something bad are `m` times those of the fair share. Each gets an equal part. */
export const bets = [1.2, 1.5, 2, 4, 10, 50] as const

/**
 * ln of what a bet on `m`-fold odds gains when `x` of `n` were bad and at most a share `p0` should be.
 * Valid for votes in [0, 1] whose mean, given the past, is at most p0 (m^y ≤ 1 + y(m − 1)).
 */
export function tilt(x: number, n: number, p0: number, m: number): number {
  return x * Math.log(m) - n * Math.log1p((m - 1) * p0)
}

/** The share that `a` may have beside `b` when its odds may be `rho` times its part: ρa / (ρa + b). None of neither is 0. */
export function fairShare(a: number, b: number, rho: number): number {
  return a === 0 ? 0 : (rho * a) / (rho * a + b)
}

/**
 * The part of the fortune that joins between two checks, in seconds since the evidence began: `head` at the first
 * (`from` null), the rest evenly over the horizon, so that a late degradation still meets fresh money.
 */
export function stakeBetween(from: number | null, to: number, horizonS: number, head: number): number {
  const inside = (at: number) => Math.min(at, horizonS)
  const later = ((1 - head) * (inside(to) - inside(from ?? 0))) / horizonS
  return from === null ? head + later : later
}
