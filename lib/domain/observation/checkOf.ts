import type { Check, Cohort, Count, MetricCounts, SilenceCounts } from '../decision/check.ts'
import type { MetricRule } from '../decision/decisionPolicy.ts'
import { bucketOf } from '../histogram.ts'
import type { Dated, Use } from './due.ts'
import type { Said } from './observation.ts'
import { type BegunPeriod, periodAt } from './period.ts'

/** The observations that became due, as the counts of one check. */

export type Side = 'candidate' | 'stable'

export interface Observation extends Dated {
  readonly use: Use
  readonly side: Side
  readonly turn: number
  /** By our clock; all else is by the sender's. */
  readonly receivedAt: number
  readonly said: Said
}

/** What counts as slow and as more expensive: log buckets fixed before the check; null where the stable said too little. */
export interface Edges {
  readonly slowAbove: number | null
  readonly costlierAbove: number | null
}

export interface Ground {
  readonly metrics: readonly MetricRule[]
  readonly periods: readonly BegunPeriod[]
  readonly edges: Edges
  readonly warmupMs: number
}

export type Counted = Pick<Check, 'limits' | 'cohorts' | 'silence'>

/**
 * Counts what is due. An observation whose unit began before the rollout's first period is no evidence and is left out;
 * `doubtful` runs that may have been the candidate's are added to its part of `silence`.
 */
export function countDue(due: readonly Observation[], ground: Ground, doubtful = 0): Counted {
  const limits: Sums = {}
  const cohorts = new Map<string, { period: number; turn: number; sums: Sums }>()
  const silence = new Map<number, { period: number; share: number; candidate: number; stable: number }>()
  for (const each of due) {
    const period = periodAt(ground.periods, each.unitBeganAt)
    if (!period) continue
    if (each.use === 'limit') addSaid(limits, each, ground, ({ limit }) => limit !== null)
    else if (!(period.share > 0 && period.share < 1)) continue
    else if (each.use === 'silence') {
      const counts = silence.get(period.number) ?? silenceOf(period)
      counts[each.side] += 1
      silence.set(period.number, counts)
    } else {
      const key = `${period.number}|${each.turn}`
      const cohort = cohorts.get(key) ?? { period: period.number, turn: each.turn, sums: {} }
      addSaid(cohort.sums, each, ground, ({ versus, later, gate }) =>
        each.turn === 0 ? versus || gate !== null : later,
      )
      cohorts.set(key, cohort)
    }
  }
  addDoubtful(silence, ground.periods, doubtful)
  return {
    limits,
    cohorts: [...cohorts.values()]
      .toSorted((a, b) => b.period - a.period || a.turn - b.turn)
      .map(({ period, turn, sums }): Cohort => ({ period, turn, counts: sums })),
    silence: [...silence.values()].toSorted((a, b) => b.period - a.period),
  }
}

function silenceOf({ number, share }: BegunPeriod): SilenceCounts & { candidate: number; stable: number } {
  return { period: number, share, candidate: 0, stable: 0 }
}

/** What may have been the candidate's belongs to the newest period: nobody knows when it began. */
function addDoubtful(
  silence: Map<number, { period: number; share: number; candidate: number; stable: number }>,
  periods: readonly BegunPeriod[],
  doubtful: number,
): void {
  const newest = periods.at(-1)
  if (doubtful <= 0 || !newest || !(newest.share > 0 && newest.share < 1)) return
  const counts = silence.get(newest.number) ?? silenceOf(newest)
  counts.candidate += doubtful
  silence.set(newest.number, counts)
}

type Sums = Record<string, { candidate: Count; stable: Count }>

function addSaid(
  sums: Sums & MetricCounts,
  observation: Observation,
  ground: Ground,
  isAsked: (metric: MetricRule) => boolean,
): void {
  for (const metric of ground.metrics) {
    if (!isAsked(metric)) continue
    const bad = badOf(metric.id, observation, ground)
    if (bad === null) continue
    const held = sums[metric.id] ?? { candidate: [0, 0], stable: [0, 0] }
    const [sum, of] = held[observation.side]
    sums[metric.id] = { ...held, [observation.side]: [sum + bad, of + 1] }
  }
}

/** How bad the run was by this metric, in [0, 1]; null where it says nothing of it. */
function badOf(id: string, observation: Observation, ground: Ground): number | null {
  const { said } = observation
  if (id === 'slow') return aboveEdge(said.latencyMs, ground.edges.slowAbove, observation, ground)
  if (id === 'costlier') return aboveEdge(said.costUsd, ground.edges.costlierAbove, observation, ground)
  if (id === 'late' && isCold(observation, ground)) return null
  return said.bad[id] ?? null
}

function aboveEdge(
  value: number | undefined,
  edge: number | null,
  observation: Observation,
  ground: Ground,
): number | null {
  if (value === undefined || edge === null || isCold(observation, ground)) return null
  const isAbove = bucketOf(value) > edge
  return observation.said.cancelled && !isAbove ? null : Number(isAbove)
}

/**
 * New replicas start cold: runs that started while a period was younger than the warm-up say nothing of time and cost. By
 * the sender's clock or by ours, at the latest: with one that is off, a cold run would read as a warm one, or as one of
 * the period before.
 */
function isCold({ startedAt, endedAt, receivedAt }: Observation, { periods, warmupMs }: Ground): boolean {
  return [startedAt, receivedAt - (endedAt - startedAt)].some((at) => {
    const period = periodAt(periods, at)
    return period !== null && at - period.begunAt < warmupMs
  })
}
