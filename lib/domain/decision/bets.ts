/** One formula and its two inputs: what a bet gains, what share would be fair, what money joins. */

/** The bets: the odds of something bad are `m` times those of the fair share. Each gets an equal part. */
export const bets = [1.2, 1.5, 2, 4, 10, 50] as const

/**
 * ln of what a bet on `m`-fold odds gains when `x` of `n` were bad and at most a share `p0` should be.
 * Valid for observations in [0, 1] whose mean, given the past, is at most p0 (m^y ≤ 1 + y(m − 1)).
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
 * (`from` null). Of the rest, h/(h + 1) has joined when h horizons are over, evenly within each: stakes never end and
 * never exceed 1, so that fresh money meets a degradation on any day.
 */
export function stakeBetween(from: number | null, to: number, horizonS: number, head: number): number {
  const later = (1 - head) * (joined(to / horizonS) - joined((from ?? 0) / horizonS))
  return from === null ? head + later : later
}

/** The part of the later stakes that has joined after so many horizons: h/(h + 1) at whole ones, straight between. */
function joined(horizons: number): number {
  const whole = Math.floor(horizons)
  const before = whole / (whole + 1)
  return before + (horizons - whole) * ((whole + 1) / (whole + 2) - before)
}
