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

/** What one metric belongs to: it decides the reason of a stop, and which trigger asks a person for it. */
export const metricFamilies = ['errors', 'latency', 'tools', 'cost', 'quality'] as const
export type MetricFamily = (typeof metricFamilies)[number]

/** The family that each trigger speaks for. */
export const familyOfTrigger = {
  error_rate: 'errors',
  latency_p95_ms: 'latency',
  tool_failure_rate: 'tools',
  cost_per_run_usd: 'cost',
} as const satisfies Record<Metric, MetricFamily>

/** The mean that a score has to reach, in (0, 1). */
export interface ScoreRule {
  readonly name: string
  readonly min: number
  readonly action: Trigger['action']
}

/** The largest share of negative feedback, of the runs that have any. */
export interface FeedbackRule {
  readonly max: number
  readonly action: Trigger['action']
}

/** The largest share of one tool's calls that may fail. The name is the tool's own. */
export interface ToolRule {
  readonly name: string
  readonly limit: number
  readonly action: Trigger['action']
}

/** The largest share of runs on which an attribute has this value. Values are compared as text. */
export interface ShareRule {
  readonly name: string
  readonly attribute: string
  readonly value: string
  readonly max: number
  readonly family: MetricFamily
  readonly action: Trigger['action']
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
  /** Metrics that the user names, each list in the order of the names. */
  readonly scores: readonly ScoreRule[]
  readonly feedback: FeedbackRule | null
  readonly tools: readonly ToolRule[]
  readonly shares: readonly ShareRule[]
  /** Error types by which a run counts as stopped by its user, and not as failed. */
  readonly cancelled: readonly string[]
  /** So long after a period began, runs say nothing about latency and cost: new replicas start cold. */
  readonly warmupSeconds: number
  /** The share of an agent's runs that may lack a registered version when a stage opens. */
  readonly unattributedMax: number
}

/** What frameworks call a run that its user stopped. */
export const defaultCancelled: readonly string[] = [
  'AbortError',
  'CancelledError',
  'ABORT_ERR',
  'canceled',
  'cancelled',
  'CANCELLED',
]

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
  scores: [],
  feedback: null,
  tools: [],
  shares: [],
  cancelled: defaultCancelled,
  warmupSeconds: 60,
  unattributedMax: 0.05,
}

/** A policy as it was written before there were metrics by name: what it lacks says nothing. */
export type StoredPolicy = Omit<Policy, LaterField> & Partial<Pick<Policy, LaterField>>
type LaterField = (typeof laterFields)[number]

/** Fields that policies of before do not have. */
export const laterFields = [
  'scores',
  'feedback',
  'tools',
  'shares',
  'cancelled',
  'warmupSeconds',
  'unattributedMax',
] as const satisfies readonly (keyof Policy)[]

/** A stored policy, whole: what an older one does not say has its default. */
export function wholePolicy(stored: StoredPolicy): Policy {
  const { scores, feedback, tools, shares, cancelled, warmupSeconds, unattributedMax } = defaultPolicy
  return { scores, feedback, tools, shares, cancelled, warmupSeconds, unattributedMax, ...stored }
}
