import type { Check, Count } from './check.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'

/** What the candidate's runs do not carry: no data is never read as healthy. */

/** The first runs of conversations so far, in all periods. Plain JSON. */
export interface FirstRuns {
  /** By metric id: the counts of both versions, and the candidate's runs while the stable had traffic too. */
  readonly metrics: Readonly<
    Record<string, { readonly candidate: Count; readonly stable: Count; readonly compared: number }>
  >
  /** The candidate's mature runs, by metric id. */
  readonly mature: Readonly<Record<string, number>>
  /** Runs of both versions, whatever they carry. */
  readonly candidate: number
  readonly stable: number
  /** The newest ordered share while both versions had traffic; null before. */
  readonly share: number | null
}

const carriedMin = 30
const tenth = 0.1

export function withFirstRuns(before: FirstRuns, check: Check): FirstRuns {
  const both = check.share > 0 && check.share < 1
  const metrics: Record<string, { candidate: Count; stable: Count; compared: number }> = {
    ...before.metrics,
  }
  let { candidate, stable } = before
  for (const { turn, counts } of check.cohorts) {
    if (turn !== 0) continue
    let [most, mostStable] = [0, 0]
    for (const [id, { candidate: own, stable: other }] of Object.entries(counts)) {
      const held = metrics[id] ?? { candidate: [0, 0], stable: [0, 0], compared: 0 }
      metrics[id] = {
        candidate: plus(held.candidate, own),
        stable: plus(held.stable, other),
        compared: held.compared + (both ? own[1] : 0),
      }
      most = Math.max(most, own[1])
      mostStable = Math.max(mostStable, other[1])
    }
    candidate += most
    stable += mostStable
  }
  const mature = { ...before.mature }
  for (const [id, counts] of Object.entries(check.limits))
    mature[id] = (mature[id] ?? 0) + counts.candidate[1]
  return { metrics, mature, candidate, stable, share: both ? check.share : before.share }
}

function plus(a: Count, b: Count): Count {
  return [a[0] + b[0], a[1] + b[1]]
}

/**
 * The metrics that hold the rollout for want of data, in their order: fewer of the candidate's runs than `min` carry it
 * (mature ones where it has a limit), or its instrumentation is gone: a comparison that at least 30 of the stable's
 * first runs carried, and less than a tenth as large a share of at least 30 of the candidate's.
 */
export function lackingOf(policy: DecisionPolicy, first: FirstRuns): readonly string[] {
  return policy.metrics
    .filter(({ id, limit, min, versus }) => {
      const counts = first.metrics[id]
      const own = counts?.candidate[1] ?? 0
      const carried = limit === null ? own : (first.mature[id] ?? 0)
      if (min !== null && carried < min) return true
      const stable = counts?.stable[1] ?? 0
      if (!versus || stable < carriedMin || first.candidate < carriedMin) return false
      return own / first.candidate < (tenth * stable) / first.stable
    })
    .map(({ id }) => id)
}
