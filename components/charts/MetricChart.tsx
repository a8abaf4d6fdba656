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
import { figure } from '#components/rollout/figures.ts'
import { clockWords, zoneWords } from '#components/time/words.ts'
import { useZone } from '#components/time/ZoneProvider.tsx'
import type { Metric } from '#lib/domain/policy.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { SeriesView } from '#lib/views/rolloutSeries.ts'

export interface MetricChartProps {
  readonly metric: Metric
  readonly label: string
  readonly limit: number | null
  readonly series: SeriesView['points']
  readonly markers: RolloutView['markers']
}

const markerColours = { neutral: 'var(--ink-3)', stop: 'var(--stop)', allow: 'var(--allow)' } as const

/**
 * Candidate and stable on one axis, the limit as a line with what is above it faintly marked. Gaps stay gaps. It is drawn
 * again only when what it draws is another: it is the dearest part of the page.
 */
export const MetricChart = memo(function MetricChart({
  metric,
  label,
  limit,
  series,
  markers,
}: MetricChartProps) {
  const points = useMemo(
    () =>
      series.map((point) => ({
        at: point.at,
        candidate: point.candidate[metric],
        stable: point.stable[metric],
        candidateRuns: point.candidateRuns,
        stableRuns: point.stableRuns,
      })),
    [series, metric],
  )
  const zone = useZone()
  const top = topOf(metric, points, limit)
  const ends: [number, number] = [series[0]?.at ?? 0, series.at(-1)?.at ?? 1]
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={points}
        syncId="rollout"
        margin={{ top: 14, right: 8, bottom: 0, left: 0 }}
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
            }}
          />
        )}
        {markers
          .filter((marker) => marker.at >= ends[0] && marker.at <= ends[1])
          .map((marker) => (
            <ReferenceLine
              key={`${marker.label}${marker.at}`}
              x={marker.at}
              stroke={markerColours[marker.tone]}
              label={{ value: marker.label, position: 'top', fontSize: 10, fill: markerColours[marker.tone] }}
            />
          ))}
        <Tooltip
          isAnimationActive={false}
          content={(props) => <Reading metric={metric} payload={props.payload} />}
        />
        <Line
          dataKey="stable"
          name="stable"
          stroke="var(--stable)"
          strokeDasharray="2 3"
          strokeWidth={1.6}
          dot={false}
          isAnimationActive={false}
          connectNulls={false}
        />
        <Line
          dataKey="candidate"
          name="candidate"
          stroke="var(--candidate)"
          strokeWidth={1.9}
          dot={{ r: 1.4, strokeWidth: 0, fill: 'var(--candidate)' }}
          isAnimationActive={false}
          connectNulls={false}
        />
      </LineChart>
    </ResponsiveContainer>
  )
})

interface Point {
  readonly at: number
  readonly candidate: number | null
  readonly stable: number | null
  readonly candidateRuns: number
  readonly stableRuns: number
}

const axisText = { fontSize: 10.5, fill: 'var(--ink-3)' }

/** From zero to a round figure above the highest of what is drawn, so that the limit is always in sight. */
function topOf(metric: Metric, points: readonly Point[], limit: number | null): number {
  const values = points.flatMap((point) => [point.candidate, point.stable]).filter((value) => value !== null)
  const highest = (Math.max(0, ...values, limit ?? 0) || 1) * 1.1
  const magnitude = 10 ** Math.floor(Math.log10(highest))
  const top = (rounds.find((round) => round * magnitude >= highest) ?? 10) * magnitude
  return metric.endsWith('_rate') ? Math.min(1, top) : top
}

/** What a figure on an axis may begin with; each has a half that reads well too. */
const rounds = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10]

/** Hours and minutes; with seconds where minutes alone would say the same twice. */
function clock(at: number, spanMs: number, zone: string): string {
  return clockWords(new Date(at), zone).slice(0, spanMs < 600_000 ? 8 : 5)
}

function Reading({
  metric,
  payload,
}: {
  metric: Metric
  payload: readonly { payload?: unknown }[] | undefined
}) {
  const zone = useZone()
  const point = payload?.[0]?.payload as Point | undefined
  if (!point) return null
  const at = new Date(point.at)
  return (
    <div className="rounded-lg border border-line-2 bg-surface px-2.5 py-1.5 text-xs shadow-raised">
      <div className="text-ink-3 tabular-nums">
        {clockWords(at, zone)} {zoneWords(at, zone)}
      </div>
      <div className="text-candidate">
        candidate {figure(metric, point.candidate)} of {point.candidateRuns} runs
      </div>
      <div className="text-stable">
        stable {figure(metric, point.stable)} of {point.stableRuns} runs
      </div>
    </div>
  )
}
