import { expect, test } from 'vitest'
import { turnOf } from './decision/check.ts'
import { formatRunId, parseRunId, runOutcome, runsOfTurn } from './runEvidence.ts'

test('the runs of a turn are those that the engine puts there', () => {
  for (let number = 1; number <= 5_000; number += 1) {
    const { from, to } = runsOfTurn(turnOf(number))
    expect(number).toBeGreaterThanOrEqual(from)
    expect(number).toBeLessThanOrEqual(to ?? Number.POSITIVE_INFINITY)
  }
  expect([0, 1, 2, 3, 12].map(runsOfTurn)).toEqual([
    { from: 1, to: 1 },
    { from: 2, to: 2 },
    { from: 3, to: 4 },
    { from: 5, to: 8 },
    { from: 2049, to: null },
  ])
})

test('a run that was cancelled is neither good nor bad, whatever else is said of it', () => {
  expect(runOutcome({ failed: true, cancelled: true })).toBe('cancelled')
  expect(runOutcome({ failed: true, cancelled: false })).toBe('failed')
  expect(runOutcome({ failed: false, cancelled: false })).toBe('ok')
})

test('the id of a run is read as it is written, and nothing else is one', () => {
  const run = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' }
  expect(parseRunId(formatRunId(run))).toEqual(run)
  const others = [
    '',
    'nothing',
    run.traceId,
    `${run.traceId}-`,
    `${formatRunId(run)}-1`,
    formatRunId(run).toUpperCase(),
  ]
  for (const other of others) expect(parseRunId(other), other).toBeNull()
})
