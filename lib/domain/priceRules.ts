import { isInForce, type Price } from './price.ts'

/** What an entry of the price list has to keep to. */

/** More than any token costs: a figure beyond it is a price per million that was meant to be one per billion. */
export const usdPerMillionMax = 100_000

/** The one currency in which costs are kept and budgets are set. */
export const priceCurrency = 'USD'

/** A model's name, or what names begin with and then `*`. No space, so that a pasted line is not taken for a name. */
export const pricedModelPattern = /^[^\s*]{0,199}[^\s*]$|^[^\s*]{0,199}\*$/

/** `gpt-4o of openai` */
export function priceName({ provider, model }: Pick<Price, 'provider' | 'model'>): string {
  return provider === null ? `${model} of any provider` : `${model} of ${provider}`
}

/** `1 Nov 2026, 00:00 UTC until further notice`, or until when. */
export function priceSpan({ from, until }: Pick<Price, 'from' | 'until'>): string {
  return `from ${utc(from)} ${until === null ? 'until further notice' : `until ${utc(until)}`}`
}

function utc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/**
 * Why this entry cannot stand beside the others, or null: two prices of one model and provider at one time would leave
 * open which is meant.
 */
export function overlapFault(entry: Price, others: readonly Price[]): string | null {
  const other = others.find((each) => isSame(each, entry) && overlaps(each, entry))
  if (!other) return null
  const [first, second] = [priceSpan(entry), priceSpan(other)]
  return `${priceName(entry)} ${first} overlaps the entry ${priceName(other)} ${second}. End that one first, or choose other dates`
}

function isSame(a: Price, b: Price): boolean {
  return a.provider === b.provider && a.model.toLowerCase() === b.model.toLowerCase()
}

function overlaps(a: Price, b: Price): boolean {
  return (b.until === null || a.from < b.until) && (a.until === null || b.from < a.until)
}

export type PriceState = 'in_force' | 'to_come' | 'ended'

export function priceState(price: Pick<Price, 'from' | 'until'>, now: Date): PriceState {
  if (isInForce(price, now)) return 'in_force'
  return price.from > now ? 'to_come' : 'ended'
}
