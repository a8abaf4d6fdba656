import type { Period } from './period.ts'
import { begunPeriods } from './period.ts'

/**
 * When an observation may be used. Maturity and the watermark keep both versions cut off at the same moment of event time,
 * for as long as the rollout lasts: an outage of both is else told first by the version whose spans come sooner.
 */

/** What an observation is used for; each is due at a moment of its own, and used once. */
export const uses = ['cohort', 'limit', 'silence'] as const
export type Use = (typeof uses)[number]

/** The times that a check goes by, in seconds. */
export interface Timing {
  /** The stable's p95 duration: a run of this age is mature. */
  readonly D: number
  /** How late spans come: the larger p95 of both versions. */
  readonly delta: number
}

/** Up to where each use is due, as moments of the sender's clock; milliseconds since 1970. */
export interface Bounds {
  /** Units that began at or after it wait: their period is not known yet. */
  readonly unitBefore: number
  /** `cohort`: runs that ended by then. */
  readonly endedBy: number
  /** `limit`: runs that started by then. */
  readonly matureBy: number
  /** `silence`: the same, twice as old. */
  readonly silentBy: number
}

export function boundsAt(now: number, periods: readonly Period[], { D, delta }: Timing): Bounds {
  const begun = begunPeriods(periods, now)
  const pending = periods.filter((period) => !begun.some(({ number }) => number === period.number))
  return {
    unitBefore: Math.min(Number.POSITIVE_INFINITY, ...pending.map(({ orderedAt }) => orderedAt)),
    endedBy: now - delta * 1000,
    matureBy: now - (D + delta) * 1000,
    silentBy: now - (2 * D + delta) * 1000,
  }
}

export interface Dated {
  readonly unitBeganAt: number
  readonly startedAt: number
  readonly endedAt: number
}

/** Whether an observation that has come may be used now. The store asks PostgreSQL the same (lib/store/observations.ts). */
export function isDue(use: Use, { unitBeganAt, startedAt, endedAt }: Dated, bounds: Bounds): boolean {
  if (unitBeganAt >= bounds.unitBefore) return false
  switch (use) {
    case 'cohort':
      return endedAt <= bounds.endedBy
    case 'limit':
      return startedAt <= bounds.matureBy
    case 'silence':
      return startedAt <= bounds.silentBy
    default:
      return use satisfies never
  }
}

/** When a run's observation is due for this use; milliseconds since 1970. */
export function dueAt(
  use: Use,
  { D, delta }: Timing,
  { startedAt, endedAt }: { readonly startedAt: Date; readonly endedAt: Date },
): number {
  switch (use) {
    case 'cohort':
      return endedAt.getTime() + delta * 1000
    case 'limit':
      return startedAt.getTime() + (D + delta) * 1000
    case 'silence':
      return startedAt.getTime() + (2 * D + delta) * 1000
    default:
      return use satisfies never
  }
}

/** The uses of a run's observation. Later turns are no part of `silence`. */
export function usesOf(turn: number): readonly Use[] {
  return turn === 0 ? uses : ['cohort', 'limit']
}
