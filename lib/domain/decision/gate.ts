import { bets, fairShare } from './bets.ts'
import type { GateRule } from './decisionPolicy.ts'

/** What could not have shown yet: the other half of "nothing was found", in shares of bad runs. */

/** How a gate stands. Shares of bad runs are in [0, 1]. */
export interface Gate {
  /** The smallest share of bad runs that would be expected to have shown by now; null when none would. */
  readonly exposed: number | null
  /** The largest share that may be left undetected. */
  readonly allowed: number
  /** How many candidate runs it takes to show `allowed`; null when no number would. */
  readonly needed: number | null
  readonly open: boolean
}

/** The rollout so far, as far as it bounds what could be hidden. */
export interface Seen {
  /** The candidate's first runs of conversations while the stable had traffic too. */
  readonly runs: number
  /** The ordered share of the candidate at the newest of them; null before there was one. */
  readonly share: number | null
  /** The stable's share of bad runs. */
  readonly ps: number
  readonly rho: number
}

/** The stable's bad share, never taken for zero, and never so high that nothing could be worse. */
export function stableShare(bad: number, runs: number): number {
  return Math.min((bad + 0.5) / (runs + 1), 0.5)
}

/** ln of what each candidate run is expected to add to the best bet when its bad share is `ratio` times the stable's. */
export function growth(ps: number, ratio: number, rho: number, share: number): number {
  const theta = fairShare(share, 1 - share, rho)
  const bad = ps * ratio + (ps * (1 - share)) / share
  return ps * ratio * Math.log(ratio / rho) - bad * Math.log1p((ratio / rho - 1) * theta)
}

/** ln of what has to be gained to reach the threshold from one bet's part of the first stake. */
export function price(threshold: number, head: number): number {
  return Math.log((threshold * bets.length) / head)
}

/**
 * Whether a stage may open by this metric: open ⟺ what would have shown by now is at most what may be left undetected,
 * max(max_blind_spot · p_s, worth). Absolute, so that the better the stable the fewer runs it takes.
 */
export function gateOf(
  rule: Pick<GateRule, 'worth'>,
  seen: Seen,
  { threshold, head, maxBlindSpot }: { threshold: number; head: number; maxBlindSpot: number },
): Gate {
  const { ps, share } = seen
  const allowed = Math.min(Math.max(maxBlindSpot * ps, rule.worth ?? 0), 1)
  if (share === null) return { exposed: null, allowed, needed: null, open: false }
  const wanted = price(threshold, head)
  const ratio = exposedRatio({ ...seen, share }, wanted)
  const exposed = ratio === null ? null : ratio * ps
  const each = growth(ps, allowed / ps, seen.rho, share)
  return {
    exposed,
    allowed,
    needed: each > 0 ? Math.ceil(wanted / each) : null,
    open: exposed !== null && exposed <= allowed,
  }
}

/**
 * The smallest ratio of bad runs that these runs would be expected to have exposed; null when even a candidate that is
 * always bad would not have shown. Growth rises from ρ on, so bisection finds it.
 */
export function exposedRatio(
  { runs, ps, rho, share }: Seen & { readonly share: number },
  wanted: number,
): number | null {
  let low = rho
  let high = 1 / ps
  if (!(share > 0 && share < 1) || high <= rho || !(runs * growth(ps, high, rho, share) >= wanted))
    return null
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return high
    if (runs * growth(ps, middle, rho, share) >= wanted) high = middle
    else low = middle
  }
}
