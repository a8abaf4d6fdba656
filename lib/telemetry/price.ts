import { type Price, priceFor } from '#lib/domain/price.ts'

export type { Price }

/** What one model call used, and when. */
export interface PricedUsage {
  /** As the span says it; null when it says none. */
  readonly provider: string | null
  readonly model: string
  readonly at: Date
  /** With what was read from a cache; null when it is not known. */
  readonly input: number | null
  /** Of the input, what was read from a cache. */
  readonly cached: number | null
  /** With what the model thought; null when it is not known. */
  readonly output: number | null
  /** Of the output, what the model thought. */
  readonly reasoning: number | null
}

export interface Estimate {
  readonly usd: number
  /** As if nothing had come from a cache: what compares a warm version with a cold one fairly. */
  readonly uncachedUsd: number
}

/**
 * What a call cost by a list of prices, in US dollars; null where no price was in force or one of the two counts is not
 * known: never zero for what is not known. Errs low where the provider charges more for long prompts or for what is
 * written to a cache, and high where it charges less in batches: the list has one price.
 */
export function estimateUsd(prices: readonly Price[], usage: PricedUsage): Estimate | null {
  const { input, output } = usage
  if (input === null || output === null) return null
  const price = priceFor(prices, usage)
  if (!price) return null
  const cached = Math.min(usage.cached ?? 0, input)
  const reasoning = Math.min(usage.reasoning ?? 0, output)
  const answered =
    (output - reasoning) * price.outputUsdPerMillion +
    reasoning * (price.reasoningUsdPerMillion ?? price.outputUsdPerMillion)
  const uncached = input * price.inputUsdPerMillion
  const saved =
    cached * (price.inputUsdPerMillion - (price.cachedInputUsdPerMillion ?? price.inputUsdPerMillion))
  return { usd: (uncached - saved + answered) / 1e6, uncachedUsd: (uncached + answered) / 1e6 }
}
