import { matureAfterS, nearestRank } from '../maturity.ts'
import type { Timing } from './due.ts'

/** The times that a check goes by, from the newest runs of both versions. */

/** Of one version's newest runs: from start to end, and from end (the sender's clock) to arrival (ours). Milliseconds. */
export interface Times {
  readonly durationsMs: readonly number[]
  readonly lagsMs: readonly number[]
}

export interface RolloutTiming extends Timing {
  /** Spans of a version come so late that both cannot be cut off at one moment: nothing advances. Seconds; null of none. */
  readonly lateS: number | null
}

const deltaMaxS = 60

/**
 * D, the stable's p95 duration, and Δ, the larger p95 delay between the end of a run and its arrival, at most 60 s. Δ is
 * below zero where the senders' clocks are ahead of ours: ends and starts are theirs too, so no age changes.
 */
export function timingOf(stable: Times, candidate: Times): RolloutTiming {
  const delays = [stable, candidate].flatMap(({ lagsMs }) => nearestRank(lagsMs, 0.95) ?? [])
  const largest = delays.length === 0 ? 0 : Math.max(...delays) / 1000
  return {
    D: matureAfterS(stable.durationsMs),
    delta: Math.min(largest, deltaMaxS),
    lateS: largest > deltaMaxS ? largest : null,
  }
}

const staleMaxS = 3_600
const expectedRuns = 5

/**
 * After how long without a run a version is silent, in seconds: the policy's `staleS`, 2D + Δ, or the time in which five
 * candidate runs are expected at the last hour's rate, whichever is longest; at most an hour.
 *
 * @param runsPerSecond of both versions together
 */
export function staleAfterS(
  staleS: number,
  { D, delta }: Timing,
  { runsPerSecond, share }: { runsPerSecond: number; share: number },
): number {
  const rate = runsPerSecond * share
  const expected = rate > 0 ? expectedRuns / rate : 0
  return Math.min(Math.max(staleS, 2 * D + delta, expected), staleMaxS)
}
