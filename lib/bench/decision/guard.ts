import type { Check } from '#lib/domain/decision/check.ts'
import { decide, type Decision, startEvidence } from '#lib/domain/decision/decide.ts'
import { policyForDecision } from '#lib/domain/decision/policyForDecision.ts'
import { countDue, type Edges, type Observation, type Side } from '#lib/domain/observation/checkOf.ts'
import { boundsAt, dueAt, usesOf } from '#lib/domain/observation/due.ts'
import { badMetrics, saidOf, without } from '#lib/domain/observation/observation.ts'
import { type BegunPeriod, begunPeriods, type Period, periodAt } from '#lib/domain/observation/period.ts'
import { promotionLacks } from '#lib/domain/observation/promotion.ts'
import { staleAfterS, timingOf } from '#lib/domain/observation/timing.ts'
import { placeInUnit, type Unit } from '#lib/domain/observation/unit.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { metricsOf } from '#lib/domain/policyMetrics.ts'
import type { SimulatedRun } from './traffic.ts'
import { waitingObservations } from './waiting.ts'
import { countedRuns, newestTimes, recentEdges } from './windows.ts'

/**
 * What an edge and the guard do with runs, in memory: lib/edge/observe.ts, lib/services/rollout/takeCheck.ts and
 * evaluate.ts, through the same rules. The rollout begins at 0; times are milliseconds.
 */

export interface Looked {
  readonly decision: Decision
  /** Whether the next stage may open, but for time. */
  readonly mayAdvance: boolean
  readonly check: Check
  /** When to look again at the latest, for what went wrong and was not due; infinite of nothing. */
  readonly againAt: number
}

export interface Guard {
  /** A run came in; in the order of arrival. Answers whether one of the candidate's went wrong, that may count. */
  readonly see: (run: SimulatedRun) => boolean
  readonly look: (now: number, periods: readonly Period[]) => Looked
}

const hourMs = 3_600_000
const againMs = 50

export function guardOf(policy: Policy): Guard {
  const metrics = metricsOf(policy)
  const forDecision = policyForDecision(policy)
  const units = new Map<number, Unit>()
  const waiting = waitingObservations()
  const times = { stable: newestTimes(), candidate: newestTimes() }
  const rate = countedRuns()
  const recent = recentEdges()
  const wrong = new Set<Observation>()
  const firstRuns = new Map<number, number>()
  let arrived = { candidate: 0, stable: 0 }
  let edges: Edges = { slowAbove: null, costlierAbove: null }
  let state = startEvidence(forDecision)

  function see(told: SimulatedRun): boolean {
    const run = byOurClock(told)
    const { side, unit, startedAt, endedAt, isRetry, receivedAt } = run
    times[side].add(run)
    rate.add(receivedAt)
    if (side === 'stable') recent.add(run)
    if (receivedAt >= 0) arrived[side] += 1
    const said = saidOf(run, policy)
    const placing = { version: side, startedAt, isRetry, bad: badMetrics(said) }
    const placed = placeInUnit(units.get(unit) ?? null, placing)
    units.set(unit, placed.unit)
    if (!placed.place || receivedAt < 0 || placed.place.beganAt < 0) return false
    const { turn, beganAt, spent } = placed.place
    const left = without(said, spent)
    const wentWrong = side === 'candidate' && badMetrics(left).length > 0
    for (const use of usesOf(turn)) {
      const observation = {
        use,
        side,
        turn,
        unitBeganAt: beganAt,
        startedAt,
        endedAt,
        receivedAt,
        said: left,
      }
      waiting.add(observation)
      if (wentWrong && use !== 'silence') wrong.add(observation)
    }
    return wentWrong
  }

  function countFirst(due: readonly Observation[], begun: readonly BegunPeriod[]): void {
    for (const { use, side, turn, unitBeganAt } of due) {
      if (use !== 'cohort' || side !== 'candidate' || turn !== 0) continue
      const period = periodAt(begun, unitBeganAt)
      if (period) firstRuns.set(period.number, (firstRuns.get(period.number) ?? 0) + 1)
    }
  }

  function look(now: number, periods: readonly Period[]): Looked {
    const begun = begunPeriods(periods, now)
    const timing = timingOf(times.stable.at(now), times.candidate.at(now))
    const due = waiting.take(boundsAt(now, periods, timing))
    const counted = countDue(due, { metrics, periods: begun, edges, warmupMs: policy.warmupSeconds * 1000 })
    countFirst(due, begun)
    for (const each of due) wrong.delete(each)
    const share = periods.at(-1)?.share ?? 0
    const from = Math.max(now - hourMs, 0)
    const runsPerSecond = rate.since(from) / Math.max(1, (now - from) / 1000)
    const check: Check = {
      at: now / 1000,
      share,
      staleS: staleAfterS(policy.staleSeconds, timing, { runsPerSecond, share }),
      runs: arrived,
      ...counted,
    }
    arrived = { candidate: 0, stable: 0 }
    const result = decide(forDecision, state, check)
    state = result.state
    edges = recent.at(now, times.stable.p95Ms(now))
    const newest = begun.at(-1)
    const lacks = promotionLacks({
      periodAgeS: newest ? (now - newest.begunAt) / 1000 : 0,
      firstRuns: newest ? (firstRuns.get(newest.number) ?? 0) : 0,
      timing,
      unattributedShare: 0,
      unattributedMax: policy.unattributedMax,
    })
    return {
      decision: result.decision,
      mayAdvance: result.decision.outcome === 'allow' && lacks === null,
      check,
      againAt: againAt(now, timing),
    }
  }

  function againAt(now: number, timing: Parameters<typeof dueAt>[1]): number {
    let least = Number.POSITIVE_INFINITY
    for (const { use, startedAt, endedAt } of wrong) {
      least = Math.min(
        least,
        dueAt(use, timing, { startedAt: new Date(startedAt), endedAt: new Date(endedAt) }),
      )
    }
    return Math.max(least, now + againMs)
  }

  return { see, look }
}

/** A run has not ended after it came, whatever its sender's clock says. */
function byOurClock(run: SimulatedRun): SimulatedRun {
  const aheadMs = Math.max(0, run.endedAt - run.receivedAt)
  return { ...run, startedAt: run.startedAt - aheadMs, endedAt: run.endedAt - aheadMs }
}

/** Which version serves a unit that drew this. */
export function servedBy(drawn: number, share: number): Side {
  return drawn < share ? 'candidate' : 'stable'
}
