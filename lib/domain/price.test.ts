import { describe, expect, test } from 'vitest'
import { type Price, type PricedModel, priceFor, withShipped } from './price.ts'

const day = (date: string) => new Date(`${date}T00:00:00.000Z`)

function aPrice(changes: Partial<Price> = {}): Price {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    from: day('2026-01-01'),
    until: null,
    inputUsdPerMillion: 2,
    cachedInputUsdPerMillion: 1,
    outputUsdPerMillion: 10,
    reasoningUsdPerMillion: null,
    ...changes,
  }
}

const called = (changes: Partial<PricedModel> = {}): PricedModel => ({
  provider: 'openai',
  model: 'gpt-4o',
  at: day('2026-06-01'),
  ...changes,
})

describe('when a price is in force', () => {
  const prices = [
    aPrice({ until: day('2026-06-01'), inputUsdPerMillion: 1 }),
    aPrice({ from: day('2026-06-01'), until: day('2026-09-01'), inputUsdPerMillion: 2 }),
    aPrice({ from: day('2026-10-01'), inputUsdPerMillion: 3 }),
  ]
  const inputAt = (at: string) => priceFor(prices, called({ at: new Date(at) }))?.inputUsdPerMillion ?? null

  test('it begins with its first moment and ends before its last', () => {
    expect(inputAt('2026-05-31T23:59:59.999Z')).toBe(1)
    expect(inputAt('2026-06-01T00:00:00.000Z')).toBe(2)
    expect(inputAt('2026-08-31T23:59:59.999Z')).toBe(2)
  })

  test('before the first, and between two, there is none', () => {
    expect(inputAt('2025-12-31T23:59:59.999Z')).toBeNull()
    expect(inputAt('2026-09-01T00:00:00.000Z')).toBeNull()
    expect(inputAt('2026-10-01T00:00:00.000Z')).toBe(3)
  })
})

describe('the most specific entry wins', () => {
  const snapshot = aPrice({ model: 'gpt-4o-2024-05-13', inputUsdPerMillion: 5 })
  const alias = aPrice({ inputUsdPerMillion: 2.5 })
  const family = aPrice({ model: 'gpt-4*', inputUsdPerMillion: 30 })
  const all = aPrice({ model: '*', provider: null, inputUsdPerMillion: 99 })
  const prices = [all, family, alias, snapshot]
  const inputOf = (model: string, provider: string | null = 'openai') =>
    priceFor(prices, called({ model, provider }))?.inputUsdPerMillion ?? null

  test('a dated snapshot by its own price, else by that of its alias', () => {
    expect(inputOf('gpt-4o-2024-05-13')).toBe(5)
    expect(inputOf('gpt-4o-2024-08-06')).toBe(2.5)
  })

  test('another model of the family by the longest beginning, never by a shorter name', () => {
    expect(inputOf('gpt-4o-mini')).toBe(30)
    expect(inputOf('o3')).toBe(99)
  })

  test('in whatever order the entries stand', () => {
    expect(priceFor(prices.toReversed(), called({ model: 'gpt-4o-2024-08-06' }))).toBe(alias)
  })

  test('a name with its path is the same model', () => {
    expect(inputOf('openai/gpt-4o')).toBe(2.5)
    expect(inputOf('openai/gpt-4o', null)).toBe(2.5)
  })

  test('a price for the path itself is more specific still', () => {
    const routed = aPrice({ provider: 'openrouter', model: 'openai/gpt-4o', inputUsdPerMillion: 4 })
    const prices = [alias, routed]
    expect(priceFor(prices, called({ model: 'openai/gpt-4o', provider: 'openrouter' }))).toBe(routed)
  })

  test('of two for one name, the one that names the provider', () => {
    const anyone = aPrice({ provider: null, inputUsdPerMillion: 7 })
    expect(priceFor([anyone, alias], called())).toBe(alias)
    expect(priceFor([anyone, alias], called({ provider: 'azure.ai.openai' }))).toBe(anyone)
  })
})

describe('the provider', () => {
  const openai = aPrice()
  const azure = aPrice({ provider: 'azure', inputUsdPerMillion: 3 })

  test('a cloud that sells a model of another is never priced by the other’s list', () => {
    expect(priceFor([openai], called({ provider: 'azure.ai.openai' }))).toBeNull()
    expect(priceFor([openai, azure], called({ provider: 'azure.ai.openai' }))).toBe(azure)
  })

  test('a framework’s name in its place is as good as none', () => {
    expect(priceFor([openai], called({ provider: 'langchain' }))).toBe(openai)
    expect(priceFor([openai], called({ provider: null }))).toBe(openai)
  })

  test('where none is named and two sell it at different prices, there is no telling', () => {
    expect(priceFor([openai, azure], called({ provider: null }))).toBeNull()
    expect(priceFor([openai, aPrice({ provider: 'azure' })], called({ provider: null }))).toBe(openai)
  })
})

describe('a shipped list', () => {
  const shipped = [aPrice(), aPrice({ model: 'gpt-4o-mini', inputUsdPerMillion: 0.15 })]

  test('is used for what has no entry of its own', () => {
    const own = [aPrice({ inputUsdPerMillion: 1, from: day('2026-07-01') })]
    const prices = withShipped(own, shipped)
    expect(priceFor(prices, called({ model: 'gpt-4o-mini' }))?.inputUsdPerMillion).toBe(0.15)
    expect(priceFor(prices, called())?.inputUsdPerMillion).toBe(2)
    expect(priceFor(prices, called({ at: day('2026-07-01') }))?.inputUsdPerMillion).toBe(1)
  })

  test('does not come back when the own entry has ended', () => {
    const own = [aPrice({ from: day('2026-02-01'), until: day('2026-03-01') })]
    expect(priceFor(withShipped(own, shipped), called())).toBeNull()
  })

  test('yields to an own entry of the model whoever sells it, not to one of another provider', () => {
    const anyone = aPrice({ provider: null, model: 'GPT-4o', inputUsdPerMillion: 1 })
    expect(priceFor(withShipped([anyone], shipped), called())?.inputUsdPerMillion).toBe(1)
    const azure = aPrice({ provider: 'azure' })
    expect(withShipped([azure], shipped)).toHaveLength(3)
  })
})
