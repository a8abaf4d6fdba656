import { describe, expect, test } from 'vitest'
import { exactPercent, figure, limitWords, metricWord, percent } from './metric.ts'

test.each([
  ['error_rate', 0.078, '7.8 %'],
  ['tool_failure_rate', 0.0025, '0.25 %'],
  ['error_rate', 0, '0 %'],
  ['error_rate', 1, '100 %'],
  ['latency_p95_ms', 999.6, '1.00 s'],
  ['latency_p95_ms', 1800, '1.80 s'],
  ['cost_per_run_usd', 0.042, '4.20 ¢'],
  ['cost_per_run_usd', 0.42, '42.0 ¢'],
  ['cost_per_run_usd', 1.5, '$1.50'],
  ['cost_per_run_usd', null, '–'],
] as const)('%s of %s reads %s', (metric, value, words) => {
  expect(figure(metric, value)).toBe(words)
})

describe('a limit', () => {
  test.each([
    ['error_rate', 0.00125, '0.125 %'],
    ['latency_p95_ms', 1801, '1801 ms'],
    ['cost_per_run_usd', 0.0421, '$0.0421'],
  ] as const)('on %s of %s is said in full: %s', (metric, limit, words) => {
    expect(limitWords(metric, limit)).toBe(words)
  })

  test('in percent has no more decimals than were written', () => {
    expect([0.07, 0.29, 1].map(exactPercent)).toEqual(['7 %', '29 %', '100 %'])
  })
})

test('a share has no decimals that say nothing', () => {
  expect([0.05, 0.051, 0.0051, 0].map(percent)).toEqual(['5 %', '5.1 %', '0.51 %', '0 %'])
})

test('a share that is there is not rounded to nothing', () => {
  expect([0.00001, 0.00005].map(percent)).toEqual(['< 0.01 %', '0.01 %'])
})

test('within a sentence a metric is written small', () => {
  expect(metricWord('latency_p95_ms')).toBe('latency p95')
})
