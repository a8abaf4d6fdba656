import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pollDelayMs, reconnectDelayMs, refusalDelayMs, timingsDefault as timings } from './timings.ts'

const almostOne = 1 - Number.EPSILON
const random = fc.double({ min: 0, max: almostOne, noNaN: true })

test('reconnects spread over 0.5 s, 1 s, 2 s … and at most 15 s', () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 60].map((failures) => reconnectDelayMs(failures, timings, () => 1))
  expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
  expect(reconnectDelayMs(60, timings, () => 0)).toBe(0)
})

test('polls come every 5 s ± 20 %', () => {
  fc.assert(
    fc.property(random, (drawn) => {
      const delayMs = pollDelayMs(timings, () => drawn)
      expect(delayMs).toBeGreaterThanOrEqual(4_000)
      expect(delayMs).toBeLessThanOrEqual(6_000)
    }),
  )
})

test.each([401, 403])('after a %i the client asks again in 30 s', (status) => {
  expect(refusalDelayMs(status, '1', 0, timings, () => 0.5)).toBe(30_000)
})

test('a Retry-After in seconds or as a date is obeyed with jitter, and capped', () => {
  const after = (retryAfter: string | null, drawn: number) =>
    refusalDelayMs(429, retryAfter, Date.UTC(2026, 10, 23), timings, () => drawn)
  expect(after('2', 0)).toBe(2_000)
  expect(after('2', 0.5)).toBe(2_200)
  expect(after('3600', 0.5)).toBe(15_000)
  expect(after('Mon, 23 Nov 2026 00:00:04 GMT', 0)).toBe(4_000)
  for (const nothing of [null, '', '0', 'soon', 'Mon, 23 Nov 2020 00:00:00 GMT']) {
    expect(after(nothing, 0)).toBeNull()
  }
})

test('other statuses ask for no particular wait', () => {
  expect(refusalDelayMs(500, '9', 0, timings, () => 0)).toBeNull()
})
