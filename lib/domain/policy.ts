/** What a rollout is judged by and moved by. One immutable value; a change is a new policy version. */

/** The metrics a trigger can limit. The name says the unit. */
export const metrics = ['error_rate', 'latency_p95_ms', 'tool_failure_rate', 'cost_per_run_usd'] as const
export type Metric = (typeof metrics)[number]

/** A metric, its limit, and what a breach does. Rates are shares in (0, 1]; latency is milliseconds; cost is US dollars per run. */
export interface Trigger {
  readonly metric: Metric
  readonly limit: number
  readonly action: 'rollback' | 'approval'
}

/** One step of traffic: its share, how long it lasts at least, and what opens it. */
export interface Stage {
  readonly name: string
  readonly weightPercent: number
  readonly holdSeconds: number
  /** What stands before this stage: `auto` opens on evidence and time, `approval` also asks a person. */
  readonly gate: 'auto' | 'approval'
}

/** What happens to conversations that are on the candidate when it is stopped. */
export const sessionModes = ['finish', 'next_turn', 'abort'] as const
export type SessionMode = (typeof sessionModes)[number]

export interface Policy {
  readonly triggers: readonly Trigger[]
  readonly stages: readonly Stage[]
  /** How much worse than the stable is still taken for the same: a factor on the odds. */
  readonly tolerance: number
  /** The probability that a healthy candidate is stopped, over the whole rollout. */
  readonly falseRollbackRate: number
  readonly horizonSeconds: number
  /** After so long without a run a version counts as silent. */
  readonly staleSeconds: number
  /** The gate opens only when a degradation of this factor would have shown. */
  readonly maxBlindSpot: number
  readonly stabilityWindowSeconds: number
  /** How many fresh stable runs prove a recovery. */
  readonly recoveryRunsMin: number
  readonly rollbackWindowSeconds: number
  readonly lockCandidateAfterRollback: boolean
  readonly disableWritesOnRollback: boolean
  readonly sessionsOnRollback: SessionMode
  /** Whether a person who rolls back what the policy allows needs a second one. */
  readonly approveManualRollback: boolean
  /** Slack channel for this agent's alerts; null means the installation's. */
  readonly alertChannel: string | null
}

export const defaultStages: readonly Stage[] = [
  { name: 'canary', weightPercent: 5, holdSeconds: 600, gate: 'auto' },
  { name: 'quarter', weightPercent: 25, holdSeconds: 600, gate: 'auto' },
  { name: 'half', weightPercent: 50, holdSeconds: 900, gate: 'auto' },
  { name: 'full', weightPercent: 100, holdSeconds: 0, gate: 'approval' },
]

/** What a document leaves out. Sources: DECISION defaults for the statistics, PRODUCT for the rest. */
export const defaultPolicy: Policy = {
  triggers: [],
  stages: defaultStages,
  tolerance: 1.25,
  falseRollbackRate: 0.01,
  horizonSeconds: 86_400,
  staleSeconds: 60,
  maxBlindSpot: 5,
  stabilityWindowSeconds: 300,
  recoveryRunsMin: 60,
  rollbackWindowSeconds: 86_400,
  lockCandidateAfterRollback: true,
  disableWritesOnRollback: false,
  sessionsOnRollback: 'next_turn',
  approveManualRollback: true,
  alertChannel: null,
}
