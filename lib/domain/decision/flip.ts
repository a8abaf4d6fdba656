import type { Check, Count, MetricCounts } from './check.ts'
import { decide, type DecisionState } from './decide.ts'
import type { DecisionPolicy, MetricFamily, MetricRule } from './decisionPolicy.ts'

/** What would change a decision, found by asking the engine itself about checks that have not come. */

/** `x` bad runs of the next `among` candidate runs would stop the rollout; one less would not. */
export interface StopFlip {
  readonly family: MetricFamily
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
/** Nothing at all came in for so long: from then on silence may stop a rollout. Seconds. */
const quietS = 60

/**
 * The smallest number of the candidate's next runs that would have to go wrong in this way for the engine to stop the
 * rollout, everything else being as it was with the stable so far. Null after a stop, without traffic, where it would be
 * stopped or not whatever these runs do.
 */
export function stopFlip(
  policy: DecisionPolicy,
  state: DecisionState,
  share: number,
  family: MetricFamily,
): StopFlip | null {
  if (state.stop || state.at === null || share <= 0) return null
  for (const among of ahead) {
    const stops = (x: number) =>
      outcomeOf(policy, state, withBad(policy, healthy(policy, state, share, among), family, x)) === 'stop'
    if (!stops(among)) continue
    const x = turn(0, among, stops)
    return x === null ? null : { family, x, among }
  }
  return null
}

/**
 * The smallest number of stable runs that would have to come while none of the candidate does for the engine to stop the
 * rollout. Null after a stop, and where a version has all traffic: there is nothing to be silent beside.
 */
export function silenceFlip(policy: DecisionPolicy, state: DecisionState, share: number): SilenceFlip | null {
  if (state.stop || state.at === null || share <= 0 || share >= 1) return null
  const at = Math.max(state.at, state.lastRunAt.candidate + quietS)
  const quiet = (stable: number): Check => ({
    at,
    share,
    runs: { candidate: 0, stable },
    limits: {},
    cohorts: [],
    silence: [{ period: newestPeriod(state), share, candidate: 0, stable }],
  })
  const stableRuns = firstThat((runs) => outcomeOf(policy, state, quiet(runs)) === 'stop')
  return stableRuns === null ? null : { family: 'silence', stableRuns }
}

/**
 * How many more candidate runs that do as the stable has done would turn a hold into an allow; one less would not. Null
 * when it is an allow, after a stop, without traffic, and where no number of runs would.
 */
export function runsToAllow(policy: DecisionPolicy, state: DecisionState, share: number): number | null {
  if (state.stop || state.at === null || share <= 0 || state.asked) return null
  return firstThat((runs) => outcomeOf(policy, state, healthy(policy, state, share, runs)) === 'allow')
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

function newestPeriod({ silence }: DecisionState): number {
  return Object.keys(silence).reduce((most, period) => Math.max(most, Number(period)), 0)
}

/** The check that would bring `runs` more of the candidate, and the stable's part beside them. */
export function healthy(policy: DecisionPolicy, state: DecisionState, share: number, runs: number): Check {
  const stable = share >= 1 ? 0 : Math.round((runs * (1 - share)) / share)
  const counts = (isMeant: (metric: MetricRule) => boolean): MetricCounts =>
    Object.fromEntries(
      policy.metrics
        .filter(isMeant)
        .map(({ id }) => [id, { candidate: scaled(state, id, runs), stable: scaled(state, id, stable) }]),
    )
  const period = newestPeriod(state)
  return {
    at: state.at ?? 0,
    share,
    runs: { candidate: runs, stable },
    limits: counts(({ limit }) => limit !== null),
    cohorts:
      share >= 1 ? [] : [{ period, turn: 0, counts: counts(({ versus, gate }) => versus || gate !== null) }],
    silence: share >= 1 ? [] : [{ period, share, candidate: runs, stable }],
  }
}

/** So many runs at the rates of the stable's first runs so far; without any, all of them carry it and none is bad. */
function scaled(state: DecisionState, id: string, runs: number): Count {
  const [bad, of] = state.first.metrics[id]?.stable ?? [0, 0]
  const { stable } = state.first
  const carried = stable === 0 || of === 0 ? runs : Math.min(runs, Math.round((of * runs) / stable))
  return [of === 0 ? 0 : Math.min(Math.round((bad * carried) / of), carried), carried]
}

/** The same check with `x` of the candidate's runs gone wrong in this way, by the limit and by comparison. */
export function withBad(policy: DecisionPolicy, check: Check, family: MetricFamily, x: number): Check {
  const ids = new Set(policy.metrics.filter((metric) => metric.family === family).map(({ id }) => id))
  const worse = (counts: MetricCounts): MetricCounts =>
    Object.fromEntries(
      Object.entries(counts).map(([id, both]) =>
        ids.has(id) ? [id, { ...both, candidate: [x, Math.max(x, both.candidate[1])] as const }] : [id, both],
      ),
    )
  return {
    ...check,
    limits: worse(check.limits),
    cohorts: check.cohorts.map((cohort) => ({ ...cohort, counts: worse(cohort.counts) })),
  }
}
