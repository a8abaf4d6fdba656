import fc from 'fast-check'
import { expect, test } from 'vitest'
import { durationPattern, readDuration, writeDuration } from './duration.ts'

test.each([
  ['0s', 0],
  ['30s', 30],
  ['10m', 600],
  ['24h', 86_400],
  ['7d', 604_800],
  ['1h30m', 5400],
  ['1.5h', 5400],
  ['1.1h', 3960],
  ['0.25d', 21_600],
  ['24h0m0s', 86_400],
  ['1d12h', 129_600],
  ['1m05s', 65],
  ['90m', 5400],
])('%s is %d seconds', (text, seconds) => {
  expect(text).toMatch(durationPattern)
  expect(readDuration(text)).toBe(seconds)
})

test.each([
  '',
  'h',
  '1',
  '1h 30m',
  '30m1h',
  '1h1h',
  '1.h',
  '.5h',
  '1,5h',
  '-1h',
  '1H',
  '1e3s',
  '5ms',
  '1w',
  'PT1H',
])('%j is none', (text) => expect(text).not.toMatch(durationPattern))

test('a long text without an end is answered at once', () => {
  expect(`${'1'.repeat(30_000)}x`).not.toMatch(durationPattern)
})

test('what is written reads as itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 90 * 86_400 }), (seconds) => {
      expect(readDuration(writeDuration(seconds))).toBe(seconds)
    }),
  )
})
