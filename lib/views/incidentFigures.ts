import type { IncidentSnapshot } from '#lib/domain/incident.ts'
import { type Metric, metrics } from '#lib/domain/policy.ts'

/** What a metric was at the stop. */
export interface FigureView {
  readonly metric: Metric
  readonly candidate: number | null
  readonly stable: number | null
  readonly limit: number | null
  readonly candidateRuns: number
  readonly stableRuns: number
}

/** The frozen figures of both versions beside the limits, those with a limit first. */
export function ratesOfFigures({ candidate, stable, policy }: IncidentSnapshot): FigureView[] {
  const views = metrics.map((metric) => ({
    metric,
    candidate: candidate.rates[metric],
    stable: stable.rates[metric],
    limit: policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null,
    candidateRuns: candidate.runs,
    stableRuns: stable.runs,
  }))
  return views.sort((a, b) => Number(b.limit !== null) - Number(a.limit !== null))
}
