import { fairShare } from './bets.ts'
import type { Check, Counts } from './check.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'
import type { Votes } from './evidence.ts'
import { forEachQuestion, type LimitQuestion, type Question, type VersusQuestion } from './questions.ts'

/** What each question counts in a check. */

/** Counts of both versions that `versus` has not judged yet, because one of them had no runs. */
export interface Waiting {
  readonly candidateBad: number
  readonly candidateRuns: number
  readonly stableBad: number
  readonly stableRuns: number
}

export type WaitingCounts = Readonly<Record<VersusQuestion, Waiting>>

const nothing: Waiting = { candidateBad: 0, candidateRuns: 0, stableBad: 0, stableRuns: 0 }

export const nothingWaiting: WaitingCounts = {
  'versus.errors': nothing,
  'versus.slow': nothing,
  'versus.toolHurt': nothing,
  'versus.costly': nothing,
}

/** A limit's bad things and the runs they are among, of one version; and the share of them that may be bad. */
export const limitParts = {
  'limit.errors': { bad: 'errors', among: 'runs', limit: 'errors' },
  'limit.late': { bad: 'late', among: 'runs', limit: 'late' },
  'limit.toolShare': { bad: 'toolShare', among: 'toolRuns', limit: 'toolShare' },
  'limit.spend': { bad: 'spend', among: 'runs', limit: 'spend' },
} as const satisfies Record<LimitQuestion, object>

/** What both versions' runs are compared by. */
export const versusParts = {
  'versus.errors': { bad: 'errors', among: 'runs' },
  'versus.slow': { bad: 'slow', among: 'runs' },
  'versus.toolHurt': { bad: 'toolHurt', among: 'toolRuns' },
  'versus.costly': { bad: 'costly', among: 'runs' },
} as const satisfies Record<VersusQuestion, object>

/** The votes of a check, null where a question is not asked, and what waits for the next one. */
export interface CheckVotes {
  readonly votes: Readonly<Record<Question, Votes | null>>
  readonly waiting: WaitingCounts
}

/** The votes of one check, without those of the limits that a shared cause has muted. */
export function votesOf(
  policy: DecisionPolicy,
  check: Check,
  waitingBefore: WaitingCounts,
  muted: readonly LimitQuestion[],
): CheckVotes {
  const joined = {
    'versus.errors': joinedBy('versus.errors', waitingBefore, check),
    'versus.slow': joinedBy('versus.slow', waitingBefore, check),
    'versus.toolHurt': joinedBy('versus.toolHurt', waitingBefore, check),
    'versus.costly': joinedBy('versus.costly', waitingBefore, check),
  }
  const kept = (question: VersusQuestion) => (canCompare(joined[question]) ? nothing : joined[question])
  return {
    votes: forEachQuestion((question) => {
      if (question === 'silence') return silenceVotes(policy, check)
      if (isVersus(question)) return versusVotes(policy, joined[question])
      return muted.includes(question) ? null : limitVotes(policy, question, check.candidate)
    }),
    waiting: {
      'versus.errors': kept('versus.errors'),
      'versus.slow': kept('versus.slow'),
      'versus.toolHurt': kept('versus.toolHurt'),
      'versus.costly': kept('versus.costly'),
    },
  }
}

/** How one version stands against a limit; null where nobody set one. */
export function limitVotes(policy: DecisionPolicy, question: LimitQuestion, counts: Counts): Votes | null {
  const { bad, among, limit } = limitParts[question]
  const p0 = policy.limits[limit]
  return p0 === null ? null : { x: counts[bad], n: counts[among], p0 }
}

export function isVersus(question: Question): question is VersusQuestion {
  return question in versusParts
}

/** By the runs observed and not the ordered share, so that ramps, daily swings and a wrong split cancel. */
function versusVotes(policy: DecisionPolicy, both: Waiting): Votes | null {
  if (!canCompare(both)) return null
  return {
    x: both.candidateBad,
    n: both.candidateBad + both.stableBad,
    p0: fairShare(both.candidateRuns, both.stableRuns, policy.tolerance),
  }
}

/** Runs that never finish are seen in the share alone: where the stable has more than its part, the candidate hangs. */
function silenceVotes(policy: DecisionPolicy, { share, candidate, stable }: Check): Votes | null {
  if (share === 0 || share === 1) return null
  return {
    x: stable.runs,
    n: candidate.runs + stable.runs,
    p0: fairShare(1 - share, share, policy.silence),
  }
}

function joinedBy(question: VersusQuestion, before: WaitingCounts, { candidate, stable }: Check): Waiting {
  const { bad, among } = versusParts[question]
  const held = before[question]
  return {
    candidateBad: held.candidateBad + candidate[bad],
    candidateRuns: held.candidateRuns + candidate[among],
    stableBad: held.stableBad + stable[bad],
    stableRuns: held.stableRuns + stable[among],
  }
}

function canCompare(both: Waiting): boolean {
  return both.candidateRuns > 0 && both.stableRuns > 0
}
