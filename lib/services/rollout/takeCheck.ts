import type { Check } from '#lib/domain/decision/check.ts'
import { countDue } from '#lib/domain/observation/checkOf.ts'
import { boundsAt } from '#lib/domain/observation/due.ts'
import { type BegunPeriod, begunPeriods, periodAt } from '#lib/domain/observation/period.ts'
import { promotionLacks } from '#lib/domain/observation/promotion.ts'
import { type RolloutTiming, staleAfterS, timingOf } from '#lib/domain/observation/timing.ts'
import { metricsOf } from '#lib/domain/policyMetrics.ts'
import { type TakenObservation, takeArrivals, takeDue } from '#lib/store/observations.ts'
import { addFirstRuns, confirmPeriod, readFirstRuns, readPeriods } from '#lib/store/periods.ts'
import type { RolloutState } from '#lib/store/rollouts.ts'
import { type Doubtful, takeDoubtful } from './takeDoubtful.ts'
import { readRate, readTimes, readUnattributedShare } from '#lib/store/times.ts'
import type { Tx } from '#lib/store/transaction.ts'

/** What a look at the evidence took, and what it goes by. */
export interface TakenCheck {
  readonly check: Check
  readonly timing: RolloutTiming
  /** Why the next stage may not open, whatever the decision; null when nothing is lacking. */
  readonly lacks: string | null
  readonly doubtful: Doubtful
  /** How long the newest runs of the stable took, in milliseconds. */
  readonly newestMs: readonly number[]
  /** A share was ordered and is not seen in force: what began since waits. */
  readonly isPending: boolean
  /** When the first of the candidate's runs that this check counts went wrong. */
  readonly freshBadAt: Date | null
}

/**
 * Takes what became due since the check before, in the transaction of the decision, and counts it.
 *
 * @param began when the evidence of the rollout began
 */
export async function takeCheck(
  tx: Tx,
  { rollout, row }: RolloutState,
  began: Date,
  now: Date,
): Promise<TakenCheck> {
  await confirmPeriod(tx, rollout.id, now)
  const periods = await readPeriods(tx, rollout.id)
  const begun = begunPeriods(periods, now.getTime())
  const { policy, agent, stable, candidate } = rollout
  const times = await readTimes(tx, agent, { stable, candidate }, now)
  const timing = timingOf(times.stable, times.candidate)
  const bounds = boundsAt(now.getTime(), periods, timing)
  const due = await takeDue(tx, rollout.id, bounds)
  const arrived = await takeArrivals(tx, rollout.id)
  const doubtful = await takeDoubtful(tx, { rollout, row }, now)
  const ground = {
    metrics: metricsOf(policy),
    periods: begun,
    edges: { slowAbove: row.slowAbove, costlierAbove: row.costlierAbove },
    warmupMs: policy.warmupSeconds * 1000,
  }
  const counted = countDue(due, ground, doubtful.runs)
  await addFirstRuns(tx, rollout.id, firstRunsIn(due, begun))
  const share = rollout.weightBp / 10_000
  const runsPerSecond = await readRate(tx, agent, [stable, candidate], now, rollout.startedAt)
  const check: Check = {
    at: Math.max(0, (now.getTime() - began.getTime()) / 1000),
    share,
    staleS: staleAfterS(policy.staleSeconds, timing, { runsPerSecond, share }),
    ...(row.wentOn ? { wentOn: true } : {}),
    runs: { ...arrived, candidate: arrived.candidate + doubtful.runs },
    ...counted,
  }
  const newest = begun.at(-1)
  const lacks = promotionLacks({
    periodAgeS: newest ? (now.getTime() - newest.begunAt) / 1000 : 0,
    firstRuns: newest ? await readFirstRuns(tx, rollout.id, newest.number) : 0,
    timing,
    unattributedShare: await readUnattributedShare(tx, agent, now),
    unattributedMax: policy.unattributedMax,
  })
  const isPending = Number.isFinite(bounds.unitBefore)
  const newestMs = times.stable.durationsMs
  return { check, timing, lacks, doubtful, isPending, newestMs, freshBadAt: freshBadOf(due) }
}

function firstRunsIn(
  due: readonly TakenObservation[],
  begun: readonly BegunPeriod[],
): ReadonlyMap<number, number> {
  const added = new Map<number, number>()
  for (const { use, side, turn, unitBeganAt } of due) {
    if (use !== 'cohort' || side !== 'candidate' || turn !== 0) continue
    const period = periodAt(begun, unitBeganAt)
    if (period) added.set(period.number, (added.get(period.number) ?? 0) + 1)
  }
  return added
}

function freshBadOf(due: readonly TakenObservation[]): Date | null {
  const bad = due.filter(({ side, wentWrong }) => side === 'candidate' && wentWrong)
  return bad.length === 0 ? null : new Date(Math.min(...bad.map(({ receivedAt }) => receivedAt)))
}
