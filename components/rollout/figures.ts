import type { Metric } from '#lib/domain/policy.ts'

/** Figures as people read them. Nothing measured is a dash, never a zero. */

export function figure(metric: Metric, value: number | null): string {
  if (value === null) return '–'
  switch (metric) {
    case 'error_rate':
    case 'tool_failure_rate':
      return percent(value)
    case 'latency_p95_ms':
      return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value)} ms`
    case 'cost_per_run_usd':
      return value >= 1 ? `$${value.toFixed(2)}` : `${(value * 100).toFixed(value >= 0.1 ? 1 : 2)} ¢`
    default:
      return metric satisfies never
  }
}

/** `7.8 %`; whole percents without a decimal. */
export function percent(share: number): string {
  const value = share * 100
  return `${Number.isInteger(Math.round(value * 10) / 10) ? Math.round(value) : value.toFixed(1)} %`
}

/** `1,979 : 1`. */
export function evidenceWords(evidence: number): string {
  if (evidence > 1e6) return '> 1,000,000 : 1'
  return `${evidence >= 10 ? Math.round(evidence).toLocaleString('en') : evidence.toFixed(1)} : 1`
}

/** Where evidence stands between nothing and well above the bar, on a logarithmic scale, 0 to 1. */
export function evidenceFill(evidence: number, bar: number): number {
  const top = Math.log(bar) * 1.15
  return Math.min(1, Math.max(0.02, Math.log(Math.max(1, evidence)) / top))
}

/** Where the bar itself stands on that scale. */
export const barMark = 1 / 1.15

/** `+ 0.04 s`, `9.4 s`, `3 min 12 s`. */
export function secondsWords(seconds: number): string {
  if (seconds < 1) return `${Number(seconds.toFixed(2))} s`
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
