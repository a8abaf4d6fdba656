import { bets, fairShare } from './bets.ts'

/** What could not have shown yet: the other half of "nothing was found". */

/** The share of slow runs of a healthy version: its own p95 is the edge. */
const slowPart = 0.05

/** The rollout so far, as far as it bounds what could be hidden. */
export interface Seen {
  /** The candidate's runs. */
  readonly runs: number
  /** The stable's share of failed runs: see `stableRate`. */
  readonly ps: number
  /** The ordered share of the candidate. */
  readonly share: number
  readonly rho: number
}

/** The stable's error rate, never taken for zero, and never so high that nothing could be worse. */
export function stableRate(errors: number, runs: number): number {
  return Math.min((errors + 0.5) / (runs + 1), 0.5)
}

/** ln of what each candidate run is expected to add to the best bet when its bad share is `ratio` times the stable's. */
export function growth(ps: number, ratio: number, rho: number, share: number): number {
  const theta = fairShare(share, 1 - share, rho)
  const bad = ps * ratio + (ps * (1 - share)) / share
  return ps * ratio * Math.log(ratio / rho) - bad * Math.log1p((ratio / rho - 1) * theta)
}

/** ln of what has to be gained to reach the bar from one bet's part of the first stake. */
export function price(bar: number, head: number): number {
  return Math.log((bar * bets.length) / head)
}

/**
 * The smallest ratio of bad runs that these runs would be expected to have exposed; null when even a candidate that
 * always fails would not have shown. Growth rises from ρ on, so bisection finds it.
 */
export function blindSpot(seen: Seen, bar: number, head: number): number | null {
  const { runs, ps, rho, share } = seen
  const wanted = price(bar, head)
  let low = rho
  let high = 1 / ps
  if (!comparable(share) || high <= rho || !(runs * growth(ps, high, rho, share) >= wanted)) return null
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return high
    if (runs * growth(ps, middle, rho, share) >= wanted) high = middle
    else low = middle
  }
}

/** The larger blind spot of errors and of slow runs; null when either is without bound. */
export function blindSpotOf(seen: Seen, bar: number, head: number): number | null {
  const errors = blindSpot(seen, bar, head)
  const slow = errors === null ? null : blindSpot({ ...seen, ps: slowPart }, bar, head)
  return errors === null || slow === null ? null : Math.max(errors, slow)
}

/** How many candidate runs bring the blind spot down to `ratio`; null when no number of them would. */
export function runsFor(ratio: number, seen: Seen, bar: number, head: number): number | null {
  if (!comparable(seen.share)) return null
  const runs = [seen.ps, slowPart].map((ps) => {
    const each = growth(ps, Math.min(ratio, 1 / ps), seen.rho, seen.share)
    return each > 0 ? Math.ceil(price(bar, head) / each) : Number.POSITIVE_INFINITY
  })
  const most = Math.max(...runs)
  return Number.isFinite(most) ? most : null
}

/** Without both versions there is nothing to compare, and no ratio to show. */
function comparable(share: number): boolean {
  return share > 0 && share < 1
}
