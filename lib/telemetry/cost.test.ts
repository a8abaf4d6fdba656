import { describe, expect, test } from 'vitest'
import type { Price } from '#lib/domain/price.ts'
import { costOfPart, sumOfCosts } from './cost.ts'
import { exampleAt, examplePart } from './example.ts'
import type { SpanPart } from './spans.ts'

const price: Price = {
  provider: 'openai',
  model: 'm',
  from: exampleAt,
  until: null,
  inputUsdPerMillion: 1,
  cachedInputUsdPerMillion: 0.1,
  outputUsdPerMillion: 10,
  reasoningUsdPerMillion: null,
}
const costOf = (parts: readonly SpanPart[], prices: readonly Price[]) =>
  sumOfCosts(parts.map((part) => costOfPart(part, prices)))
const call = (changes: Parameters<typeof examplePart>[0] = {}) =>
  examplePart({
    kind: 'inference',
    provider: 'openai',
    model: 'm',
    inputTokens: 1_000_000,
    outputTokens: 0,
    ...changes,
  })

describe('the cost of calls', () => {
  test('that is told is the same without the cache', () => {
    expect(costOf([call({ costUsd: 0.5 }), call({ costUsd: 0.25 })], [price])).toEqual({
      costUsd: 0.75,
      costUncachedUsd: 0.75,
      costEstimated: false,
      unpriced: [],
    })
  })

  test('told by some calls and estimated for others is an estimate', () => {
    const cost = costOf([call({ costUsd: 0.5 }), call({ cachedInputTokens: 1_000_000 })], [price])
    expect(cost).toEqual({ costUsd: 0.6, costUncachedUsd: 1.5, costEstimated: true, unpriced: [] })
  })

  test('that is known in part is not known, and says each model that lacks a price once', () => {
    const other = { provider: null, model: 'other' }
    expect(costOf([call(), call(other), call(other), call({ model: null })], [price])).toEqual({
      costUsd: null,
      costUncachedUsd: null,
      costEstimated: false,
      unpriced: [other, { provider: 'openai', model: null }],
    })
  })

  test('that lacks a count is not known, and no price would help', () => {
    expect(costOf([call({ outputTokens: null })], [price])).toMatchObject({ costUsd: null, unpriced: [] })
  })

  test('of no call at all is not known, and no price would help', () => {
    expect(costOf([], [price])).toEqual({
      costUsd: null,
      costUncachedUsd: null,
      costEstimated: false,
      unpriced: [],
    })
  })

  test('is at the price of the moment when the call began', () => {
    expect(costOf([call()], [price]).costUsd).toBe(1)
    expect(costOf([call({ startMs: -1 })], [price]).costUsd).toBeNull()
  })

  test('of a span that an older edge kept is estimated without provider, cache and reasoning', () => {
    const { provider: _p, cachedInputTokens: _c, reasoningTokens: _r, ...older } = call()
    expect(costOf([older as ReturnType<typeof call>], [price]).costUsd).toBe(1)
  })
})
