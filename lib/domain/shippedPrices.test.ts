import { expect, test } from 'vitest'
import { providerOf } from './modelName.ts'
import { priceFor } from './price.ts'
import { overlapFault, pricedModelPattern, usdPerMillionMax } from './priceRules.ts'
import { priceSources, shippedPrices } from './shippedPrices.ts'

test('keeps to the rules that an own entry has to keep to', () => {
  shippedPrices.forEach((price, index) => {
    const figures = [price.inputUsdPerMillion, price.outputUsdPerMillion, price.cachedInputUsdPerMillion ?? 1]
    expect(figures.every((usd) => usd > 0 && usd < usdPerMillionMax / 100)).toBe(true)
    expect(price.cachedInputUsdPerMillion ?? 0).toBeLessThan(price.inputUsdPerMillion)
    expect(price.until === null || price.until > price.from).toBe(true)
    expect(price.model).toMatch(pricedModelPattern)
    expect(overlapFault(price, shippedPrices.toSpliced(index, 1))).toBeNull()
  })
})

test('names for each provider where its prices are published, and a day that is past', () => {
  const providers = new Set(shippedPrices.map(({ provider }) => provider))
  expect(new Set(priceSources.map(({ provider }) => provider))).toEqual(providers)
  for (const { provider, url, asOf } of priceSources) {
    expect(providerOf(provider)).toBe(provider)
    expect(new URL(url).protocol).toBe('https:')
    expect(new Date(asOf).getTime()).toBeLessThan(Date.parse('2026-11-28'))
  }
})

test.each([
  ['openai.responses', 'gpt-4o-mini-2024-07-18', 0.15],
  ['anthropic.messages', 'claude-sonnet-4-5-20250929', 3],
  ['gcp.gemini', 'models/gemini-3.5-flash', 1.5],
  [null, 'openai/gpt-4o', 2.5],
])('prices what %s calls %s', (provider, model, input) => {
  const at = new Date('2026-11-23T12:00:00.000Z')
  expect(priceFor(shippedPrices, { provider, model, at })?.inputUsdPerMillion).toBe(input)
})

test('does not price a bigger model by the name of a smaller one', () => {
  const at = new Date('2026-11-23T12:00:00.000Z')
  for (const model of ['gpt-5.5-pro', 'gpt-4o-audio-preview', 'ft:gpt-4o-2024-08-06:acme::x', 'gpt-4.1-mini'])
    expect(priceFor(shippedPrices, { provider: 'openai', model, at })).toBeNull()
})
