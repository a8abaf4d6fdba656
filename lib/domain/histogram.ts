/**
 * Log buckets with exact counts: an edge is within 1 % of the value, a count is never estimated. The mapping is
 * DDSketch's (Masson, Rim, Lee, VLDB 2019): bucket = ⌈ln(max(v, 1e-9)) / ln γ⌉ with γ = (1 + a) / (1 − a), a = 0.01.
 */

/** Bucket index to count: plain JSON. What has no entry has no value. */
export type Histogram = Readonly<Record<string, number>>

const accuracy = 0.01
const gamma = (1 + accuracy) / (1 - accuracy)
const lnGamma = Math.log(gamma)
const smallestValue = 1e-9

/** The bucket that holds this value. Zero and less share the lowest; no number at all is a RangeError. */
export function bucketOf(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`value is ${value}; a bucket holds finite numbers`)
  return Math.ceil(Math.log(Math.max(value, smallestValue)) / lnGamma)
}

/** The largest value that a bucket holds, in the unit of its values. */
export function upperEdge(bucket: number): number {
  return Math.exp(bucket * lnGamma)
}

/** The histogram with this value in it, `count` times. */
export function addTo(histogram: Histogram, value: number, count = 1): Histogram {
  return merge(histogram, { [bucketOf(value)]: count })
}

/** Both histograms together: addition, exact, in any order. */
export function merge(a: Histogram, b: Histogram): Histogram {
  const merged: Record<string, number> = { ...a }
  for (const [bucket, count] of Object.entries(b)) {
    const sum = (merged[bucket] ?? 0) + count
    if (sum === 0) delete merged[bucket]
    else merged[bucket] = sum
  }
  return merged
}

/** What takes this histogram away when it is merged. */
export function negate(histogram: Histogram): Histogram {
  return Object.fromEntries(Object.entries(histogram).map(([bucket, count]) => [bucket, -count]))
}

/** How many values are in it. */
export function countOf(histogram: Histogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0)
}

/** How many values are above the bucket that holds the limit: exact at the edge, so never one too many. */
export function countAbove(histogram: Histogram, limit: number): number {
  return countAboveBucket(histogram, bucketOf(limit))
}

/** How many values are in buckets above this one. */
export function countAboveBucket(histogram: Histogram, bucket: number): number {
  return Object.entries(histogram).reduce(
    (sum, [index, count]) => (Number(index) > bucket ? sum + count : sum),
    0,
  )
}

/** The bucket of the ⌈q·n⌉-th smallest value; null when there is none. `q` is in [0, 1], else a RangeError. */
export function quantileBucket(histogram: Histogram, q: number): number | null {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`q is ${q}; a quantile is within 0 and 1`)
  // 0.95 is a little more than 95/100 to a computer; the slack keeps 0.95 · 20 at the 19th value.
  const rank = Math.max(1, Math.ceil(q * countOf(histogram) - 1e-9))
  let seen = 0
  for (const bucket of Object.keys(histogram)
    .map(Number)
    .toSorted((a, b) => a - b)) {
    seen += histogram[bucket] ?? 0
    if (seen >= rank) return bucket
  }
  return null
}

/** The quantile, within 1 % of the true value; null when there is nothing to take it from. */
export function quantile(histogram: Histogram, q: number): number | null {
  const bucket = quantileBucket(histogram, q)
  return bucket === null ? null : (upperEdge(bucket) * 2) / (gamma + 1)
}
