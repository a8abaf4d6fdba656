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
