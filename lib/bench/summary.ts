/** What a list of measurements comes to. */
export interface Summary {
  readonly p50: number
  readonly p95: number
  readonly max: number
}

/** By rank, without interpolation. */
export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}
