import { expect, test } from 'vitest'
import { isHigher } from './mannWhitney.ts'

const series = (from: number) => Array.from({ length: 15 }, (_, k) => from + ((k * 7) % 15) / 15)

test('a series that lies above is higher, one that does not is not, and a short one says nothing', () => {
  expect(isHigher(series(1), series(0))).toBe(true)
  expect(isHigher(series(0), series(0))).toBe(false)
  expect(isHigher(series(0), series(1))).toBe(false)
  expect(isHigher(series(9).slice(0, 9), series(0))).toBe(false)
})
