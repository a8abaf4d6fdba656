import { expect, test } from 'vitest'
import { isThin, sliceMsOf } from './series.ts'

const hour = 3_600_000

test('a slice is whole buckets of ten seconds', () => {
  for (const runs of [0, 7, 300, 5_000, 1_000_000]) expect(sliceMsOf(2 * hour, runs) % 10_000).toBe(0)
  expect(sliceMsOf(1_000, 5_000)).toBe(10_000)
})

test('with many candidate runs there are at most 120 slices, with few at least 24', () => {
  expect(sliceMsOf(2 * hour, 1_000_000)).toBe(60_000)
  expect(sliceMsOf(2 * hour, 0)).toBe(300_000)
})

test('in between a slice holds about twenty candidate runs', () => {
  const runs = 1_000
  const slices = (2 * hour) / sliceMsOf(2 * hour, runs)
  expect(runs / slices).toBeGreaterThanOrEqual(20)
  expect(runs / slices).toBeLessThan(25)
})

test('ten runs are thin, eleven are not', () => {
  expect([isThin(10), isThin(11)]).toEqual([true, false])
})
