import type { Metric, Policy } from '../policy.ts'
import { type Outcome, type Reason, stopReason } from './reasons.ts'

/**
 * The first edition of the engine, as it decided until November 2026: kept, frozen, so that a decision of that time can
 * be run again and gives the same bytes. Nothing new is judged by it. Its words are those of its time.
 */

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

/** What one check saw: the counts of both versions since the check before. */

/** What the voting runs of one version add up to. */
export interface Counts {
  /** Finished runs. */
  readonly runs: number
  /** Runs that failed. */
  readonly errors: number
  /** Runs slower than the latency limit. */
  readonly late: number
  /** Runs slower than the stable's recent p95. */
  readonly slow: number
  /** Runs dearer than the stable's recent p95. */
  readonly costly: number
  /** Σ min(cost / cap, 1) over the runs. */
  readonly spend: number
  /** Runs that called a tool. */
  readonly toolRuns: number
  /** Runs in which a tool call failed. */
  readonly toolHurt: number
  /** Σ failed calls / calls, over the runs that called a tool. */
  readonly toolShare: number
}

export interface Check {
  /** Seconds since the evidence began. Earlier than the check before counts as the same moment. */
  readonly at: number
  /** The ordered share of the candidate, 0 to 1. */
  readonly share: number
  readonly candidate: Counts
  readonly stable: Counts
}

export const noCounts: Counts = {
  runs: 0,
  errors: 0,
  late: 0,
  slow: 0,
  costly: 0,
  spend: 0,
  toolRuns: 0,
  toolHurt: 0,
  toolShare: 0,
}

/** What each count is a part of: a vote is at most 1. */
const partOf = {
  errors: 'runs',
  late: 'runs',
  slow: 'runs',
  costly: 'runs',
  spend: 'runs',
  toolRuns: 'runs',
  toolHurt: 'toolRuns',
  toolShare: 'toolRuns',
} as const satisfies Record<Exclude<keyof Counts, 'runs'>, keyof Counts>

const parts = Object.entries(partOf) as [keyof typeof partOf, 'runs' | 'toolRuns'][]

/** Sums of shares are rounded; a sum of ones is not more than their number by this much. */
const rounding = 1e-9

/** Refuses a check that cannot be: a RangeError names the field, as in `candidate.errors`. */
export function requireSaneCheck(check: Check): void {
  if (!Number.isFinite(check.at)) throw new RangeError(`at is ${check.at}; seconds were expected`)
  if (!(check.share >= 0 && check.share <= 1)) {
    throw new RangeError(`share is ${check.share}; a share is within 0 and 1`)
  }
  requireSaneCounts('candidate', check.candidate)
  requireSaneCounts('stable', check.stable)
}

function requireSaneCounts(version: 'candidate' | 'stable', counts: Counts): void {
  requireCount(`${version}.runs`, counts.runs)
  for (const [part, whole] of parts) {
    const count = counts[part]
    requireCount(`${version}.${part}`, count)
    if (count > counts[whole] * (1 + rounding)) {
      throw new RangeError(`${version}.${part} is ${count}, more than the ${counts[whole]} of ${whole}`)
    }
  }
}

function requireCount(field: string, count: number): void {
  if (!Number.isFinite(count) || count < 0) {
    throw new RangeError(`${field} is ${count}; a finite count of 0 or more was expected`)
  }
}

/** The nine questions that share α. Their order settles which one a stop names when several reach the bar. */

export const limitQuestions = ['limit.errors', 'limit.late', 'limit.toolShare', 'limit.spend'] as const
export const versusQuestions = ['versus.errors', 'versus.slow', 'versus.toolHurt', 'versus.costly'] as const
export const questions = [...limitQuestions, ...versusQuestions, 'silence'] as const

export type LimitQuestion = (typeof limitQuestions)[number]
export type VersusQuestion = (typeof versusQuestions)[number]
export type Question = (typeof questions)[number]

/** What a question is about. The families with evidence give a stop its reason. */
export const families = ['errors', 'latency', 'tools', 'cost', 'silence'] as const
export type Family = (typeof families)[number]

