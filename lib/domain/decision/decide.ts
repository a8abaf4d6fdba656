import { stakeBetween } from './bets.ts'
import { blindSpotOf, runsFor, type Seen, stableRate } from './blindSpot.ts'
import { type Check, type Counts, requireSaneCheck } from './check.ts'
import { barOf, type DecisionPolicy, requireSanePolicy } from './decisionPolicy.ts'
import { type Evidence, evidenceOf, noEvidence, type Story, weigh } from './evidence.ts'
import { type Family, familyOf, forEachQuestion, type Question, questions } from './questions.ts'
import { type Outcome, type Reason, stopReason } from './reasons.ts'
import { type Muted, mutedLimits, recentWith } from './sharedCause.ts'
import { nothingWaiting, votesOf, type WaitingCounts } from './votes.ts'

export type { Check, Counts } from './check.ts'
export { type DecisionPolicy, policyForDecision } from './decisionPolicy.ts'

/** What the engine carries from check to check: plain JSON without an infinity, so a row holds it exactly. */
export interface DecisionState {
  /** Seconds since the evidence began; null before the first check. */
  readonly at: number | null
  /** The sum of the stakes so far, the same for every question. */
  readonly staked: number
  readonly questions: Readonly<Record<Question, Evidence>>
  readonly waiting: WaitingCounts
  /** The stable's newest checks: its state now. */
  readonly recent: readonly Counts[]
  readonly candidateRuns: number
  readonly stableRuns: number
  readonly stableErrors: number
  /** The candidate's runs while the stable had traffic too, and the last such share. */
  readonly compared: { readonly runs: number; readonly share: number }
  /** When each version last had a run; 0 before its first. */
  readonly lastRunAt: { readonly candidate: number; readonly stable: number }
  /** The limit that asked a person, as it stood when it first did. */
  readonly asked: Asked | null
  /** The stop, once there was one: nothing is judged after it. */
  readonly stop: Decision | null
}

export interface Asked {
  readonly question: Question
  readonly evidence: number
  readonly story: Story
}

/** One decision with all it rests on. Plain JSON. */
export interface Decision {
  /** Seconds since the evidence began; of a stop, the moment it came. */
  readonly at: number
  readonly outcome: Outcome
  /** Null for allow. */
  readonly reason: Reason | null
  /** The question that decided, or the one with the most evidence. */
  readonly question: Question
  readonly evidence: number
  /** The evidence at which a question stops the rollout. */
  readonly bar: number
  readonly evidences: Readonly<Record<Question, number>>
  /** The families with evidence worth watching. */
  readonly families: readonly Family[]
  /** The story of `question`. */
  readonly story: Story
  /** The limits that are not asked, because the stable is over them too. */
  readonly muted: readonly Muted[]
  /** The factor of degradation that would have shown by now; null when none would. */
  readonly blindSpot: number | null
  /** The blind spot at which the gate may open, and the candidate's runs that it takes; null when none would do. */
  readonly maxBlindSpot: number
  readonly runsNeeded: number | null
  /** The candidate's runs so far. */
  readonly runs: number
  readonly lastRunAt: { readonly candidate: number; readonly stable: number }
  /** Whether the evidence opens the gate. */
  readonly advance: boolean
}

/** The state before the first check. A new policy version or a new horizon begins here again. RangeError as in `requireSanePolicy`. */
export function startEvidence(policy: DecisionPolicy): DecisionState {
  requireSanePolicy(policy)
  return {
    at: null,
    staked: 0,
    questions: forEachQuestion(() => noEvidence),
    waiting: nothingWaiting,
    recent: [],
    candidateRuns: 0,
    stableRuns: 0,
    stableErrors: 0,
    compared: { runs: 0, share: 0 },
    lastRunAt: { candidate: 0, stable: 0 },
    asked: null,
    stop: null,
  }
}

/**
 * Judges one check. A healthy candidate is stopped with probability at most α over the whole rollout, however often
 * anyone looks. A stop is latched: after it the state stays, and every check is answered with the same decision.
 * The same policy, state and check give the same bytes. RangeError as in `requireSaneCheck`.
 */
export function decide(
  policy: DecisionPolicy,
  state: DecisionState,
  check: Check,
): { state: DecisionState; decision: Decision } {
  requireSaneCheck(check)
  if (state.stop) return { state, decision: state.stop }

  const { state: seen, muted } = look(policy, state, check)
  const evidences = evidencesOf(seen)
  const bar = barOf(policy)
  const atBar = questions.filter((question) => evidences[question] >= bar)
  const stopping = atBar.find((question) => !asksPerson(policy, question))
  const asking = atBar.find((question) => asksPerson(policy, question))
  const shown = (question: Question): Asked => ({
    question,
    evidence: evidences[question],
    story: seen.questions[question].story,
  })
  const asked = seen.asked ?? (asking ? shown(asking) : null)
  const families = familiesFrom(evidences, policy.watch)
  const facts = { bar, evidences, families, muted, ...blindness(policy, seen, bar) }
  const verdict = stopping
    ? ({ outcome: 'stop', reason: stopReason(families) } as const)
    : holdOrAllow(policy, { ...seen, asked }, facts)
  const decision: Decision = {
    at: seen.at,
    ...verdict,
    ...(stopping ? shown(stopping) : (asked ?? shown(strongest(evidences)))),
    ...facts,
    maxBlindSpot: policy.maxBlindSpot,
    runs: seen.candidateRuns,
    lastRunAt: seen.lastRunAt,
    advance: verdict.outcome === 'allow',
  }
  return { state: { ...seen, asked, stop: stopping ? decision : null }, decision }
}

