import type { Policy } from '../policy.ts'
import { metricsOf } from '../policyMetrics.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'

/** The policy as the engine reads it. What a person cannot set has the defaults of DECISION. */
export function policyForDecision(policy: Policy): DecisionPolicy {
  return {
    metrics: metricsOf(policy),
    silence: 2,
    tolerance: policy.tolerance,
    alpha: policy.falseRollbackRate,
    horizonS: policy.horizonSeconds,
    head: 0.5,
    watch: 20,
    staleS: policy.staleSeconds,
    maxBlindSpot: policy.maxBlindSpot,
  }
}
