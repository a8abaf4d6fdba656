import type { Policy, Stage } from './policy.ts'

/** The guarded passage of one candidate through its stages. */

export const phases = ['pending', 'progressing', 'paused', 'completed', 'rolled_back'] as const
export type Phase = (typeof phases)[number]

/** Ordered, seen in force, proven in the traffic, or given up waiting for. */
export const switchStatuses = ['requested', 'applied', 'verified', 'failed'] as const
export type SwitchStatus = (typeof switchStatuses)[number]

export const recoveries = ['verifying', 'recovered', 'not_recovered', 'inconclusive'] as const
export type Recovery = (typeof recoveries)[number]

export interface Rollout {
  readonly id: string
  readonly agent: string
  readonly stable: string
  readonly candidate: string
  readonly phase: Phase
  readonly stageIndex: number
  readonly stageEnteredAt: Date
  /** Ordered share of the candidate, in basis points. */
  readonly weightBp: number
  readonly policy: Policy
  readonly policyNumber: number
  readonly salt: string
  readonly startedAt: Date
  /** When it was last judged; null before the first check. */
  readonly checkedAt: Date | null
  readonly startedByName: string
  readonly pausedAt: Date | null
  readonly approvalAskedAt: Date | null
  readonly completedAt: Date | null
  /** Until when a completed rollout can be rolled back: its policy's window, or the start of the next rollout. */
  readonly rollbackWindowEndsAt: Date | null
  readonly rolledBackAt: Date | null
  readonly switchStatus: SwitchStatus | null
  readonly recovery: Recovery | null
  readonly incidentId: string | null
  readonly suppressed: number
  /** Why the next stage may not open, whatever the decision; as the last check found it. */
  readonly lacks: string | null
  /** Counts every change of this rollout; a change names the one it was based on. */
  readonly version: number
}

/** The version that traffic falls back to, as it stands now. */
export interface FallbackState {
  readonly exists: boolean
  readonly locked: boolean
  readonly attested: boolean
}

/** The stage a rollout is in. */
export function currentStage(rollout: Pick<Rollout, 'policy' | 'stageIndex'>): Stage {
  const stage = rollout.policy.stages[rollout.stageIndex]
  if (!stage) throw new RangeError(`stageIndex ${rollout.stageIndex} is not a stage of this policy`)
  return stage
}

/** Percent to basis points, rounded to whole ones. */
export function basisPoints(percent: number): number {
  return Math.round(percent * 100)
}

/** Whether the evidence on this rollout still decides something: it moves, waits, or is inside its rollback window. */
export function isWatched(rollout: Pick<Rollout, 'phase' | 'rollbackWindowEndsAt'>, now: Date): boolean {
  switch (rollout.phase) {
    case 'progressing':
    case 'paused':
      return true
    case 'completed':
      return rollout.rollbackWindowEndsAt !== null && now < rollout.rollbackWindowEndsAt
    case 'pending':
    case 'rolled_back':
      return false
    default:
      return rollout.phase satisfies never
  }
}
