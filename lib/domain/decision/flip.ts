import { type Check, type Counts, noCounts } from './check.ts'
import { decide, type DecisionState } from './decide.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'
import type { Family } from './questions.ts'

/** What would turn a decision, found by asking the engine itself about checks that have not come. */

/** `x` bad runs of the next `among` candidate runs would stop the rollout; one less would not. */
export interface StopFlip {
  readonly family: Exclude<Family, 'silence'>
  readonly x: number
  readonly among: number
}

/** `stableRuns` that finish while no candidate run does would stop the rollout; one less would not. */
export interface SilenceFlip {
  readonly family: 'silence'
  readonly stableRuns: number
}

/** The sizes at which the next runs are looked at: the first in which there is room for enough bad ones. */
const ahead = [20, 50, 100, 200, 500, 1000, 2000] as const
const runsMax = 1_000_000

/**
 * The smallest number of the candidate's next runs that would have to go wrong in this way for the engine to stop the
 * rollout, everything else being as it was with the stable lately. Null after a stop, without traffic, where it would be
 * stopped or not whatever these runs do.
 */
export function stopFlip(
  policy: DecisionPolicy,
  state: DecisionState,
  share: number,
  family: StopFlip['family'],
): StopFlip | null {
  if (state.stop || state.at === null || share <= 0) return null
  for (const among of ahead) {
    const stops = (x: number) =>
      outcomeOf(policy, state, withBad(healthy(state, share, among), family, x)) === 'stop'
    if (!stops(among)) continue
    const x = turn(0, among, stops)
    return x === null ? null : { family, x, among }
  }
  return null
}

/**
 * The smallest number of stable runs that would have to finish while none of the candidate does for the engine to stop the
 * rollout. Null after a stop, and where a version has all traffic: there is nothing to be silent beside.
 */
export function silenceFlip(policy: DecisionPolicy, state: DecisionState, share: number): SilenceFlip | null {
  if (state.stop || state.at === null || share <= 0 || share >= 1) return null
  const at = state.at
  const quiet = (stableRuns: number): Check => ({
    at,
    share,
    candidate: noCounts,
    stable: { ...noCounts, runs: stableRuns },
  })
  const stableRuns = firstThat((runs) => outcomeOf(policy, state, quiet(runs)) === 'stop')
  return stableRuns === null ? null : { family: 'silence', stableRuns }
}

/**
 * How many more candidate runs that do as the stable has done lately would turn a hold into an allow; one less would
 * not. Null when it is an allow, after a stop, without traffic, and where no number of runs would.
 */
export function runsToAllow(policy: DecisionPolicy, state: DecisionState, share: number): number | null {
  if (state.stop || state.at === null || share <= 0 || state.asked) return null
  return firstThat((runs) => outcomeOf(policy, state, healthy(state, share, runs)) === 'allow')
}

/** The first number of runs that has it, as far as a million; null when none has, or nought has it already. */
function firstThat(has: (runs: number) => boolean): number | null {
  for (let most = 1; most <= runsMax; most *= 2) {
    if (has(most)) return turn(0, most, has)
  }
  return null
}

/** The first whole number in (from, to] that has it, when `to` has it; null when `from` has it already. */
function turn(from: number, to: number, has: (x: number) => boolean): number | null {
  if (has(from)) return null
  let [not, yes] = [from, to]
  while (yes - not > 1) {
    const middle = Math.floor((not + yes) / 2)
    if (has(middle)) yes = middle
    else not = middle
  }
  return yes
}

function outcomeOf(policy: DecisionPolicy, state: DecisionState, check: Check) {
  return decide(policy, state, check).decision.outcome
}

/** The check that would bring `runs` more of the candidate, and the stable's part beside them. */
export function healthy(state: DecisionState, share: number, runs: number): Check {
  const beside = share >= 1 ? 0 : Math.round((runs * (1 - share)) / share)
  return {
    at: state.at ?? 0,
    share,
    candidate: scaled(state.recent, runs),
    stable: scaled(state.recent, beside),
  }
}

/** The same check with `x` of the candidate's runs gone wrong in this way, by the limit and by comparison. */
export function withBad(check: Check, family: StopFlip['family'], x: number): Check {
  const { candidate } = check
  const with_ = (bad: Partial<Counts>): Check => ({ ...check, candidate: { ...candidate, ...bad } })
  switch (family) {
    case 'errors':
      return with_({ errors: x })
    case 'latency':
      return with_({ late: x, slow: x })
    case 'tools':
      return with_({ toolRuns: Math.max(candidate.toolRuns, x), toolHurt: x, toolShare: x })
    case 'cost':
      return with_({ costly: x, spend: x })
    default:
      return family satisfies never
  }
}

/** So many runs at the rates of these checks; without any, nothing goes wrong in them. */
function scaled(checks: readonly Counts[], runs: number): Counts {
  const sum = (field: keyof Counts) => checks.reduce((total, counts) => total + counts[field], 0)
  const seen = sum('runs')
  const exact = (field: keyof Counts) => (seen === 0 ? 0 : (sum(field) * runs) / seen)
  const part = (field: keyof Counts, most: number) => Math.min(Math.round(exact(field)), most)
  const toolRuns = part('toolRuns', runs)
  return {
    runs,
    errors: part('errors', runs),
    late: part('late', runs),
    slow: part('slow', runs),
    costly: part('costly', runs),
    spend: Math.min(exact('spend'), runs),
    toolRuns,
    toolHurt: part('toolHurt', toolRuns),
    toolShare: Math.min(exact('toolShare'), toolRuns),
  }
}
