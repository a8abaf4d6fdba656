'use server'
import { revalidatePath } from 'next/cache'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { addPrice as add } from '#lib/services/price/add.ts'
import { changePrice as change } from '#lib/services/price/change.ts'
import { endPrice as end } from '#lib/services/price/end.ts'
import { setShippedPrices as setShipped } from '#lib/services/price/setShipped.ts'
import type { Refusal } from './refusal.ts'

/** US dollars per million tokens. */
export interface PriceFigures {
  inputUsdPerMillion: number
  cachedInputUsdPerMillion: number | null
  outputUsdPerMillion: number
  reasoningUsdPerMillion: number | null
}

export interface NewPrice extends PriceFigures {
  provider: string | null
  model: string
  /** ISO 8601; null is now, or until further notice. */
  from: string | null
  until: string | null
}

export async function addPrice(price: NewPrice): Promise<Refusal | null> {
  const actor = await requireActor()
  const moments = { from: momentOf(price.from), until: momentOf(price.until) }
  return settled(await add({ ...price, ...moments, currency: 'USD' }, actor))
}

/** `from` null: now. */
export async function changePrice(
  priceId: string,
  from: string | null,
  figures: PriceFigures,
): Promise<Refusal | null> {
  const actor = await requireActor()
  return settled(await change({ priceId, from: momentOf(from), ...figures, currency: 'USD' }, actor))
}

export async function endPrice(priceId: string): Promise<Refusal | null> {
  return settled(await end({ priceId, at: null }, await requireActor()))
}

export async function setShippedPrices(used: boolean): Promise<Refusal | null> {
  return settled(await setShipped({ used }, await requireActor()))
}

function momentOf(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

function settled(outcome: { ok: true } | { ok: false; refusal: Refusal }): Refusal | null {
  if (!outcome.ok) return outcome.refusal
  revalidatePath(paths.settings.prices())
  return null
}
