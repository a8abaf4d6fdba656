import fc from 'fast-check'
import { expect, test } from 'vitest'
import vectors from './decision/vectors.json' with { type: 'json' }
import {
  addTo,
  bucketOf,
  countAbove,
  countAboveBucket,
  countOf,
  type Histogram,
  merge,
  quantile,
  quantileBucket,
  upperEdge,
} from './histogram.ts'

const values = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { maxLength: 60 })
const histogramOf = (all: readonly number[]) =>
  all.reduce<Histogram>((histogram, value) => addTo(histogram, value), {})

test('the golden histogram: buckets, counts above a limit, quantiles', () => {
  for (const { values: given, buckets, above, quantiles } of vectors.histogram) {
    const histogram = histogramOf(given)
    expect(histogram).toEqual(buckets)
    for (const { limit, count } of above) expect(countAbove(histogram, limit)).toBe(count)
    for (const { q, bucket, value, edge } of quantiles) {
      expect(quantileBucket(histogram, q)).toBe(bucket)
      expect(upperEdge(bucket) / edge).toBeCloseTo(1, 9)
      expect((quantile(histogram, q) ?? 0) / value).toBeCloseTo(1, 9)
    }
  }
})

test('merging in any order and any grouping is counting everything once', () => {
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const [ha, hb, hc] = [histogramOf(a), histogramOf(b), histogramOf(c)]
      expect(merge(ha, hb)).toEqual(merge(hb, ha))
      expect(merge(merge(ha, hb), hc)).toEqual(merge(ha, merge(hb, hc)))
      expect(merge(merge(ha, hb), hc)).toEqual(histogramOf([...c, ...a, ...b]))
      expect(countOf(merge(ha, hb))).toBe(a.length + b.length)
    }),
  )
})

test('nothing at or below a limit is counted above it, and nothing 2 % over it is missed', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (all, limit) => {
      const above = countAbove(histogramOf(all), limit)
      expect(above).toBeLessThanOrEqual(all.filter((value) => value > limit).length)
      expect(above).toBeGreaterThanOrEqual(all.filter((value) => value > limit * 1.0203).length)
    }),
  )
})

test('a quantile is within 1 % of the value it stands for, and there is none of nothing', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
      const found = quantile(histogramOf(all), q)
      const rank = Math.max(1, Math.ceil(q * all.length - 1e-9))
      const exact = all.toSorted((a, b) => a - b)[rank - 1]
      if (found === null || exact === undefined) expect([found, exact]).toEqual([null, undefined])
      else expect(Math.abs(found / exact - 1)).toBeLessThanOrEqual(0.010_001)
    }),
  )
})

test('at most 5 % of the runs are above the bucket of their p95', () => {
  fc.assert(
    fc.property(values, (all) => {
      const histogram = histogramOf(all)
      const p95 = quantileBucket(histogram, 0.95)
      if (p95 !== null) {
        expect(countAboveBucket(histogram, p95)).toBeLessThanOrEqual(0.05 * all.length)
      }
    }),
  )
})

test('a histogram survives JSON, buckets below one included; zero and less share the lowest', () => {
  const histogram = histogramOf([0.0004, 0.0004, 0.03, 1800, 0, -5])
  expect(JSON.parse(JSON.stringify(histogram))).toEqual(histogram)
  expect(countOf(histogram)).toBe(6)
  expect(countAbove(histogram, 0)).toBe(4)
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s as a value', (value) => {
  expect(() => bucketOf(value)).toThrow(RangeError)
})

test.each([-0.1, 1.1, Number.NaN])('refuses %s as a quantile', (q) => {
  expect(() => quantileBucket({ 1: 1 }, q)).toThrow(RangeError)
})
