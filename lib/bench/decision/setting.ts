import type { Stage } from '#lib/domain/policy.ts'

/** An agent, its traffic and its two versions, as a simulation plays them. Times are seconds, shares within 0 and 1. */

/** When a run that fails ends, beside one that goes well. */
export type FailsHow = 'alike' | 'early' | 'timeout' | 'both'

/** What is wrong with the candidate, from a moment of the rollout on. */
export interface Fault {
  readonly fromS: number
  /** Whether `fromS` counts from the last stage on, and not from the first. */
  readonly atFull?: boolean
  readonly errors?: number
  readonly tools?: number
  readonly slower?: number
  readonly dearer?: number
  readonly hung?: number
  /** The first run of a conversation that is hit, from 1. */
  readonly fromTurn?: number
}

export interface EachSide<T> {
  readonly stable: T
  readonly candidate: T
}

export interface Setting {
  /** Conversations, or runs of users, that begin a second; how far that swings within a day. */
  readonly perSecond: number
  readonly swing: number
  /** Log-normal durations. */
  readonly medianS: number
  readonly sigma: number
  readonly errors: number
  readonly failsHow: FailsHow
  /** Whether the runs of one unit fail together. */
  readonly dependent: boolean
  readonly tools: number
  readonly cancels: boolean
  /** At most so many runs of a conversation, with so long between them. */
  readonly turnsMax: number
  readonly thinkS: number
  /** So many users, instead of conversations; 0 of none. */
  readonly users: number
  /** Whether a conversation stays on its version when the share rises. */
  readonly pinned: boolean
  /** The share of failed runs that is tried again, and says so. */
  readonly retried: number
  /** So much slower, and dearer, is the candidate in the first 45 s of each share. */
  readonly cold: number
  readonly slower: number
  /** From the end of a run to its arrival, evenly within. */
  readonly lagS: EachSide<readonly [number, number]>
  /** How far the senders' clocks are ahead of ours. */
  readonly clockS: EachSide<number>
  /** Both versions fail so often in the last three of every 25 minutes: 0 for never. */
  readonly outage: number
  readonly stages: readonly Stage[]
  /** So much traffic there is before the rollout, at most in it, and after the last stage opened. */
  readonly beforeS: number
  readonly maxS: number
  readonly afterS: number
  readonly checkS: { readonly every: number; readonly afterArrival: number }
  readonly fault: Fault | null
}

export function stagesOf(holds: readonly [number, number, number]): readonly Stage[] {
  const names = ['canary', 'quarter', 'half', 'full'] as const
  const weights = [5, 25, 50, 100] as const
  return names.map((name, index) => ({
    name,
    weightPercent: weights[index] ?? 100,
    holdSeconds: holds[index] ?? 0,
    gate: 'auto',
  }))
}

/** An agent with runs of two seconds, each its own conversation, one a second. */
export const plainSetting: Setting = {
  perSecond: 1,
  swing: 0,
  medianS: 2,
  sigma: 0.5,
  errors: 0.02,
  failsHow: 'both',
  dependent: false,
  tools: 0.005,
  cancels: false,
  turnsMax: 1,
  thinkS: 20,
  users: 0,
  pinned: true,
  retried: 0,
  cold: 1,
  slower: 1,
  lagS: { stable: [0.2, 5], candidate: [0.2, 5] },
  clockS: { stable: 0, candidate: 0 },
  outage: 0,
  stages: stagesOf([300, 300, 300]),
  beforeS: 600,
  maxS: 4 * 3600,
  afterS: 900,
  checkS: { every: 5, afterArrival: 5 },
  fault: null,
}
