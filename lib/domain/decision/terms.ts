import { fairShare } from './bets.ts'
import { type Check, type Cohort, countsAt, type MetricCounts } from './check.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'
import type { Term } from './evidence.ts'
import type { Question } from './questions.ts'

/** What each question reads of a check, and what waits for the next one. */

/** Counts of both versions that were not compared yet, because one of them had no runs. By metric, period and turn. */
export type Waiting = Readonly<Record<string, WaitingCounts>>

export interface WaitingCounts {
  readonly candidate: readonly [bad: number, of: number]
  readonly stable: readonly [bad: number, of: number]
}

/** How many turn-0 runs of age 2D each version had so far in each period. By period. */
export type SilenceSeen = Readonly<
  Record<string, { readonly share: number; readonly candidate: number; readonly stable: number }>
>

/** The terms of the candidate's newly mature runs against a limit. */
export function limitTerms({ metric }: Question, limits: MetricCounts): readonly Term[] {
  if (!metric || metric.limit === null) return []
  const [x, n] = countsAt(limits, metric.id).candidate
  return n > 0 ? [{ x, n, p0: metric.limit }] : []
}

/** What the cohorts of a check say of each compared metric. */
export interface Compared {
  /** By `versus.<id>` and `later.<id>`. */
  readonly terms: Readonly<Record<string, readonly Term[]>>
  readonly waiting: Waiting
}

/**
 * Compares both versions within each period and turn, by the runs observed and not the ordered share, so that ramps,
 * daily swings and a wrong split cancel. Where one version has no runs, the counts of both wait without end.
 */
export function compare(policy: DecisionPolicy, cohorts: readonly Cohort[], before: Waiting): Compared {
  const terms: Record<string, Term[]> = {}
  const waiting: Record<string, WaitingCounts> = { ...before }
  for (const { id, versus, later } of policy.metrics) {
    for (const { period, turn, counts } of cohorts) {
      if (turn === 0 ? !versus : !later) continue
      const key = `${id}|${period}|${turn}`
      const { candidate, stable } = joined(waiting[key], countsAt(counts, id))
      if (candidate[1] > 0 && stable[1] > 0) {
        delete waiting[key]
        const p0 = fairShare(candidate[1], stable[1], policy.tolerance)
        const n = candidate[0] + stable[0]
        const question = `${turn === 0 ? 'versus' : 'later'}.${id}`
        if (n > 0) (terms[question] ??= []).push({ x: candidate[0], n, p0 })
      } else if (candidate[1] > 0 || stable[1] > 0) waiting[key] = { candidate, stable }
    }
  }
  return { terms, waiting }
}

function joined(held: WaitingCounts | undefined, { candidate, stable }: WaitingCounts): WaitingCounts {
  if (!held) return { candidate, stable }
  return {
    candidate: [held.candidate[0] + candidate[0], held.candidate[1] + candidate[1]],
    stable: [held.stable[0] + stable[0], held.stable[1] + stable[1]],
  }
}

/**
 * Runs that never finish are seen in the share alone: where the stable has more than its part, the candidate hangs. The
 * part is the ordered one, or what the candidate was measured at before, so that sampling is no alarm for ever.
 */
export function silenceTerms(policy: DecisionPolicy, check: Check, seen: SilenceSeen): readonly Term[] {
  const factor = policy.silence
  if (factor === null) return []
  return check.silence.flatMap(({ period, share, candidate, stable }) => {
    if (!(share > 0 && share < 1) || candidate + stable === 0) return []
    const before = seen[period]
    const measured =
      before && before.candidate > 0 ? before.candidate / (before.candidate + before.stable) : share
    const part = Math.min(share, measured)
    return [{ x: stable, n: candidate + stable, p0: fairShare(1 - part, part, factor) }]
  })
}

export function withSilence(seen: SilenceSeen, check: Check): SilenceSeen {
  const next = { ...seen }
  for (const { period, share, candidate, stable } of check.silence) {
    const before = next[period] ?? { candidate: 0, stable: 0 }
    next[period] = { share, candidate: before.candidate + candidate, stable: before.stable + stable }
  }
  return next
}
