import type { Side } from '#lib/domain/observation/checkOf.ts'
import type { Period } from '#lib/domain/observation/period.ts'
import type { Fault, Setting } from './setting.ts'

/** How far a rollout has come: its shares, and when its fault begins. Milliseconds; it begins at 0. */
export interface Course {
  readonly periods: readonly Period[]
  /** What the edges serve: the newest share that they have taken up; null before the rollout. */
  readonly served: (now: number) => Period | null
  /** Opens the next stage, if there is one and this one has lasted long enough. */
  readonly advance: (now: number) => void
  /** When the last stage opened; null when it has not. */
  readonly fullAt: () => number | null
  /** When nobody looks any more. */
  readonly endsAt: () => number
  /** When the fault begins, or the rollout where it has none; infinite of one that waits for the last stage. */
  readonly faultAt: () => number
  readonly faultOf: (side: Side, now: number, number: number) => Fault | null
}

/** How long edges take to serve a new share. */
const switchMs = 300

export function courseOf({ stages, fault, maxS, afterS }: Setting): Course {
  const periods: Period[] = []
  let enteredAt = 0
  let fullAt: number | null = null
  let endsAt = maxS * 1000

  function enter(now: number): void {
    const number = periods.length
    const share = (stages[number]?.weightPercent ?? 100) / 100
    periods.push({ number, share, orderedAt: now, inForceAt: now + switchMs })
    enteredAt = now
    if (number < stages.length - 1) return
    fullAt = now
    endsAt = now + 1000 * (fault?.atFull ? fault.fromS + maxS : afterS)
  }

  function faultAt(): number {
    if (!fault?.atFull) return (fault?.fromS ?? 0) * 1000
    return fullAt === null ? Number.POSITIVE_INFINITY : fullAt + fault.fromS * 1000
  }

  enter(0)
  return {
    periods,
    served: (now) => periods.findLast(({ inForceAt }) => (inForceAt ?? 0) <= now) ?? null,
    advance: (now) => {
      const hold = 1000 * (stages[periods.length - 1]?.holdSeconds ?? 0)
      if (periods.length < stages.length && now >= enteredAt + hold) enter(now)
    },
    fullAt: () => fullAt,
    endsAt: () => endsAt,
    faultAt,
    faultOf: (side, now, number) =>
      side === 'candidate' && now >= faultAt() && number >= (fault?.fromTurn ?? 1) ? fault : null,
  }
}