export const familyOf = {
  'limit.errors': 'errors',
  'limit.late': 'latency',
  'limit.toolShare': 'tools',
  'limit.spend': 'cost',
  'versus.errors': 'errors',
  'versus.slow': 'latency',
  'versus.toolHurt': 'tools',
  'versus.costly': 'cost',
  silence: 'silence',
} as const satisfies Record<Question, Family>

/** One value for each question, always in their order. */
export function forEachQuestion<T>(value: (question: Question) => T): Record<Question, T> {
  return {
    'limit.errors': value('limit.errors'),
    'limit.late': value('limit.late'),
    'limit.toolShare': value('limit.toolShare'),
    'limit.spend': value('limit.spend'),
    'versus.errors': value('versus.errors'),
    'versus.slow': value('versus.slow'),
    'versus.toolHurt': value('versus.toolHurt'),
    'versus.costly': value('versus.costly'),
    silence: value('silence'),
  }
}

/** What the engine needs of a policy. The same numbers give the same decisions. */

/** The share that may be bad, per limit; null is a limit that nobody set, and its question is not asked. */
export interface Limits {
  readonly errors: number | null
  readonly late: number | null
  readonly toolShare: number | null
  readonly spend: number | null
}

export interface DecisionPolicy {
  readonly limits: Limits
  /** How many times the fair odds still count as the same, for `versus`. */
  readonly tolerance: number
  /** The same for `silence`. */
  readonly silence: number
  /** The probability that a healthy candidate is ever stopped. */
  readonly alpha: number
  readonly horizonS: number
  /** The part of the fortune that is staked at the first check. */
  readonly head: number
  /** Evidence from which a question counts as rising. */
  readonly watch: number
  readonly staleS: number
  readonly maxBlindSpot: number
  /** Families whose limit asks a person instead of rolling back. `versus` and `silence` stop all the same. */
  readonly approval?: readonly Family[]
}

/** p95 over the limit means that more than this share is slower than the limit. */
const latePart = 0.05
/** A budget's part of the cap on one run's cost: the cap is ten budgets. */
const budgetPart = 0.1

const familyOfMetric = {
  error_rate: 'errors',
  latency_p95_ms: 'latency',
  tool_failure_rate: 'tools',
  cost_per_run_usd: 'cost',
} as const satisfies Record<Metric, Family>

/** The policy as the engine reads it. What a person cannot set has DECISION's defaults. */
export function policyForDecision(policy: Policy): DecisionPolicy {
  const limitOf = (metric: Metric) =>
    policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null
  const approval = policy.triggers
    .filter((trigger) => trigger.action === 'approval')
    .map((trigger) => familyOfMetric[trigger.metric])
  return {
    limits: {
      errors: limitOf('error_rate'),
      late: limitOf('latency_p95_ms') === null ? null : latePart,
      toolShare: limitOf('tool_failure_rate'),
      spend: limitOf('cost_per_run_usd') === null ? null : budgetPart,
    },
    tolerance: policy.tolerance,
    silence: 2,
    alpha: policy.falseRollbackRate,
    horizonS: policy.horizonSeconds,
    head: 0.5,
    watch: 20,
    staleS: policy.staleSeconds,
    maxBlindSpot: policy.maxBlindSpot,
    ...(approval.length > 0 ? { approval } : {}),
  }
}

/** The evidence at which a question stops the rollout: the questions share α. */
export function barOf(policy: DecisionPolicy): number {
  return questions.length / policy.alpha
}

/** Refuses numbers under which the promise would not hold: a RangeError names the field. */
export function requireSanePolicy(policy: DecisionPolicy): void {
  for (const [name, limit] of Object.entries(policy.limits) as [string, number | null][]) {
    if (limit !== null) requireSane(`limits.${name}`, limit, limit > 0 && limit <= 1)
  }
  requireSane('tolerance', policy.tolerance, policy.tolerance >= 1)
  requireSane('silence', policy.silence, policy.silence >= 1)
  requireSane('alpha', policy.alpha, policy.alpha > 0 && policy.alpha < 1)
  requireSane('horizonS', policy.horizonS, policy.horizonS > 0)
  requireSane('head', policy.head, policy.head > 0 && policy.head <= 1)
  requireSane('watch', policy.watch, policy.watch >= 1)
  requireSane('staleS', policy.staleS, policy.staleS > 0)
  requireSane('maxBlindSpot', policy.maxBlindSpot, policy.maxBlindSpot > policy.tolerance)
}

