'use client'
import { figure } from '#lib/domain/metric.ts'
import { clockWords, zoneWords } from '#components/time/words.ts'
import { useZone } from '#components/time/ZoneProvider.tsx'
import type { Metric } from '#lib/domain/policy.ts'
import type { ChartPoint } from './lines.ts'

export interface ReadingProps {
  readonly metric: Metric
  readonly payload: readonly { readonly payload?: unknown }[] | undefined
}

/** What both versions were at the moment that one points at. */
export function Reading({ metric, payload }: ReadingProps) {
  const zone = useZone()
  const point = payload?.[0]?.payload as ChartPoint | undefined
  if (!point) return null
  const at = new Date(point.at)
  return (
    <div className="rounded-lg border border-line-2 bg-surface px-2.5 py-1.5 text-xs shadow-raised">
      <div className="text-ink-3 tabular-nums">
        {clockWords(at, zone)} {zoneWords(at, zone)}
      </div>
      <div className="text-candidate">
        candidate {figure(metric, point.candidate ?? point.candidateThin)} of {point.candidateRuns} runs
      </div>
      <div className="text-stable">
        stable {figure(metric, point.stable ?? point.stableThin)} of {point.stableRuns} runs
      </div>
    </div>
  )
}
