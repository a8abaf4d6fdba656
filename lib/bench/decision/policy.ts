import { defaultPolicy, type Policy } from '#lib/domain/policy.ts'
import type { Setting } from './setting.ts'

/** The limits of a team that knows its agent: errors over twice the worst hour, the slowest one in a hundred, two budgets. */
export function policyOf({ medianS, sigma, dependent, stages }: Setting): Policy {
  const spread = dependent ? Math.hypot(sigma, 0.3) : sigma
  return {
    ...defaultPolicy,
    stages,
    triggers: [
      { metric: 'error_rate', limit: 0.05, action: 'rollback' },
      { metric: 'latency_p95_ms', limit: latencyLimitMs(medianS, spread), action: 'rollback' },
      { metric: 'tool_failure_rate', limit: 0.05, action: 'rollback' },
      { metric: 'cost_per_run_usd', limit: 0.03, action: 'rollback' },
    ],
  }
}

/** Slower than the limit is one run in a hundred, besides those that time out. */
function latencyLimitMs(medianS: number, spread: number): number {
  return Math.round(1000 * medianS * Math.exp(2.33 * spread))
}
