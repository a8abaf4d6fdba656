import { stakeBetween } from './bets.ts'
import { type Check, type Count, requireSaneCheck } from './check.ts'
import { type DecisionPolicy, type Family, requireSanePolicy } from './decisionPolicy.ts'
import { type AlarmWindow, type Evidence, evidenceFrom, evidenceOf, noEvidence, weigh } from './evidence.ts'
import { type Gate, gateOf, stableShare } from './gate.ts'
import { type FirstRuns, lackingOf, withFirstRuns } from './lacking.ts'
import { isMissing, type Missing, missingOf } from './missing.ts'
import { type Question, questionsOf } from './questions.ts'
import { type Outcome, type Reason, stopReason } from './reasons.ts'
import { type OverLimit, type RecentCounts, sharedCause, withRecent } from './sharedCause.ts'
import { compare, limitTerms, type SilenceSeen, silenceTerms, type Waiting, withSilence } from './terms.ts'

/** The engine's edition, in each state and decision: what was decided by another one is replayed by that one. */
export const edition = 2

/** What the engine carries from check to check: plain JSON without an infinity, so a row holds it exactly. */
export interface DecisionState {
  readonly edition: typeof edition
  /** How often the evidence of this rollout began before, from 0: each start takes twice as much to stop. */
  readonly starts: number
  /** Seconds since the evidence began; null before the first check. */
  readonly at: number | null
  /** By question id. */
  readonly questions: Readonly<Record<string, Evidence>>
  readonly waiting: Waiting
  readonly silence: SilenceSeen
  readonly recent: RecentCounts
  readonly first: FirstRuns
  /** All runs that came in so far. */
  readonly runs: { readonly candidate: number; readonly stable: number }
  /** When each version last had a run; 0 before its first. */
  readonly lastRunAt: { readonly candidate: number; readonly stable: number }
  /** The metric that asked a person, as it stood when it first did. */
  readonly asked: Asked | null
  /** The stop, once there was one: nothing is judged after it. */
  readonly stop: Decision | null
}

export interface Asked {
  readonly question: string
  readonly evidence: number
  readonly threshold: number
  readonly window: AlarmWindow
}

/** One decision with all it rests on. Plain JSON. */
export interface Decision {
  readonly edition: typeof edition
  /** Seconds since the evidence began; of a stop, the moment it came. */
  readonly at: number
  readonly outcome: Outcome
  /** Null for allow. */
  readonly reason: Reason | null
  /** The question that decided, or the one with the most evidence: see `questionsOf`. */
  readonly question: string
  readonly evidence: number
  /** The evidence at which that question stops the rollout. */
  readonly threshold: number
  /** By question id. */
  readonly evidences: Readonly<Record<string, number>>
  /** The families with evidence worth watching. */
  readonly families: readonly Family[]
  /** The alarm window of `question`. */
  readonly window: AlarmWindow
  /** The limits that are not asked, because the stable is over them too; and those that hold the rollout for it. */
  readonly muted: readonly OverLimit[]
  readonly degraded: readonly OverLimit[]
  /** The metrics that too few of the candidate's runs carry. */
  readonly lacking: readonly string[]
  /** By metric id: what would have shown by now. */
  readonly gates: Readonly<Record<string, Gate>>
  /** How many runs the share asked of the candidate, and how many came; null before any was asked. */
  readonly missing: Missing | null
  /** All runs so far, and the candidate's first runs of conversations. */
  readonly runs: { readonly candidate: number; readonly stable: number }
  readonly firstRuns: { readonly candidate: number; readonly stable: number }
  readonly lastRunAt: { readonly candidate: number; readonly stable: number }
}

/**
 * The state before the first check. A new policy version or a new stable begins here again, with the number of starts
 * before it. RangeError as in `requireSanePolicy`.
 */
