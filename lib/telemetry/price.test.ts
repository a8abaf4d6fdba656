import { describe, expect, test } from 'vitest'
import type { Price } from '#lib/domain/price.ts'
import { estimateUsd, type PricedUsage } from './price.ts'

const at = new Date('2026-11-01T00:00:00.000Z')
const price: Price = {
  provider: 'openai',
  model: 'm',
  from: new Date('2026-01-01T00:00:00.000Z'),
  until: null,
  inputUsdPerMillion: 2,
  cachedInputUsdPerMillion: 0.5,
  outputUsdPerMillion: 10,
  reasoningUsdPerMillion: null,
}
const used = (changes: Partial<PricedUsage> = {}): PricedUsage => ({
  provider: 'openai',
  model: 'm',
  at,
  input: 1_000_000,
  cached: null,
  output: 100_000,
  reasoning: null,
  ...changes,
})

describe('an estimate', () => {
  test('is tokens times the price', () => {
    expect(estimateUsd([price], used())).toEqual({ usd: 3, uncachedUsd: 3 })
  })

  test('takes what came from a cache at its price, and says what it would have been without', () => {
    expect(estimateUsd([price], used({ cached: 800_000 }))).toEqual({ usd: 1.8, uncachedUsd: 3 })
  })

  test('takes cached input as any input where the list has no price for it', () => {
    const plain = { ...price, cachedInputUsdPerMillion: null }
    expect(estimateUsd([plain], used({ cached: 800_000 }))).toEqual({ usd: 3, uncachedUsd: 3 })
  })

  test('takes reasoning as any output, or at a price of its own', () => {
    expect(estimateUsd([price], used({ reasoning: 50_000 }))?.usd).toBe(3)
    const dear = { ...price, reasoningUsdPerMillion: 20 }
    expect(estimateUsd([dear], used({ reasoning: 50_000 }))?.usd).toBe(3.5)
  })

  test('never makes a part larger than its whole', () => {
    expect(estimateUsd([price], used({ cached: 9e6, reasoning: 9e6 }))).toEqual({ usd: 1.5, uncachedUsd: 3 })
  })

  test('of what was free is zero, which is known', () => {
    const free = { ...price, inputUsdPerMillion: 0, cachedInputUsdPerMillion: null, outputUsdPerMillion: 0 }
    expect(estimateUsd([free], used())).toEqual({ usd: 0, uncachedUsd: 0 })
  })
})

describe('what is not known is never zero', () => {
  test.each([
    ['no price', [], used()],
    ['another model', [price], used({ model: 'n' })],
    ['a price that was not in force yet', [price], used({ at: new Date('2025-12-31T23:59:59.999Z') })],
    ['no count of the input', [price], used({ input: null })],
    ['no count of the output', [price], used({ output: null })],
  ])('%s', (_name, prices, usage) => {
    expect(estimateUsd(prices, usage)).toBeNull()
  })
})
