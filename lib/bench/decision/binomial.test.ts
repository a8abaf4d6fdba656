import { expect, test } from 'vitest'
import { atLeast } from './binomial.ts'

test('is the sum of the probabilities from there on', () => {
  expect(atLeast(0, 10, 0.3)).toBe(1)
  expect(atLeast(1, 10, 0.3)).toBeCloseTo(1 - 0.7 ** 10, 12)
  expect(atLeast(10, 10, 0.3)).toBeCloseTo(0.3 ** 10, 12)
  expect(atLeast(2, 3, 0.5)).toBeCloseTo(0.5, 12)
})
