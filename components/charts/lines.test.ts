import { describe, expect, test } from 'vitest'
import type { SeriesPoint } from '#lib/views/rolloutSeries.ts'
import { chartPoints, isAlone, drawnMarkers, topOf } from './lines.ts'

const nothing = { error_rate: null, latency_p95_ms: null, tool_failure_rate: null, cost_per_run_usd: null }

/** Slices of ten seconds with these error rates and runs of the candidate; the stable had none. */
function slices(...given: readonly (readonly [rate: number | null, runs: number])[]): SeriesPoint[] {
  return given.map(([rate, runs], index) => ({
    at: index * 10_000,
    candidate: { ...nothing, error_rate: rate },
    stable: nothing,
    candidateRuns: runs,
    stableRuns: 0,
  }))
}

describe('what a chart draws', () => {
  const points = chartPoints(
    slices([0.1, 40], [0.2, 40], [0.3, 4], [0.4, 40], [null, 0], [0.5, 40]),
    'error_rate',
  )

  test('a slice with few runs is faint, and so are the lines to it; the others are not', () => {
    expect(points.map((point) => point.candidate)).toEqual([0.1, 0.2, null, 0.4, null, 0.5])
    expect(points.map((point) => point.candidateThin)).toEqual([null, 0.2, 0.3, 0.4, null, null])
  })

  test('a slice without runs is a gap in both', () => {
    expect(points[4]).toMatchObject({ candidate: null, candidateThin: null, candidateRuns: 0 })
    expect(points.every((point) => point.stable === null && point.stableThin === null)).toBe(true)
  })

  test('a value between two gaps is alone', () => {
    const values = points.map((point) => point.candidate ?? point.candidateThin)
    expect(values.map((value, index) => value !== null && isAlone(values, index))).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ])
  })
})

test('the axis ends above what is drawn and above the limit, and no rate ends above one', () => {
  expect(topOf('error_rate', slices([0.02, 40]), 0.05)).toBeCloseTo(0.06)
  expect(topOf('error_rate', slices([0.99, 40]), 0.05)).toBe(1)
  expect(topOf('latency_p95_ms', slices([null, 0]), 1800)).toBe(2000)
})

test('of markers that stand close together only the gravest is named; what is outside is not marked', () => {
  const markers = [
    { at: 10, label: 'start', tone: 'neutral' },
    { at: 15, label: 'stop', tone: 'stop' },
    { at: 60, label: '25 %', tone: 'neutral' },
    { at: 200, label: 'recovered', tone: 'allow' },
  ] as const
  expect(drawnMarkers(markers, [0, 100]).map(({ label, isNamed }) => [label, isNamed])).toEqual([
    ['start', false],
    ['stop', true],
    ['25 %', true],
  ])
})

test('of markers that fall on each other only the last is drawn, however many there are', () => {
  const many = Array.from({ length: 500 }, (_, index) => ({
    at: 50 + index / 10_000,
    label: index % 2 === 0 ? 'paused' : 'resumed',
    tone: 'neutral' as const,
  }))
  expect(drawnMarkers(many, [0, 100])).toEqual([{ ...many[499], isNamed: true }])
})
