import { describe, expect, test } from 'vitest'
import {
  agoWords,
  clockWords,
  countdownWords,
  dateWords,
  fullWords,
  momentWords,
  spanWords,
  zoneWords,
} from './words.ts'

const now = new Date('2026-11-23T14:02:10.400Z')
const before = (ms: number) => new Date(now.getTime() - ms)

describe('how long ago', () => {
  test.each([
    [0, 'just now'],
    [2_000, '2 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [2 * 3_600_000 + 10 * 60_000, '2 h 10 ago'],
    [2 * 3_600_000 + 60_000, '2 h 01 ago'],
    [3 * 86_400_000, '3 d ago'],
    [40 * 86_400_000, '14 Oct 2026'],
    [-180_000, 'in 3 min'],
  ])('%i ms before now reads %s', (ms, words) => {
    expect(agoWords(before(ms), now)).toBe(words)
  })

  test('a clock that runs a little ahead does not read as the future', () => {
    expect(agoWords(before(-900), now)).toBe('just now')
  })
})

describe('what is left', () => {
  test.each([
    [380_000, '6:20'],
    [379_001, '6:20'],
    [59_000, '0:59'],
    [0, '0:00'],
    [-5_000, '0:00'],
    [7_800_000, '2 h 10'],
  ])('%i ms reads %s', (ms, words) => {
    expect(countdownWords(ms)).toBe(words)
  })
})

test('absolute times are as the clock of the zone shows them, and the full ones name it', () => {
  expect(fullWords(now, 'UTC')).toBe('2026-11-23 14:02:10 UTC')
  expect(fullWords(now, 'Europe/Zurich')).toBe('2026-11-23 15:02:10 UTC+1')
  expect(clockWords(now, 'UTC')).toBe('14:02:10')
  expect(clockWords(now, 'Asia/Kolkata')).toBe('19:32:10')
  expect(dateWords(now, 'UTC')).toBe('23 Nov 2026')
  expect(dateWords(now, 'Pacific/Auckland')).toBe('24 Nov 2026')
  expect(momentWords(now, 'UTC')).toBe('23 Nov 14:02:10')
  expect(momentWords(now, 'Pacific/Auckland')).toBe('24 Nov 03:02:10')
  expect(agoWords(before(40 * 86_400_000), now, 'Pacific/Auckland')).toBe('15 Oct 2026')
  expect(spanWords(-1)).toBe('0 s')
})

test.each([
  ['UTC', 'UTC'],
  ['Europe/Zurich', 'UTC+1'],
  ['Asia/Kolkata', 'UTC+5:30'],
  ['America/St_Johns', 'UTC−3:30'],
  ['America/Los_Angeles', 'UTC−8'],
])('%s in November is %s', (zone, words) => {
  expect(zoneWords(now, zone)).toBe(words)
})

test('the zone is the one of that moment, not of today', () => {
  expect(zoneWords(new Date('2026-07-01T12:00:00Z'), 'Europe/Zurich')).toBe('UTC+2')
})