/** Decides again from the recorded checks, in their order: the same bytes as the first time. */
export function replay(policy: DecisionPolicy, checks: readonly Check[]): Decision[] {
  let state = startEvidence(policy)
  return checks.map((check) => {
    const next = decide(policy, state, check)
    state = next.state
    return next.decision
  })
}

/** The state with this check in it, before anything is concluded. */
export function look(
  policy: DecisionPolicy,
  before: DecisionState,
  { at: saidAt, share, candidate, stable }: Check,
): { state: DecisionState & { readonly at: number }; muted: readonly Muted[] } {
  // Clocks of two processes differ; time does not run backwards here.
  const at = Math.max(saidAt, before.at ?? 0)
  const lastRunAt = {
    candidate: candidate.runs > 0 ? at : before.lastRunAt.candidate,
    stable: stable.runs > 0 ? at : before.lastRunAt.stable,
  }
  // Without traffic the stable cannot get better: its last state would mute the limits for ever.
  const stableLeft = share === 1 && at - lastRunAt.stable >= policy.staleS
  const recent = stableLeft ? [] : recentWith(before.recent, stable)
  const muted = mutedLimits(policy, recent)
  const mutedQuestions = muted.map(({ question }) => question)
  const { votes, waiting } = votesOf(policy, { at, share, candidate, stable }, before.waiting, mutedQuestions)
  const stake = stakeBetween(before.at, at, policy.horizonS, policy.head)
  const state = {
    at,
    staked: before.staked + stake,
    questions: forEachQuestion((question) => weigh(before.questions[question], stake, votes[question], at)),
    waiting,
    recent,
    candidateRuns: before.candidateRuns + candidate.runs,
    stableRuns: before.stableRuns + stable.runs,
    stableErrors: before.stableErrors + stable.errors,
    compared:
      share > 0 && share < 1 ? { runs: before.compared.runs + candidate.runs, share } : before.compared,
    lastRunAt,
    asked: before.asked,
    stop: before.stop,
  }
  return { state, muted }
}

type Facts = Pick<Decision, 'bar' | 'evidences' | 'families' | 'muted' | 'blindSpot'>

/** The first of the reasons to hold, in DECISION's order; allow when there is none. */
function holdOrAllow(
  policy: DecisionPolicy,
  { at, lastRunAt, asked }: DecisionState & { readonly at: number },
  { families, muted, blindSpot }: Facts,
): Pick<Decision, 'outcome' | 'reason'> {
  const hold = (reason: Reason) => ({ outcome: 'hold', reason }) as const
  const stale = (lastAt: number) => at - lastAt >= policy.staleS
  if (asked) return hold('approval_required')
  if (families.length > 0) return hold('evidence_rising')
  if (muted.length > 0) return hold('stable_degraded')
  if (stale(lastRunAt.candidate)) {
    return hold(stale(lastRunAt.stable) ? 'telemetry_outage' : 'candidate_silent')
  }
  if (blindSpot === null || blindSpot > policy.maxBlindSpot) return hold('insufficient_data')
  return { outcome: 'allow', reason: null }
}

function blindness(policy: DecisionPolicy, state: DecisionState, bar: number) {
  const seen: Seen = {
    ...state.compared,
    ps: stableRate(state.stableErrors, state.stableRuns),
    rho: policy.tolerance,
  }
  return {
    blindSpot: blindSpotOf(seen, bar, policy.head),
    runsNeeded: runsFor(policy.maxBlindSpot, seen, bar, policy.head),
  }
}

function evidencesOf({ questions: held, staked }: DecisionState): Record<Question, number> {
  return forEachQuestion((question) => evidenceOf(held[question].wealth, staked))
}

function strongest(evidences: Readonly<Record<Question, number>>): Question {
  return questions.reduce((best, question) => (evidences[question] > evidences[best] ? question : best))
}

function familiesFrom(evidences: Readonly<Record<Question, number>>, watch: number): readonly Family[] {
  const shown = questions
    .filter((question) => evidences[question] >= watch)
    .map((question) => familyOf[question])
  return [...new Set(shown)]
}

function asksPerson(policy: DecisionPolicy, question: Question): boolean {
  return question.startsWith('limit.') && (policy.approval?.includes(familyOf[question]) ?? false)
}
