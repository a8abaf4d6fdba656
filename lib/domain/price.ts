import { modelForms, providerInName, providerOf } from './modelName.ts'

/** What a model's tokens cost, in US dollars, from one moment until another. */
export interface Price {
  /** As `providerOf` writes it; null is whoever sells the model. */
  readonly provider: string | null
  /** A name, or what a name begins with and then `*`. Case does not matter. */
  readonly model: string
  /** In force from this moment, inclusive. */
  readonly from: Date
  /** Exclusive; null is until further notice. */
  readonly until: Date | null
  readonly inputUsdPerMillion: number
  /** Input that was read from a cache; null is as any input. */
  readonly cachedInputUsdPerMillion: number | null
  readonly outputUsdPerMillion: number
  /** What the model thought before it answered; null is as any output. */
  readonly reasoningUsdPerMillion: number | null
}

/** A model that was called. */
export interface PricedModel {
  /** As the span says it; null when it says none. */
  readonly provider: string | null
  readonly model: string
  readonly at: Date
}

/**
 * The price of a model at a time; null when there is none, or no telling which. The most specific wins: the name as it
 * was sent, without its path, without the day of its snapshot (see `modelForms`), then the longest beginning with `*`;
 * of two for one name the one that names the provider. A call that names no provider is priced by the model alone where
 * all providers that are priced for it agree.
 */
export function priceFor(prices: readonly Price[], { provider, model, at }: PricedModel): Price | null {
  let best: readonly Price[] = []
  let bestRank = 0
  for (const { price, rank } of fittingOf(prices, provider, model)) {
    if (rank < bestRank || !isInForce(price, at)) continue
    best = rank === bestRank ? [...best, price] : [price]
    bestRank = rank
  }
  const [first, ...others] = best
  return first && others.every((other) => costsTheSame(first, other)) ? first : null
}

interface Fitting {
  readonly price: Price
  readonly rank: number
}

/** The same list is asked of the same few models for every call. */
const fittings = new WeakMap<readonly Price[], Map<string, readonly Fitting[]>>()
const fittingsMax = 1_000

/** The prices of every date that are of this model, each with how well it fits. */
function fittingOf(prices: readonly Price[], provider: string | null, model: string): readonly Fitting[] {
  const known = fittings.get(prices) ?? new Map<string, readonly Fitting[]>()
  fittings.set(prices, known)
  const key = `${provider ?? ''}\0${model}`
  const before = known.get(key)
  if (before) return before
  const seller = providerOf(provider) ?? providerInName(model)
  const forms = modelForms(model)
  const found = prices
    .filter((price) => price.provider === null || seller === null || price.provider === seller)
    .map((price) => ({ price, rank: rankOf(price, forms) }))
    .filter(({ rank }) => rank > 0)
  if (known.size < fittingsMax) known.set(key, found)
  return found
}

export function isInForce({ from, until }: Pick<Price, 'from' | 'until'>, at: Date): boolean {
  return from <= at && (until === null || at < until)
}

/** More than any name is long, so that every exact name outranks every beginning. */
const exactRank = 1_000_000

/** How well an entry fits; 0 is not at all. One that names the provider is half a step above one that does not. */
function rankOf({ provider, model }: Price, forms: readonly string[]): number {
  const step = provider === null ? 0 : 0.5
  const named = model.toLowerCase()
  if (!named.endsWith('*')) {
    const index = forms.indexOf(named)
    return index < 0 ? 0 : exactRank + (forms.length - index) + step
  }
  const beginning = named.slice(0, -1)
  return forms.some((form) => form.startsWith(beginning)) ? 1 + beginning.length + step : 0
}

function costsTheSame(a: Price, b: Price): boolean {
  return (
    a.inputUsdPerMillion === b.inputUsdPerMillion &&
    a.cachedInputUsdPerMillion === b.cachedInputUsdPerMillion &&
    a.outputUsdPerMillion === b.outputUsdPerMillion &&
    a.reasoningUsdPerMillion === b.reasoningUsdPerMillion
  )
}

/**
 * Own entries, and those of a shipped list until the first own entry of the same model and provider (or of that model
 * whoever sells it) begins. From then on the shipped one is never used again, also when the own one has ended.
 */
export function withShipped(own: readonly Price[], shipped: readonly Price[]): Price[] {
  const kept = shipped.flatMap((price) => {
    const begins = own
      .filter((each) => each.model.toLowerCase() === price.model.toLowerCase())
      .filter((each) => each.provider === null || each.provider === price.provider)
      .map((each) => each.from.getTime())
    const until = Math.min(...begins, price.until?.getTime() ?? Infinity)
    if (until <= price.from.getTime()) return []
    return [{ ...price, until: until === Infinity ? null : new Date(until) }]
  })
  return [...own, ...kept]
}
