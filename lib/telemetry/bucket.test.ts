import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import { bucketStart, tallyOf } from './bucket.ts'
import { exampleRun } from './example.ts'

const counted = (histogram: Readonly<Record<string, number>>) =>
  Object.values(histogram).reduce((sum, count) => sum + count, 0)

test('a bucket is ten seconds, and begins where it is in it', () => {
  const at = (time: string) =>
    bucketStart(new Date(`2026-11-23T14:00:${time}Z`))
      .toISOString()
      .slice(17, 23)
  expect(['00.000', '09.999', '10.000', '59.001'].map(at)).toEqual(['00.000', '00.000', '10.000', '50.000'])
})

describe('the tally of a run', () => {
  test('counts a failed run with one of four calls failed', () => {
    const run = exampleRun({ failed: true, toolCalls: 4, toolFailures: 1, inputTokens: 100, costUsd: 0.5 })
    const tally = tallyOf(run)
    expect(tally).toMatchObject({
      runs: 1,
      errors: 1,
      toolRuns: 1,
      toolHurt: 1,
      toolShare: 0.25,
      toolCalls: 4,
      toolFailures: 1,
      costUsd: 0.5,
      inputTokens: 100,
    })
    expect([counted(tally.latency), counted(tally.cost)]).toEqual([1, 1])
  })

  test('a run without tools says nothing of tools', () => {
    expect(tallyOf(exampleRun())).toMatchObject({ toolRuns: 0, toolHurt: 0, toolShare: 0 })
  })

  test('a run of unknown cost is not a run that cost nothing', () => {
    expect(counted(tallyOf(exampleRun({ costUsd: null })).cost)).toBe(0)
    expect(counted(tallyOf(exampleRun({ costUsd: 0 })).cost)).toBe(1)
  })
})

describe('adding tallies', () => {
  // Dyadic shares and costs, so that the sums are exact and equal means equal.
  const tally = array(
    record({
      failed: constantFrom(true, false),
      calls: constantFrom(0, 1, 2, 4, 8),
      failures: integer({ min: 0, max: 8 }),
      latencyMs: integer({ min: 0, max: 100_000 }),
      cost: constantFrom(null, 0, 0.25, 0.5, 3),
      inputTokens: integer({ min: 0, max: 100_000 }),
    }),
    { maxLength: 5 },
  ).map((runs) =>
    runs.reduce<Tally>((sum, { calls, failures, cost, ...rest }) => {
      const toolFailures = Math.min(calls, failures)
      const run = exampleRun({ ...rest, toolCalls: calls, toolFailures, costUsd: cost })
      return mergeTallies(sum, tallyOf(run))
    }, emptyTally),
  )

  test('does not depend on the order', () => {
    assert(
      property(tally, tally, (a, b) => {
        expect(mergeTallies(a, b)).toEqual(mergeTallies(b, a))
      }),
    )
    assert(
      property(tally, tally, tally, (a, b, c) => {
        expect(mergeTallies(mergeTallies(a, b), c)).toEqual(mergeTallies(a, mergeTallies(b, c)))
      }),
    )
  })

  test('to nothing changes nothing', () => {
    assert(
      property(tally, (a) => {
        expect(mergeTallies(emptyTally, a)).toEqual(a)
      }),
    )
  })

  test('counts every run in the histogram of latency', () => {
    assert(
      property(tally, (a) => {
        expect(counted(a.latency)).toBe(a.runs)
      }),
    )
  })
})
