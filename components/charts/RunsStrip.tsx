'use client'
import { usePlotArea, useXAxisScale } from 'recharts'
import { isThin } from '#lib/domain/series.ts'
import type { ChartPoint } from './lines.ts'

/** How high the strip is, pixels; the axis above it leaves as much. */
export const stripPx = 18

const barsPx = 12

/** How many candidate runs each slice had, as bars under the lines: grey where they are few. */
export function RunsStrip({ points }: { readonly points: readonly ChartPoint[] }) {
  const plot = usePlotArea()
  const place = useXAxisScale()
  const most = Math.max(0, ...points.map((point) => point.candidateRuns))
  if (!plot || !place || most === 0) return null
  const width = Math.max(1, plot.width / Math.max(1, points.length) - 1)
  const bars = (wanted: (runs: number) => boolean) =>
    points
      .filter((point) => point.candidateRuns > 0 && wanted(point.candidateRuns))
      .map((point) => {
        const height = Math.max(1, (point.candidateRuns / most) * barsPx)
        return `M${(Number(place(point.at)) - width / 2).toFixed(1)} ${plot.y + plot.height}v${-height.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}z`
      })
      .join('')
  return (
    <g>
      <path d={bars((runs) => !isThin(runs))} fill="var(--candidate)" fillOpacity={0.34} />
      <path d={bars(isThin)} fill="var(--ink-3)" fillOpacity={0.34} />
      <text
        x={plot.x - 5}
        y={plot.y + plot.height - 1}
        textAnchor="end"
        fontSize={9.5}
        fill="var(--ink-3)"
        className="tabular-nums"
      >
        ≤ {most.toLocaleString('en')} runs
      </text>
    </g>
  )
}
