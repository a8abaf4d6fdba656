'use client'
import { useXAxisScale, useYAxisScale } from 'recharts'
import { type ChartPoint, isAlone } from './lines.ts'

const sides = ['stable', 'candidate'] as const

/** Values that have none beside them, which no line would show. */
export function LoneDots({ points }: { readonly points: readonly ChartPoint[] }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  if (!x || !y) return null
  return sides.map((side) => {
    const values = points.map((point) => point[side] ?? point[`${side}Thin`])
    return points.map((point, index) =>
      values[index] === null || !isAlone(values, index) ? null : (
        <circle
          key={`${side}${point.at}`}
          cx={Number(x(point.at))}
          cy={Number(y(values[index]))}
          r={1.9}
          fill={`var(--${side})`}
        />
      ),
    )
  })
}
