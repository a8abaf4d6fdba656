import type { Metric } from '#lib/domain/policy.ts'
import { isThin } from '#lib/domain/series.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { SeriesPoint } from '#lib/views/rolloutSeries.ts'

/** What a chart draws of a series: where a slice has few runs, the line is faint on both sides of it. */

export interface ChartPoint {
  /** The middle of the slice, milliseconds since 1970. */
  readonly at: number
  readonly candidate: number | null
  readonly candidateThin: number | null
  readonly stable: number | null
  readonly stableThin: number | null
  readonly candidateRuns: number
  readonly stableRuns: number
}

export function chartPoints(series: readonly SeriesPoint[], metric: Metric): ChartPoint[] {
  const candidate = series.map((point) => ({ value: point.candidate[metric], runs: point.candidateRuns }))
  const stable = series.map((point) => ({ value: point.stable[metric], runs: point.stableRuns }))
  return series.map((point, index) => ({
    at: point.at,
    candidate: full(candidate, index),
    candidateThin: thin(candidate, index),
    stable: full(stable, index),
    stableThin: thin(stable, index),
    candidateRuns: point.candidateRuns,
    stableRuns: point.stableRuns,
  }))
}

interface Slice {
  readonly value: number | null
  readonly runs: number
}

function full(slices: readonly Slice[], index: number): number | null {
  const slice = slices[index]
  return slice && !isThin(slice.runs) ? slice.value : null
}

/** A thin slice, and one beside it, so that the faint line reaches it. */
function thin(slices: readonly Slice[], index: number): number | null {
  const near = [slices[index - 1], slices[index], slices[index + 1]]
  const reaches = near.some((slice) => slice && slice.value !== null && isThin(slice.runs))
  return reaches ? (slices[index]?.value ?? null) : null
}

/** Whether a value has none beside it, so that no line would show it. */
export function isAlone(values: readonly (number | null)[], index: number): boolean {
  return (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
}

/** What a figure on an axis may begin with; each has a half that reads well too. */
const rounds = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10]

/** From zero to a round figure above the highest of what is drawn, so that the limit is always in sight. */
export function topOf(metric: Metric, series: readonly SeriesPoint[], limit: number | null): number {
  const values = series
    .flatMap((point) => [point.candidate[metric], point.stable[metric]])
    .filter((value) => value !== null)
  const highest = (Math.max(0, ...values, limit ?? 0) || 1) * 1.1
  const magnitude = 10 ** Math.floor(Math.log10(highest))
  const top = (rounds.find((round) => round * magnitude >= highest) ?? 10) * magnitude
  return metric.endsWith('_rate') ? Math.min(1, top) : top
}

type Marker = RolloutView['markers'][number]

/** Names closer to each other than this part of the axis would stand on each other; and lines than that, be one. */
const apart = { names: 0.12, lines: 0.005 }
const weights: Record<Marker['tone'], number> = { stop: 0, allow: 1, neutral: 2 }

/** The markers between two moments; of those that stand close together only the gravest, or the last, is named or drawn. */
export function drawnMarkers(
  markers: readonly Marker[],
  [from, to]: readonly [number, number],
): (Marker & { readonly isNamed: boolean })[] {
  const isClear = (marker: Marker, among: readonly Marker[], part: number) =>
    among.every(({ at }) => Math.abs(at - marker.at) >= (to - from) * part)
  const seen = markers.filter(({ at }) => at >= from && at <= to)
  const drawn: (Marker & { readonly isNamed: boolean })[] = []
  for (const marker of seen.toSorted((a, b) => weights[a.tone] - weights[b.tone] || b.at - a.at)) {
    if (!isClear(marker, drawn, apart.lines)) continue
    const named = drawn.filter(({ isNamed }) => isNamed)
    drawn.push({ ...marker, isNamed: isClear(marker, named, apart.names) })
  }
  return drawn.toSorted((a, b) => a.at - b.at)
}
