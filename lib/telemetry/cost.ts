import { type Price, priceFor } from '#lib/domain/price.ts'
import { type Estimate, estimateUsd } from './price.ts'
import type { SpanPart } from './spans.ts'

/** A model that was called and has no price; null is what the span does not name. */
export interface UnpricedModel {
  readonly provider: string | null
  readonly model: string | null
}

/** What one call or a whole run cost. */
export interface Cost {
  /** Null when it is not known for the whole. */
  readonly costUsd: number | null
  /** As if nothing had come from a cache; the same as `costUsd` where the cost was told and not estimated. */
  readonly costUncachedUsd: number | null
  /** Whether any of the cost was worked out from a list of prices. */
  readonly costEstimated: boolean
  /** Why it is not known: the models that say no cost and have no price, each once. */
  readonly unpriced: readonly UnpricedModel[]
}

/** What a span says it cost, else what its tokens cost by the prices of the moment when it began. */
export function costOfPart(part: SpanPart, prices: readonly Price[]): Cost {
  const { costUsd } = part
  if (costUsd !== null) return { costUsd, costUncachedUsd: costUsd, costEstimated: false, unpriced: [] }
  const estimate = estimateOf(part, prices)
  if (!estimate) return unknown(unpricedOf(part, prices))
  return { costUsd: estimate.usd, costUncachedUsd: estimate.uncachedUsd, costEstimated: true, unpriced: [] }
}

/** A sum that is known in part is not known, and of nothing there is none. */
export function sumOfCosts(all: readonly Cost[]): Cost {
  let costUsd: number | null = all.length === 0 ? null : 0
  let costUncachedUsd = costUsd
  for (const each of all) {
    costUsd = plus(costUsd, each.costUsd)
    costUncachedUsd = plus(costUncachedUsd, each.costUncachedUsd)
  }
  if (costUsd === null || costUncachedUsd === null) return unknown(all.flatMap((each) => each.unpriced))
  return { costUsd, costUncachedUsd, costEstimated: all.some((each) => each.costEstimated), unpriced: [] }
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

function unknown(unpriced: readonly UnpricedModel[]): Cost {
  const once = new Map(unpriced.map((each) => [JSON.stringify([each.provider, each.model]), each]))
  return { costUsd: null, costUncachedUsd: null, costEstimated: false, unpriced: [...once.values()] }
}

/** Nothing where a price is there and a count is missing: another price would not help. */
function unpricedOf({ provider = null, model, startedAt }: SpanPart, prices: readonly Price[]) {
  const hasPrice = model !== null && priceFor(prices, { provider, model, at: new Date(startedAt) }) !== null
  return hasPrice ? [] : [{ provider, model }]
}

/** Spans that were kept by an older edge say nothing of provider, cache and reasoning. */
function estimateOf(part: SpanPart, prices: readonly Price[]): Estimate | null {
  if (part.model === null) return null
  return estimateUsd(prices, {
    provider: part.provider ?? null,
    model: part.model,
    at: new Date(part.startedAt),
    input: part.inputTokens,
    cached: part.cachedInputTokens ?? null,
    output: part.outputTokens,
    reasoning: part.reasoningTokens ?? null,
  })
}
