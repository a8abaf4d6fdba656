import type { Price } from './price.ts'

/** Where a provider publishes its prices, and when ours were last compared with it. */
export interface PriceSource {
  readonly provider: string
  readonly name: string
  readonly url: string
  readonly asOf: string
}

/**
 * The public list prices that Switchback comes with: standard tier, short prompts, text. They are a start and not a
 * contract: prices change, and yours may be others. Left out is what one price a token cannot say (a model that costs
 * five times as much from 100,000 tokens on), and what could not be compared.
 */
export const priceSources: readonly PriceSource[] = [
  {
    provider: 'openai',
    name: 'OpenAI',
    url: 'https://developers.openai.com/api/docs/pricing',
    asOf: '2026-10-16',
  },
  {
    provider: 'anthropic',
    name: 'Anthropic',
    url: 'https://platform.claude.com/docs/en/about-claude/pricing',
    asOf: '2026-10-24',
  },
  {
    provider: 'google',
    name: 'Google',
    url: 'https://ai.google.dev/gemini-api/docs/pricing',
    asOf: '2026-10-07',
  },
]

/** From when on the list is used where no later day is known for a price. */
const since = '2026-09-01'

/** `[model, input, cached input or null, output, from, until]`, US dollars per million tokens. */
type Row = readonly [string, number, number | null, number, from?: string, until?: string]

const rows: Readonly<Record<string, readonly Row[]>> = {
  openai: [
    ['gpt-6.1-sol', 2, 0.1, 10, '2026-09-29'],
    ['gpt-6-astra', 10, 1, 50, '2026-09-03'],
    ['gpt-6-sol', 2, 0.2, 10, '2026-09-22'],
    ['gpt-6-luna', 0.1, 0.01, 0.5, '2026-09-22'],
    ['gpt-5.6-terra', 2, 0.2, 12],
    ['gpt-5.6-luna', 0.2, 0.02, 1.2],
    ['gpt-5.5', 5, 0.5, 30],
    ['gpt-5.4', 2.5, 0.25, 15],
    ['gpt-5.4-mini', 0.75, 0.075, 4.5],
    ['gpt-5.4-nano', 0.2, 0.02, 1.25],
    ['gpt-5-mini', 0.25, 0.025, 2],
    ['gpt-4.1', 2, 0.5, 8],
    ['gpt-4o', 2.5, 1.25, 10],
    ['gpt-4o-mini', 0.15, 0.075, 0.6],
  ],
  anthropic: [
    ['claude-fable-5-1', 10, 0.25, 50],
    ['claude-fable-5', 10, 1, 50],
    ['claude-opus-5-5', 4, 0.2, 20, '2026-09-22'],
    ['claude-opus-5', 5, 0.5, 25],
    ['claude-opus-4-8', 5, 0.5, 25],
    ['claude-opus-4-7', 5, 0.5, 25],
    ['claude-opus-4-6', 5, 0.5, 25],
    ['claude-opus-4-5', 5, 0.5, 25],
    ['claude-sonnet-5-5', 2, 0.2, 10, '2026-09-28', '2026-10-07'],
    ['claude-sonnet-5-5', 2, 0.1, 10, '2026-10-07'],
    ['claude-sonnet-5', 2, 0.2, 10],
    ['claude-sonnet-4-6', 3, 0.3, 15],
    ['claude-sonnet-4-5', 3, 0.3, 15],
    ['claude-haiku-4-5', 1, 0.1, 5],
  ],
  google: [
    ['gemini-3.8-flash', 0.75, null, 3.75, since, '2027-01-01'],
    ['gemini-3.8-flash', 1.5, null, 7.5, '2027-01-01'],
    ['gemini-3.5-flash', 1.5, 0.15, 9],
    ['gemini-3.5-flash-lite', 0.3, null, 2.5],
    ['gemini-3.1-pro-preview', 2, 0.2, 12],
    ['gemini-2.5-pro', 1.25, null, 10],
    ['gemini-2.5-flash', 0.3, null, 2.5],
    ['gemini-2.5-flash-lite', 0.1, null, 0.4],
  ],
}

const day = (date: string) => new Date(`${date}T00:00:00.000Z`)

export const shippedPrices: readonly Price[] = Object.entries(rows).flatMap(([provider, all]) =>
  all.map(([model, input, cached, output, from = since, until]) => ({
    provider,
    model,
    from: day(from),
    until: until === undefined ? null : day(until),
    inputUsdPerMillion: input,
    cachedInputUsdPerMillion: cached,
    outputUsdPerMillion: output,
    reasoningUsdPerMillion: null,
  })),
)