export function startEvidence(policy: DecisionPolicy, starts = 0): DecisionState {
  requireSanePolicy(policy)
  return {
    edition,
    starts,
    at: null,
    questions: Object.fromEntries(questionsOf(policy).map(({ id }) => [id, noEvidence])),
    waiting: {},
    silence: {},
    recent: {},
    first: { metrics: {}, mature: {}, candidate: 0, stable: 0, share: null },
    runs: { candidate: 0, stable: 0 },
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

  const before = check.wentOn ? goOn(state) : state
  const { state: seen, muted, degraded } = look(policy, before, check)
  const asking = questionsOf(policy)
  const facts = { ...factsOf(policy, seen, asking, check.share), muted, degraded }
  const quiet = seen.at - seen.lastRunAt.candidate >= quietS
  // The questions share α, and each new start has half of it.
  const shared = asking.length / policy.alpha
  const thresholdOf = (id: string) => shared * 2 ** (seen.starts + (seen.questions[id]?.restarts ?? 0))
  const reached = asking.filter(({ id }) => (facts.evidences[id] ?? 0) >= thresholdOf(id))
  const stopping = reached.find(({ asks, kind }) => asks === 'rollback' && (kind !== 'silence' || quiet))
  const asker = reached.find(({ asks }) => asks === 'approval')
  const shown = (id: string): Asked => ({
    question: id,
    evidence: facts.evidences[id] ?? 1,
    threshold: thresholdOf(id),
    window: (seen.questions[id] ?? noEvidence).window,
  })
  const asked = seen.asked ?? (asker ? shown(asker.id) : null)
  const staleS = check.staleS ?? policy.staleS
  const verdict = stopping
    ? ({ outcome: 'stop', reason: stopReason(facts.families) } as const)
    : holdOrAllow({ ...seen, asked }, facts, staleS)
  const strongest = asking.reduce<Question | null>(
    (best, each) =>
      best && (facts.evidences[each.id] ?? 0) <= (facts.evidences[best.id] ?? 0) ? best : each,
    null,
  )
  const decision: Decision = {
    edition,
    at: seen.at,
    ...verdict,
    ...(stopping ? shown(stopping.id) : (asked ?? shown(strongest?.id ?? ''))),
    ...facts,
    runs: seen.runs,
    firstRuns: { candidate: seen.first.candidate, stable: seen.first.stable },
    lastRunAt: seen.lastRunAt,
  }
  return { state: { ...seen, asked, stop: stopping ? decision : null }, decision }
}

/** Decides again from the recorded checks, in their order: the same bytes as the first time. */
export function replay(policy: DecisionPolicy, checks: readonly Check[], starts = 0): Decision[] {
  let state = startEvidence(policy, starts)
  return checks.map((check) => {
    const next = decide(policy, state, check)
    state = next.state
    return next.decision
  })
}

/**
 * A person said that the rollout may go on although a metric asked: its question's evidence begins again, and takes
 * twice as much the next time. The state itself where nothing was asked.
 */
function goOn(state: DecisionState): DecisionState {
  const { asked } = state
  if (!asked) return state
  const before = state.questions[asked.question] ?? noEvidence
  const again = evidenceFrom(state.at ?? 0, before.restarts + 1)
  return { ...state, asked: null, questions: { ...state.questions, [asked.question]: again } }
}

/** `silence` stops only when for so long nothing at all came in that may have been the candidate's. */
const quietS = 60

type Looked = DecisionState & { readonly at: number }

/** The state with this check in it, before anything is concluded. */
function look(
  policy: DecisionPolicy,
  before: DecisionState,
  check: Check,
): { state: Looked; muted: readonly OverLimit[]; degraded: readonly OverLimit[] } {
  // Clocks of two processes differ; time does not run backwards here.
  const at = Math.max(check.at, before.at ?? 0)
  const recent = withRecent(policy, before.recent, check, at)
  const { muted, degraded } = sharedCause(policy, recent, { at, share: check.share })
  const { terms, waiting } = compare(policy, check.cohorts, before.waiting)
  const termsOf = (question: Question) => {
    if (question.kind === 'silence') return silenceTerms(policy, check, before.silence)
    if (question.kind !== 'limit') return terms[question.id] ?? []
    return muted.some((each) => each.question === question.id) ? [] : limitTerms(question, check.limits)
  }
  const weighed = questionsOf(policy).map((question) => {
    const held = before.questions[question.id] ?? noEvidence
    const from = before.at === null || held.staked === 0 ? null : before.at - held.began
    const stake = stakeBetween(from, at - held.began, policy.horizonS, policy.head)
    return [question.id, weigh(held, stake, termsOf(question), at)] as const
  })
  const { candidate, stable } = check.runs
  const state = {
    ...before,
    at,
    questions: Object.fromEntries(weighed),
    waiting,
    silence: withSilence(before.silence, check),
    recent,
    first: withFirstRuns(before.first, check),
    runs: { candidate: before.runs.candidate + candidate, stable: before.runs.stable + stable },
    lastRunAt: {
      candidate: candidate > 0 ? at : before.lastRunAt.candidate,
      stable: stable > 0 ? at : before.lastRunAt.stable,
    },
  }
  return { state, muted, degraded }
}

type Facts = Pick<Decision, 'evidences' | 'families' | 'muted' | 'degraded' | 'lacking' | 'gates' | 'missing'>

function factsOf(
  policy: DecisionPolicy,
  state: Looked,
  asking: readonly Question[],
  share: number,
): Omit<Facts, 'muted' | 'degraded'> {
  const evidences = Object.fromEntries(
    asking.map(({ id }) => [id, evidenceOf(state.questions[id] ?? noEvidence)]),
  )
  const quiet = state.at - state.lastRunAt.candidate >= quietS
  const shown = asking
    .filter(({ id, kind }) => (evidences[id] ?? 0) >= policy.watch && (kind !== 'silence' || quiet))
    .map(({ family }) => family)
  return {
    evidences,
    families: [...new Set(shown)],
    lacking: lackingOf(policy, state.first),
    gates: gatesOf(policy, state, asking.length),
    missing: missingOf(state.silence, share),
  }
}

function gatesOf(policy: DecisionPolicy, state: Looked, questions: number): Record<string, Gate> {
  const bounds = {
    threshold: (questions / policy.alpha) * 2 ** state.starts,
    head: policy.head,
    maxBlindSpot: policy.maxBlindSpot,
  }
  const gated = policy.metrics.flatMap(({ id, gate }) => {
    if (!gate) return []
    const seen = state.first.metrics[id]
    const [bad, runs]: Count = seen?.stable ?? [0, 0]
    const ps = gate.share ?? stableShare(bad, runs)
    const compared = { runs: seen?.compared ?? 0, share: state.first.share }
    return [[id, gateOf(gate, { ...compared, ps, rho: policy.tolerance }, bounds)] as const]
  })
  return Object.fromEntries(gated)
}

/** The first of the reasons to hold, in the order of DECISION; allow when there is none. */
function holdOrAllow(
  { at, lastRunAt, asked }: Looked,
  { families, degraded, missing, lacking, gates }: Facts,
  staleS: number,
): Pick<Decision, 'outcome' | 'reason'> {
  const hold = (reason: Reason) => ({ outcome: 'hold', reason }) as const
  const stale = (lastAt: number) => at - lastAt >= staleS
  if (asked) return hold('approval_required')
  if (families.some((family) => family !== 'silence')) return hold('evidence_rising')
  if (degraded.length > 0) return hold('stable_degraded')
  if (stale(lastRunAt.candidate) && stale(lastRunAt.stable)) return hold('telemetry_outage')
  if (stale(lastRunAt.candidate) || (missing && isMissing(missing))) return hold('candidate_silent')
  if (lacking.length > 0 || Object.values(gates).some(({ open }) => !open)) return hold('insufficient_data')
  return { outcome: 'allow', reason: null }
}
