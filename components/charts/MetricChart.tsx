'use client'
import { memo, useMemo } from 'react'
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { figure } from '#lib/domain/metric.ts'
import { clockWords } from '#components/time/words.ts'
import { useZone } from '#components/time/ZoneProvider.tsx'
import type { Metric } from '#lib/domain/policy.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { SeriesView } from '#lib/views/rolloutSeries.ts'
import { LineEnds } from './LineEnds.tsx'
import { chartPoints, drawnMarkers, topOf } from './lines.ts'
import { LoneDots } from './LoneDots.tsx'
import { Reading } from './Reading.tsx'
import { RunsStrip, stripPx } from './RunsStrip.tsx'

export interface MetricChartProps {
  readonly metric: Metric
  readonly label: string
  readonly limit: number | null
  readonly series: SeriesView['points']
  readonly markers: RolloutView['markers']
}

const markerColours = { neutral: 'var(--ink-3)', stop: 'var(--stop)', allow: 'var(--allow)' } as const
const axisText = { fontSize: 10.5, fill: 'var(--ink-3)' }
const line = { dot: false, activeDot: false, isAnimationActive: false, connectNulls: false } as const
/** How faint a line is where few runs stand behind it. */
const faint = 0.38

/**
 * Candidate and stable on one axis, each named at its end, the limit as a line with what is above it faintly marked, and
 * under them how many candidate runs there were. Gaps stay gaps; where runs are few the lines are faint. It is drawn again
 * only when what it draws is another: it is the dearest part of the page.
 */
export const MetricChart = memo(function MetricChart({
  metric,
  label,
  limit,
  series,
  markers,
}: MetricChartProps) {
  const points = useMemo(() => chartPoints(series, metric), [series, metric])
  const zone = useZone()
  const top = topOf(metric, series, limit)
  const ends: [number, number] = [series[0]?.at ?? 0, series.at(-1)?.at ?? 1]
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={points}
        syncId="rollout"
        margin={{ top: 14, right: 54, bottom: -6, left: 0 }}
        accessibilityLayer
        title={label}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        {limit !== null && limit < top && (
          <ReferenceArea y1={limit} y2={top} fill="var(--danger-fill)" fillOpacity={1} ifOverflow="hidden" />
        )}
        <XAxis
          dataKey="at"
          type="number"
          domain={ends}
          scale="time"
          tickFormatter={(at: number) => clock(at, ends[1] - ends[0], zone)}
          tick={axisText}
          tickLine={false}
          axisLine={{ stroke: 'var(--line-2)' }}
          minTickGap={40}
        />
        <YAxis
          domain={[0, top]}
          padding={{ bottom: stripPx }}
          tickFormatter={(value: number) => figure(metric, value)}
          tick={axisText}
          tickLine={false}
          axisLine={false}
          width={48}
          ticks={[0, top / 2, top]}
        />
        {limit !== null && (
          <ReferenceLine
            y={limit}
            stroke="var(--stop)"
            strokeDasharray="4 3"
            label={{
              value: `limit ${figure(metric, limit)}`,
              position: 'insideBottomLeft',
              fontSize: 10,
              fill: 'var(--stop)',
              // Read also where a line runs through it.
              stroke: 'var(--surface)',
              strokeWidth: 3,
              paintOrder: 'stroke',
            }}
          />
        )}
        {drawnMarkers(markers, ends).map((marker) => (
          <ReferenceLine
            key={`${marker.label}${marker.at}`}
            x={marker.at}
            stroke={markerColours[marker.tone]}
            label={{
              value: marker.isNamed ? marker.label : '',
              position: 'top',
              fontSize: 10,
              fill: markerColours[marker.tone],
            }}
          />
        ))}
        <Tooltip
          isAnimationActive={false}
          filterNull={false}
          content={(props) => <Reading metric={metric} payload={props.payload} />}
        />
        <RunsStrip points={points} />
        <Line
          {...line}
          dataKey="stableThin"
          stroke="var(--stable)"
          strokeDasharray="2 3"
          strokeWidth={1.6}
          strokeOpacity={faint}
        />
        <Line
          {...line}
          dataKey="candidateThin"
          stroke="var(--candidate)"
          strokeWidth={1.9}
          strokeOpacity={faint}
        />
        <Line
          {...line}
          dataKey="stable"
          name="stable"
          stroke="var(--stable)"
          strokeDasharray="2 3"
          strokeWidth={1.6}
        />
        <Line {...line} dataKey="candidate" name="candidate" stroke="var(--candidate)" strokeWidth={1.9} />
        <LoneDots points={points} />
        <LineEnds points={points} />
      </LineChart>
    </ResponsiveContainer>
  )
})

/** Hours and minutes; with seconds where minutes alone would say the same twice. */
function clock(at: number, spanMs: number, zone: string): string {
  return clockWords(new Date(at), zone).slice(0, spanMs < 600_000 ? 8 : 5)
}
