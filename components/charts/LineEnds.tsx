'use client'
import { useXAxisScale, useYAxisScale } from 'recharts'
import type { ChartPoint } from './lines.ts'

const apartPx = 12

/** The name of each line at its end, apart from each other where the lines end together. */
export function LineEnds({ points }: { readonly points: readonly ChartPoint[] }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  if (!x || !y) return null
  const endOf = (valueOf: (point: ChartPoint) => number | null) => {
    const last = points.findLast((point) => valueOf(point) !== null)
    return last ? { x: Number(x(last.at)) + 5, y: Number(y(valueOf(last))) } : null
  }
  const candidate = endOf((point) => point.candidate ?? point.candidateThin)
  const stable = endOf((point) => point.stable ?? point.stableThin)
  const [up, down] = apart(candidate, stable)
  return (
    <g fontSize={9.5} fontWeight={560}>
      {candidate && (
        <text x={candidate.x} y={candidate.y + up + 3} fill="var(--candidate)">
          candidate
        </text>
      )}
      {stable && (
        <text x={stable.x} y={stable.y + down + 3} fill="var(--stable)">
          stable
        </text>
      )}
    </g>
  )
}

interface End {
  readonly x: number
  readonly y: number
}

/** By how much each name moves up or down, so that the two can be read. */
function apart(one: End | null, other: End | null): readonly [number, number] {
  if (!one || !other || Math.abs(one.x - other.x) > 50) return [0, 0]
  const short = apartPx - Math.abs(one.y - other.y)
  if (short <= 0) return [0, 0]
  return one.y <= other.y ? [-short / 2, short / 2] : [short / 2, -short / 2]
}
