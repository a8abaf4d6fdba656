import { familyOfTrigger, type Metric, type Policy } from '../policy.ts'
import { type Family, questions } from './questions.ts'

/** What the engine needs of a policy. The same numbers give the same decisions. */

/** The share that may be bad, per limit; null is a limit that nobody set, and its question is not asked. */
export interface Limits {
  readonly errors: number | null
  readonly late: number | null
  readonly toolShare: number | null
  readonly spend: number | null
}

export interface DecisionPolicy {
  readonly limits: Limits
  /** How many times the fair odds still count as the same, for `versus`. */
  readonly tolerance: number
  /** The same for `silence`. */
  readonly silence: number
  /** The probability that a healthy candidate is ever stopped. */
  readonly alpha: number
  readonly horizonS: number
  /** The part of the fortune that is staked at the first check. */
  readonly head: number
  /** Evidence from which a question counts as rising. */
  readonly watch: number
  readonly staleS: number
  readonly maxBlindSpot: number
  /** Families whose limit asks a person instead of rolling back. `versus` and `silence` stop all the same. */
  readonly approval?: readonly Family[]
}

/** p95 over the limit means that more than this share is slower than the limit. */
const latePart = 0.05
/** A budget's part of the cap on one run's cost: the cap is ten budgets. */
const budgetPart = 0.1

/** The policy as the engine reads it. What a person cannot set has DECISION's defaults. */
export function policyForDecision(policy: Policy): DecisionPolicy {
  const limitOf = (metric: Metric) =>
    policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null
  const approval = policy.triggers
    .filter((trigger) => trigger.action === 'approval')
    .map((trigger) => familyOfTrigger[trigger.metric])
  return {
    limits: {
      errors: limitOf('error_rate'),
      late: limitOf('latency_p95_ms') === null ? null : latePart,
      toolShare: limitOf('tool_failure_rate'),
      spend: limitOf('cost_per_run_usd') === null ? null : budgetPart,
    },
    tolerance: policy.tolerance,
    silence: 2,
    alpha: policy.falseRollbackRate,
    horizonS: policy.horizonSeconds,
    head: 0.5,
    watch: 20,
    staleS: policy.staleSeconds,
    maxBlindSpot: policy.maxBlindSpot,
    ...(approval.length > 0 ? { approval } : {}),
  }
}

/** The evidence at which a question stops the rollout: the questions share α. */
export function barOf(policy: DecisionPolicy): number {
  return questions.length / policy.alpha
}

/** Refuses numbers under which the promise would not hold: a RangeError names the field. */
export function requireSanePolicy(policy: DecisionPolicy): void {
  for (const [name, limit] of Object.entries(policy.limits) as [string, number | null][]) {
    if (limit !== null) requireSane(`limits.${name}`, limit, limit > 0 && limit <= 1)
  }
  requireSane('tolerance', policy.tolerance, policy.tolerance >= 1)
  requireSane('silence', policy.silence, policy.silence >= 1)
  requireSane('alpha', policy.alpha, policy.alpha > 0 && policy.alpha < 1)
  requireSane('horizonS', policy.horizonS, policy.horizonS > 0)
  requireSane('head', policy.head, policy.head > 0 && policy.head <= 1)
  requireSane('watch', policy.watch, policy.watch >= 1)
  requireSane('staleS', policy.staleS, policy.staleS > 0)
  requireSane('maxBlindSpot', policy.maxBlindSpot, policy.maxBlindSpot > policy.tolerance)
}

function requireSane(field: string, value: number, sane: boolean): void {
  if (!sane || !Number.isFinite(value))
    throw new RangeError(`${field} is ${value}, which nothing can be judged by`)
}