function requireSane(field: string, value: number, sane: boolean): void {
  if (!sane || !Number.isFinite(value))
    throw new RangeError(`${field} is ${value}, which nothing can be judged by`)
}

/** The recursion of one question, and its story: the counts since things began to look as they do. */

/** Of `n` things `x` were bad; a healthy candidate makes at most a share `p0` bad. */
export interface Votes {
  readonly x: number
  readonly n: number
  readonly p0: number
}

/** What a person is told: the counts since `since` (seconds), and how many bad ones would be fair. */
export interface Story {
  readonly since: number
  readonly x: number
  readonly n: number
  readonly expected: number
}

/** What one question carries from check to check. Plain JSON. */
export interface Evidence {
  /** What each bet holds, in the order of `bets`. */
  readonly wealth: readonly number[]
  /** ln of what a bet on 1.5-fold odds has gained since the story began; never below zero. */
  readonly score: number
  readonly story: Story
}

/** Far below what JSON and a mean of six can hold, far above any bar. */
const wealthMax = 1e300
const storyBet = 1.5

export const noEvidence: Evidence = {
  wealth: bets.map(() => 0),
  score: 0,
  story: { since: 0, x: 0, n: 0, expected: 0 },
}

/** The evidence after one more check at `at`. Without votes the stake joins, and nothing is gained or lost. */
export function weigh(before: Evidence, stake: number, votes: Votes | null, at: number): Evidence {
  const { x, n, p0 } = votes ?? { x: 0, n: 0, p0: 0 }
  const wealth = bets.map((m, i) => grown((before.wealth[i] ?? 0) + stake, tilt(x, n, p0, m)))
  const score = before.score + tilt(x, n, p0, storyBet)
  if (score <= 0) return { wealth, score: 0, story: { since: at, x: 0, n: 0, expected: 0 } }

  const story = before.story
  return {
    wealth,
    score,
    story: { since: story.since, x: story.x + x, n: story.n + n, expected: story.expected + p0 * n },
  }
}

/**
 * E, an e-process: a healthy candidate ever shows 1/α or more with probability at most α (Ville 1939). `staked` is
 * the sum of the stakes so far; written as gains over it, so that a question nobody voted on stays at exactly 1.
 */
export function evidenceOf(wealth: readonly number[], staked: number): number {
  return 1 + wealth.reduce((sum, held) => sum + (held - staked) / bets.length, 0)
}

function grown(held: number, by: number): number {
  return held === 0 ? 0 : Math.min(held * Math.exp(by), wealthMax)
}

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

/** A limit that the stable breaks too says nothing about the release. */

/** A limit that is not asked now, with the stable's counts that say so: `x` of `n`, where `allowed` would be in it. */
export interface Muted {
  readonly question: LimitQuestion
  readonly x: number
  readonly n: number
  readonly allowed: number
}

/** As many of the stable's runs as a judgement of it rests on, and how few of a metric are none. */
const recentRuns = 200
const metricRunsMin = 20

/** The stable's newest checks with this one: as few as together hold 200 runs, or all while they hold fewer. */
export function recentWith(recent: readonly Counts[], newest: Counts): readonly Counts[] {
  if (newest.runs === 0) return recent
  const all = [...recent, newest]
  let held = 0
  let from = all.length
  while (from > 0 && held < recentRuns) held += all[--from]?.runs ?? 0
  return all.slice(from)
}

/** The limits that the stable itself is over now. */
export function mutedLimits(policy: DecisionPolicy, recent: readonly Counts[]): readonly Muted[] {
  return limitQuestions.flatMap((question) => {
    const { bad, among, limit } = limitParts[question]
    const p0 = policy.limits[limit]
    const x = recent.reduce((sum, counts) => sum + counts[bad], 0)
    const n = recent.reduce((sum, counts) => sum + counts[among], 0)
    if (p0 === null || n < metricRunsMin || x <= p0 * n) return []
    return [{ question, x, n, allowed: p0 * n }]
  })
}

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
