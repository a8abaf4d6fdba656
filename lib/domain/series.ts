/** How much of a rollout its charts show, up to now or to a little after its end. */
export const seriesRanges = ['15m', '1h', '2h', '6h'] as const
export type SeriesRange = (typeof seriesRanges)[number]

/** What is shown unless something else is asked for. The event stream sends this one. */
export const usualRange: SeriesRange = '2h'

export const rangeMs: Record<SeriesRange, number> = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '2h': 2 * 3_600_000,
  '6h': 6 * 3_600_000,
}

const thinRunsMax = 10

/** So few runs that one of them moves a rate by a tenth or more: what they say is drawn faintly. */
export function isThin(runs: number): boolean {
  return runs <= thinRunsMax
}

const bucketMs = 10_000
const slicesMax = 120
const slicesMin = 24
/** In so many candidate runs a slice, one of them moves a rate by a twentieth. */
const runsEachSlice = 20

/**
 * How long a slice of a chart is, milliseconds: whole buckets, few enough to be told apart and long enough to hold some
 * candidate runs each, so that a line shows a rate and not the luck of single runs.
 */
export function sliceMsOf(spanMs: number, candidateRuns: number): number {
  const slices = Math.min(slicesMax, Math.max(slicesMin, Math.floor(candidateRuns / runsEachSlice)))
  return Math.max(1, Math.ceil(spanMs / bucketMs / slices)) * bucketMs
}
