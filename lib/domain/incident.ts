import type { RecordedCheck, RecordedDecision } from './decision/recorded.ts'
import type { Policy } from './policy.ts'
import type { FreshFigures } from './recovery.ts'
import { recoveries } from './rollout.ts'

/** What incidents can be looked for as: still asking for somebody, or by what came of them. */
export const incidentStates = ['open', ...recoveries] as const
export type IncidentState = (typeof incidentStates)[number]

/** What was known at the moment of a stop, frozen: later evidence does not change it. Plain JSON, times as RFC 3339. */
export interface IncidentSnapshot {
  /** The decision that stopped it, or the last one before a person did; null when there had been none. */
  readonly decision: RecordedDecision | null
  readonly check: RecordedCheck | null
  readonly because: string
  readonly stage: string
  readonly weightPercent: number
  readonly policyNumber: number
  readonly policy: Policy
  /** Figures over the ten minutes before the stop, or since the rollout began if that is less. */
  readonly figuresSince: string
  readonly candidate: FreshFigures
  readonly stable: FreshFigures
}
