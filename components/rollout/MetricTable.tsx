'use client'
import { ClockTime, ZoneName } from '#components/time/RelativeTime.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { figure } from '#lib/domain/metric.ts'
import type { Metric } from '#lib/domain/policy.ts'
import type { SeriesView } from '#lib/views/rolloutSeries.ts'

export interface MetricTableProps {
  readonly metric: Metric
  readonly label: string
  readonly series: SeriesView['points']
}

/** What a chart draws, in figures: the newest first, and only where there were runs. */
export function MetricTable({ metric, label, series }: MetricTableProps) {
  const seen = series.filter((point) => point.candidateRuns + point.stableRuns > 0).toReversed()
  return (
    <div className="h-full overflow-y-auto">
      <Table caption={`${label} over time`}>
        <thead>
          <tr>
            <Th>
              Time, <ZoneName />
            </Th>
            <Th right>Candidate</Th>
            <Th right>Runs</Th>
            <Th right>Stable</Th>
            <Th right>Runs</Th>
          </tr>
        </thead>
        <tbody>
          {seen.map((point) => (
            <tr key={point.at}>
              <Td>
                <ClockTime at={new Date(point.at).toISOString()} />
              </Td>
              <Td right>{figure(metric, point.candidate[metric])}</Td>
              <Td right>{point.candidateRuns}</Td>
              <Td right>{figure(metric, point.stable[metric])}</Td>
              <Td right>{point.stableRuns}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  )
}
