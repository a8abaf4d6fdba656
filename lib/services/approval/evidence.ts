import { metrics } from '#lib/domain/policy.ts'
import type { Rollout } from '#lib/domain/rollout.ts'
import { readFigures } from '#lib/store/runs.ts'
import type { Tx } from '#lib/store/transaction.ts'

const labels = {
  error_rate: 'error rate',
  latency_p95_ms: 'latency p95',
  tool_failure_rate: 'tool failures',
  cost_per_run_usd: 'cost per run',
} as const

/** What speaks for a candidate and against it now, as lines: the decision's sentence, and each metric beside its limit. */
export async function evidenceOf(tx: Tx, rollout: Rollout, because: string | null): Promise<string[]> {
  const since = rollout.startedAt
  const candidate = await readFigures(tx, rollout.agent, rollout.candidate, since)
  const stable = await readFigures(tx, rollout.agent, rollout.stable, since)
  const lines = metrics.flatMap((metric) => {
    const limit = rollout.policy.triggers.find((trigger) => trigger.metric === metric)?.limit
    if (limit === undefined) return []
    const [tried, held] = [candidate.rates[metric], stable.rates[metric]].map((value) => say(metric, value))
    return [
      `${labels[metric]}: ${tried} on ${rollout.candidate}, ${held} on ${rollout.stable}; limit ${say(metric, limit)}`,
    ]
  })
  const runs = `${candidate.runs} runs of ${rollout.candidate} and ${stable.runs} of ${rollout.stable} so far`
  return [...(because === null ? [] : [because]), ...lines, runs]
}

function say(metric: (typeof metrics)[number], value: number | null): string {
  if (value === null) return 'nothing'
  switch (metric) {
    case 'error_rate':
    case 'tool_failure_rate':
      return `${Math.round(value * 1000) / 10} %`
    case 'latency_p95_ms':
      return `${Math.round(value)} ms`
    case 'cost_per_run_usd':
      return `$${value.toFixed(4)}`
    default:
      return metric satisfies never
  }
}
