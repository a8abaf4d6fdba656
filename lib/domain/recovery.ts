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
  /** When the verdict comes at the soonest: the stability window is over and its runs are mature. */
  readonly earliest: Date
  /** When it comes at the latest, whatever is still missing. */
  readonly until: Date
  /** `applied` once the order was seen in force everywhere; `failed` once its deadline passed and it was not. */
  readonly order: 'requested' | 'applied' | 'failed'
  readonly candidate: CandidateRuns
  /** Of mature runs that began after the switch was in force. */
  readonly stable: FreshFigures
}

/** Runs of the candidate that began after the switch was in force. One that began before and ended after is none of them. */
export interface CandidateRuns {
  /** In conversations that may not be there any more: the switch does not hold. */
  readonly leaked: number
  /** In conversations that were on the candidate before and may finish there. */
  readonly finishing: number
}

export interface RecoveryVerdict {
  readonly recovery: Recovery
  readonly because: string
}

/**
 * For how long after the switch was seen in force a candidate run may still begin, in milliseconds: clocks differ by
 * seconds, and an OpenFeature provider that polls learns of the switch up to half a minute later.
 */
export function leakToleranceMs(policy: Pick<Policy, 'stabilityWindowSeconds'>): number {
  return Math.min(30, policy.stabilityWindowSeconds / 3) * 1000
}

/**
 * Whether conversations that were on the candidate may go on there after its rollback: when the policy lets them
 * finish, or does not lock it, so that nothing takes them off it.
 */
export function mayFinish(
  policy: Pick<Policy, 'sessionsOnRollback' | 'lockCandidateAfterRollback'>,
): boolean {
  return policy.sessionsOnRollback === 'finish' || !policy.lockCandidateAfterRollback
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
 * end of the stability window, so that a recovery is one that lasts; for enough runs, as long as the window is; and for
 * somebody to have looked whether the order is in force: a guard that was away for the whole window finds out first,
 * and judges then.
 */
export function judgeRecovery(policy: Policy, facts: RecoveryFacts): RecoveryVerdict {
  const { stable, candidate } = facts
  if (facts.order === 'requested') return verifying('The switch was not seen in force yet')
  const missing = Math.max(0, policy.recoveryRunsMin - stable.runs)
  const waits = `${missing} more stable ${missing === 1 ? 'run is' : 'runs are'} needed`
  const isOver = facts.now >= facts.until
  if (facts.now < (facts.order === 'failed' ? facts.until : facts.earliest))
    return verifying(missing > 0 ? waits : 'The stability window is running')
  if (facts.order === 'failed')
    return { recovery: 'inconclusive', because: 'The switch was never seen in force' }
  if (candidate.leaked > 0) {
    const runs = candidate.leaked === 1 ? 'One run' : `${candidate.leaked} runs`
    return {
      recovery: 'not_recovered',
      because: `${runs} began on the candidate after the switch was in force`,
    }
  }
  if (missing > 0) {
    if (!isOver) return verifying(waits)
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
  const because = `${stable.runs} stable runs, every figure inside its limit${finishing(candidate)}`
  return { recovery: 'recovered', because }
}

function verifying(because: string): RecoveryVerdict {
  return { recovery: 'verifying', because }
}

function finishing({ finishing: runs }: CandidateRuns): string {
  if (runs === 0) return ''
  return `; ${runs} ${runs === 1 ? 'run' : 'runs'} of conversations that may finish on the candidate`
}

function fewRuns(runs: number): string {
  if (runs === 0) return 'No stable run'
  return runs === 1 ? 'One stable run' : `Only ${runs} stable runs`
}
