import type { PriceLine } from '#lib/views/prices.ts'

/** `$2.50`, `$0.075`: what a million tokens cost, never rounded to nothing. */
export function usdWords(usdPerMillion: number): string {
  return `$${usdPerMillion.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`
}

export const stateWords: Readonly<Record<PriceLine['state'], string>> = {
  in_force: 'In force',
  to_come: 'To come',
  ended: 'Ended',
  replaced: 'Replaced by yours',
}

export function providerWords(provider: string | null): string {
  return provider ?? 'any provider'
}
