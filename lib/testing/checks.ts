import type { Check, Count, MetricCounts } from '#lib/domain/decision/check.ts'
import type { DecisionPolicy } from '#lib/domain/decision/decisionPolicy.ts'
import vectors from '#lib/domain/decision/vectors.json' with { type: 'json' }

/** Checks of first runs in one period, for tests of the engine: so many runs of both versions, and how many went wrong. */

/** The policy of the golden vectors, with a budget besides. */
export const enginePolicy: DecisionPolicy = withBudget(vectors.meta.defaultPolicy as DecisionPolicy)

function withBudget(policy: DecisionPolicy): DecisionPolicy {
  return {
    ...policy,
    metrics: policy.metrics.map((metric) => (metric.id === 'spend' ? { ...metric, limit: 0.1 } : metric)),
  }
}

export interface Went {
  readonly runs?: number
  readonly errors?: number
  readonly late?: number
  readonly slow?: number
  readonly spend?: number
  readonly costlier?: number
  /** Runs that called a tool; those in which a call failed, and the sum of their failed shares. */
  readonly toolRuns?: number
  readonly toolFailedRuns?: number
  readonly toolFailures?: number
}

export function aCheck(at: number, candidate: Went, stable: Went, share = 0.05): Check {
  const counts = (given: (went: Went) => Readonly<Record<string, Count>>): MetricCounts => {
    const [own, other] = [given(candidate), given(stable)]
    return Object.fromEntries(
      Object.keys(own).map((id) => [id, { candidate: own[id] ?? [0, 0], stable: other[id] ?? [0, 0] }]),
    )
  }
  const runs = { candidate: candidate.runs ?? 0, stable: stable.runs ?? 0 }
  const isBeside = share > 0 && share < 1
  return {
    at,
    share,
    runs,
    limits: counts(({ runs: of = 0, errors = 0, late = 0, spend = 0, toolRuns = 0, toolFailures = 0 }) => ({
      errors: [errors, of],
      late: [late, of],
      tool_failures: [toolFailures, toolRuns],
      spend: [spend, of],
    })),
    cohorts: isBeside
      ? [
          {
            period: 0,
            turn: 0,
            counts: counts(
              ({ runs: of = 0, errors = 0, slow = 0, costlier = 0, toolRuns = 0, toolFailedRuns = 0 }) => ({
                errors: [errors, of],
                slow: [slow, of],
                costlier: [costlier, of],
                tool_failed_runs: [toolFailedRuns, toolRuns],
              }),
            ),
          },
        ]
      : [],
    silence: isBeside ? [{ period: 0, share, ...runs }] : [],
  }
}

/** The same check so often, each so many seconds after the one before. */
export function checksEvery(
  seconds: number,
  times: number,
  candidate: Went,
  stable: Went,
  share = 0.05,
): Check[] {
  return Array.from({ length: times }, (_, k) => aCheck(seconds * (k + 1), candidate, stable, share))
}
