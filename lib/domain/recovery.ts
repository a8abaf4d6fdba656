import { metricWord } from './metric.ts'
import type { Metric, Policy } from './policy.ts'
import type { Recovery } from './rollout.ts'

/** Whether things recovered after a rollback: judged from fresh evidence, never from the switch having answered. */

/** The stable version's figures since the switch; null where nothing was measured. */
export interface FreshFigures {
  readonly runs: number
  readonly rates: Readonly<Record<Metric, number | null>>
}

export interface RecoveryFacts {
  readonly now: Date
  readonly until: Date
  /** `applied` once the order was seen in force everywhere; `failed` once its deadline passed and it was not. */
  readonly order: 'requested' | 'applied' | 'failed'
  /** Candidate runs that came in during the last third of the window, when open ones had time to end. */
  readonly lateCandidateRuns: number
  readonly stable: FreshFigures
}

export interface RecoveryVerdict {
  readonly recovery: Recovery
  readonly because: string
}

/**
 * Until when recovery is watched: for the stability window from the moment at which the order was seen in force, for
 * what came in before then proves nothing.
 *
 * @param was when the window was to end, counted from the order at `orderedAt`
 */
export function windowFrom(appliedAt: Date, { orderedAt, was }: { orderedAt: Date; was: Date }): Date {
  return new Date(appliedAt.getTime() + (was.getTime() - orderedAt.getTime()))
}

/** How long, in milliseconds, the candidate has to be without a run while the stable has some, to be measured at zero. */
export const measureMs = 5_000

/** Whether the candidate's measured share of runs is zero: seen in the traffic, not concluded from the order. */
export function isMeasuredAtZero(recent: {
  readonly candidateRuns: number
  readonly stableRuns: number
}): boolean {
  return recent.candidateRuns === 0 && recent.stableRuns > 0
}

/** The limits that the stable itself is over, with its figures. */
function breachesOf(policy: Policy, fresh: FreshFigures) {
  return policy.triggers.flatMap(({ metric, limit }) => {
    const figure = fresh.rates[metric]
    return figure !== null && figure > limit ? [{ metric, limit, figure }] : []
  })
}

/**
 * Silence is not a pass: too few stable runs end as `inconclusive`, never as `recovered`. The verdict waits for the
 * end of the stability window, so that a recovery is one that lasts, and for somebody to have looked whether the order
 * is in force: a guard that was away for the whole window finds out first, and judges then.
 */
export function judgeRecovery(policy: Policy, facts: RecoveryFacts): RecoveryVerdict {
  const { stable } = facts
  if (facts.order === 'requested') {
    return { recovery: 'verifying', because: 'The switch was not seen in force yet' }
  }
  if (facts.now < facts.until) {
    const missing = Math.max(0, policy.recoveryRunsMin - stable.runs)
    const because = missing > 0 ? `${missing} more stable runs are needed` : 'The stability window is running'
    return { recovery: 'verifying', because }
  }
  if (facts.order === 'failed') {
    return { recovery: 'inconclusive', because: 'The switch was never seen in force' }
  }
  if (facts.lateCandidateRuns > 0) {
    return {
      recovery: 'not_recovered',
      because: `${facts.lateCandidateRuns} runs still came from the candidate at the end of the stability window`,
    }
  }
  if (stable.runs < policy.recoveryRunsMin) {
    return {
      recovery: 'inconclusive',
      because: `${fewRuns(stable.runs)} came in; ${policy.recoveryRunsMin} are needed to say anything`,
    }
  }
  const breach = breachesOf(policy, stable)[0]
  if (breach) {
    return {
      recovery: 'not_recovered',
      because: `The release was not the cause: the stable version itself is over its limit: ${metricWord(breach.metric)}`,
    }
  }
  return { recovery: 'recovered', because: `${stable.runs} stable runs, every figure inside its limit` }
}

function fewRuns(runs: number): string {
  if (runs === 0) return 'No stable run'
  return runs === 1 ? 'One stable run' : `Only ${runs} stable runs`
}
