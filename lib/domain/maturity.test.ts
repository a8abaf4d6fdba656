import { expect, test } from 'vitest'
import { clockBehindMs, deliveredAfterS, matureAfterS } from './maturity.ts'

test('is never under a second, also of a version that has no runs yet', () => {
  expect(matureAfterS([])).toBe(1)
  expect(matureAfterS([3, 5, 900])).toBe(1)
})

test('is the nearest-rank p95: a duration that was seen, not one in between', () => {
  const oneToHundred = Array.from({ length: 100 }, (_, at) => (at + 1) * 1000)
  expect(matureAfterS(oneToHundred)).toBe(95)
  expect(matureAfterS(oneToHundred.slice(0, 20))).toBe(19)
  expect(matureAfterS([60_000])).toBe(60)
  expect(matureAfterS([2_000, 60_000])).toBe(60)
})

test('does not depend on the order, and leaves what it was given as it was', () => {
  const given = [40_000, 2_000, 100_000, 3_000]
  expect(matureAfterS(given)).toBe(100)
  expect(given).toEqual([40_000, 2_000, 100_000, 3_000])
})

test('one run that hung among many says nothing of the others', () => {
  expect(matureAfterS([...Array.from({ length: 99 }, () => 2_000), 3_600_000])).toBe(2)
})

test('a duration that is none is left out', () => {
  expect(matureAfterS([Number.NaN, -5, Number.POSITIVE_INFINITY, 4_000])).toBe(4)
})

test('delivery is the p95 of what came, never negative and never over a minute', () => {
  expect(deliveredAfterS([])).toBe(0)
  expect(deliveredAfterS([-300_000, -290_000])).toBe(0)
  expect(deliveredAfterS([...Array.from({ length: 19 }, () => 5_000), 40_000])).toBe(5)
  expect(deliveredAfterS([600_000, 610_000])).toBe(60)
})

test('a clock is behind only where nearly every run says so, by more than delivery takes', () => {
  expect(clockBehindMs([])).toBe(0)
  expect(clockBehindMs(Array.from({ length: 40 }, () => 30_000))).toBe(0)
  expect(clockBehindMs([100, 700_000, 700_000])).toBe(0)
  expect(clockBehindMs([600_200, 605_000, 600_900])).toBe(600_200)
  expect(clockBehindMs([100, ...Array.from({ length: 99 }, () => 600_000)])).toBe(600_000)
  expect(clockBehindMs([-300_000, -300_000])).toBe(0)
})
