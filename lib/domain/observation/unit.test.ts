import { describe, expect, test } from 'vitest'
import { type PlacedRun, placeInUnit, type Unit, unitOf } from './unit.ts'

const aRun = (changes: Partial<PlacedRun> = {}): PlacedRun => ({
  version: '2.4.0',
  startedAt: 1_000,
  bad: [],
  isRetry: false,
  ...changes,
})

/** Where each of these runs of one conversation stands, in the order they came. */
function placesOf(...runs: readonly Partial<PlacedRun>[]) {
  let unit: Unit | null = null
  return runs.map((run) => {
    const placed = placeInUnit(unit, aRun(run))
    unit = placed.unit
    return placed.place
  })
}

describe('a conversation', () => {
  test('counts in strata of its turns: 0, 1, 2, 2, 3, 3, 3, 3, 4', () => {
    const turns = placesOf(...Array.from({ length: 9 }, () => ({}))).map((place) => place?.turn)
    expect(turns).toEqual([0, 1, 2, 2, 3, 3, 3, 3, 4])
  })

  test('says each metric until a run was bad by it, and no more', () => {
    const spent = placesOf({}, { bad: ['errors'] }, { bad: ['late'] }, {}).map((place) => place?.spent)
    expect(spent).toEqual([[], [], ['errors'], ['errors', 'late']])
  })

  test('that another version served too is no evidence from then on, on either', () => {
    const turns = placesOf({}, {}, { version: '2.3.3' }, {}, { version: '2.3.3' })
    expect(turns.map((place) => place?.turn ?? null)).toEqual([0, 1, null, null, null])
  })

  test('began with the earliest of its runs, in whatever order they came', () => {
    expect(placesOf({ startedAt: 5_000 }, { startedAt: 2_000 }).map((place) => place?.beganAt)).toEqual([
      5_000, 2_000,
    ])
  })

  test('a retry is part of the run that it retries: it says nothing by itself, and spends what it was bad by', () => {
    const [first, retry, next] = placesOf({}, { isRetry: true, bad: ['errors'] }, {})
    expect([first?.turn, retry, next?.turn, next?.spent]).toEqual([0, null, 1, ['errors']])
  })
})

test('a run belongs to what was drawn by, else to the run that it retries, else to its trace', () => {
  const trace = 'a'.repeat(32)
  const other = 'b'.repeat(32)
  const run = { unit: null, retryOf: null, traceId: trace }
  expect(unitOf({ ...run, unit: 'user-7' })).toBe('user-7')
  expect(unitOf(run)).toBe(`trace:${trace}`)
  expect(unitOf({ ...run, retryOf: `${other}:${'c'.repeat(16)}` })).toBe(`trace:${other}`)
  expect(unitOf({ ...run, retryOf: 'c'.repeat(16) })).toBe(`trace:${trace}`)
})
