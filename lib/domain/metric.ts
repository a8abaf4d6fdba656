import type { Metric } from './policy.ts'

/** What a metric is called, and how its figures read: the same on screens, in Slack and in the record. */

export const metricLabels: Record<Metric, string> = {
  error_rate: 'Error rate',
  latency_p95_ms: 'Latency p95',
  tool_failure_rate: 'Tool failures',
  cost_per_run_usd: 'Cost per run',
}

/** What it is called within a sentence. */
export function metricWord(metric: Metric): string {
  return metricLabels[metric].toLowerCase()
}

/** A measured figure, rounded as far as it can be told apart at a glance. Nothing measured is a dash, never a zero. */
export function figure(metric: Metric, value: number | null): string {
  if (value === null) return '–'
  switch (metric) {
    case 'error_rate':
    case 'tool_failure_rate':
      return percent(value)
    case 'latency_p95_ms':
      return value >= 999.5 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value)} ms`
    case 'cost_per_run_usd':
      return value >= 1 ? `$${value.toFixed(2)}` : `${(value * 100).toFixed(value >= 0.1 ? 1 : 2)} ¢`
    default:
      return metric satisfies never
  }
}

/** A limit exactly as it was written, so that no change of it is rounded away. */
export function limitWords(metric: Metric, limit: number): string {
  switch (metric) {
    case 'error_rate':
    case 'tool_failure_rate':
      return exactPercent(limit)
    case 'latency_p95_ms':
      return `${limit} ms`
    case 'cost_per_run_usd':
      return `$${limit}`
    default:
      return metric satisfies never
  }
}

/**
 * `7.8 %`; below one percent with a second decimal, `0.25 %`; without decimals that say nothing, `5 %`. What is there is never
 * rounded to nothing: `< 0.01 %`.
 */
export function percent(share: number): string {
  const value = share * 100
  if (value > 0 && value < 0.005) return '< 0.01 %'
  return `${Number(value.toFixed(value < 1 ? 2 : 1))} %`
}

/** `0.125 %`, with as many decimals as it has. */
export function exactPercent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}
