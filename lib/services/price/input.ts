import { z } from 'zod'
import { providerOf } from '#lib/domain/modelName.ts'
import type { Price } from '#lib/domain/price.ts'
import { priceCurrency, pricedModelPattern, usdPerMillionMax } from '#lib/domain/priceRules.ts'

const usd = z
  .number(`US dollars per million tokens, from 0 to ${usdPerMillionMax}`)
  .min(0, `0 or more US dollars per million tokens`)
  .max(usdPerMillionMax, `at most ${usdPerMillionMax} US dollars per million tokens`)

/** What an entry says of money. The currency is written so that nobody's euros are taken for dollars. */
export const figures = {
  currency: z.string().refine((given) => given === priceCurrency, {
    error: ({ input }) =>
      `${priceCurrency}: costs and budgets are in US dollars here, not in ${String(input)}`,
  }),
  inputUsdPerMillion: usd,
  cachedInputUsdPerMillion: usd.nullable(),
  outputUsdPerMillion: usd,
  reasoningUsdPerMillion: usd.nullable(),
}

/** Models are younger, and a price so far ahead is a slip of the hand. */
export const priceMoment = z
  .date('a date and time')
  .min(new Date('2020-01-01T00:00:00.000Z'), '2020 or later')
  .max(new Date('2100-01-01T00:00:00.000Z'), 'before 2100')

export const priceModel = z
  .string()
  .trim()
  .regex(
    pricedModelPattern,
    'the name of a model, or what names begin with and then *; at most 200 characters',
  )

export const priceProvider = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => providerOf(name) !== null, {
    error: ({ input }) =>
      `a provider, or nothing for any; ${String(input)} is the name of a framework, which sells no model`,
  })
  .nullable()

/** The figures alone, in the order in which a person reads them. */
export function figuresOf(given: Omit<Price, 'provider' | 'model' | 'from' | 'until'>) {
  const { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, reasoningUsdPerMillion } = given
  return { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, reasoningUsdPerMillion }
}

/** An entry as the record keeps it. */
export function recorded(price: Price): Record<string, unknown> {
  return {
    provider: price.provider,
    model: price.model,
    from: price.from.toISOString(),
    until: price.until?.toISOString() ?? null,
    currency: priceCurrency,
    ...figuresOf(price),
  }
}
