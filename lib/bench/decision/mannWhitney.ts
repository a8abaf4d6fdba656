/**
 * Whether one series lies higher than another, as the judge of Kayenta asks: the lower end of the 98 % interval of
 * their shift (Mann and Whitney 1947, Hodges and Lehmann 1963) is above a quarter of its estimate. Fewer than ten
 * minutes of either say nothing.
 */
export function isHigher(one: readonly number[], other: readonly number[]): boolean {
  const [n, m] = [one.length, other.length]
  if (n < seriesMin || m < seriesMin) return false
  const shifts = Float64Array.from(one.flatMap((a) => other.map((b) => a - b))).sort()
  const estimate = shifts[shifts.length >> 1] ?? 0
  const rank = Math.floor((n * m) / 2 - z99 * Math.sqrt((n * m * (n + m + 1)) / 12))
  const lowest = shifts[Math.max(0, rank)] ?? 0
  return lowest > 0 && lowest > tolerance * estimate
}

const seriesMin = 10
const z99 = 2.326
const tolerance = 0.25
