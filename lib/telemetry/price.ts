/** What a model's tokens cost from a day on, until the next entry of the same model. */
export interface Price {
  readonly model: string
  readonly from: Date
  readonly inputUsdPerMillion: number
  readonly outputUsdPerMillion: number
}

/**
 * What these tokens cost at that time, in US dollars; null when no price of the model was in force. An
 * estimate: input from a cache is taken at the full price, so it errs high.
 */
export function estimateUsd(
  prices: readonly Price[],
  model: string,
  at: Date,
  tokens: { readonly input: number; readonly output: number },
): number | null {
  const inForce = prices
    .filter((price) => price.model === model && price.from <= at)
    .reduce<Price | null>((latest, price) => (latest && latest.from >= price.from ? latest : price), null)
  if (!inForce) return null
  return (tokens.input * inForce.inputUsdPerMillion + tokens.output * inForce.outputUsdPerMillion) / 1e6
}
