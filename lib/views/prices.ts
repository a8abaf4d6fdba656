import 'server-only'
import { type Price, priceFor, withShipped } from '#lib/domain/price.ts'
import { type PriceState, priceState } from '#lib/domain/priceRules.ts'
import { type PriceSource, priceSources, shippedPrices } from '#lib/domain/shippedPrices.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { type OwnPrice, readPrices, readUnpricedRuns } from '#lib/store/prices.ts'
import { readUsesShippedPrices } from '#lib/store/settings.ts'

/** What model calls cost: own entries, the shipped list, and what was called of late without a price. */
export interface PricesView {
  /** Most runs first; what has a price by now is left out. */
  readonly unpriced: readonly UnpricedLine[]
  readonly own: readonly PriceLine[]
  readonly shipped: readonly PriceLine[]
  readonly usesShipped: boolean
  readonly sources: readonly PriceSource[]
}

export interface UnpricedLine {
  readonly provider: string | null
  /** Null: the spans name no model, and no price helps. */
  readonly model: string | null
  readonly runs: number
  readonly lastAt: string
}

export interface PriceLine {
  /** Of an own entry; null of a shipped one. */
  readonly priceId: string | null
  /** Null is any provider. */
  readonly provider: string | null
  readonly model: string
  readonly state: PriceState | 'replaced'
  readonly from: string
  readonly until: string | null
  readonly inputUsdPerMillion: number
  readonly cachedInputUsdPerMillion: number | null
  readonly outputUsdPerMillion: number
  readonly reasoningUsdPerMillion: number | null
}

export const unpricedHours = 24
const unpricedMax = 20

export async function readPricesView(now: Date, db: PrismaClient = database()): Promise<PricesView> {
  const since = new Date(now.getTime() - unpricedHours * 3_600_000)
  const [own, usesShipped, unpriced] = await Promise.all([
    readPrices(db),
    readUsesShippedPrices(db),
    readUnpricedRuns(db, since, unpricedMax),
  ])
  const prices = usesShipped ? withShipped(own, shippedPrices) : own
  const lines = own.map((price) => lineOf(price, price.id, now))
  return {
    unpriced: unpriced
      .filter(({ provider, model }) => model === null || !priceFor(prices, { provider, model, at: now }))
      .map(({ lastAt, ...rest }) => ({ ...rest, lastAt: lastAt.toISOString() })),
    own: [
      ...lines.filter((line) => line.state !== 'ended'),
      ...lines.filter((line) => line.state === 'ended'),
    ],
    shipped: shippedPrices.map((price) => shippedLine(price, own, now)),
    usesShipped,
    sources: priceSources,
  }
}

/** A shipped entry as own ones leave it: cut short by the first of them, or replaced as a whole. */
function shippedLine(price: Price, own: readonly OwnPrice[], now: Date): PriceLine {
  const [left] = withShipped(own, [price]).slice(own.length)
  const line = lineOf(left ?? price, null, now)
  const isCut = left?.until?.getTime() !== price.until?.getTime()
  return isCut && line.state !== 'in_force' ? { ...line, state: 'replaced' } : line
}

function lineOf(price: Price, priceId: string | null, now: Date): PriceLine {
  const { provider, model, from, until } = price
  return {
    priceId,
    provider,
    model,
    state: priceState(price, now),
    from: from.toISOString(),
    until: until?.toISOString() ?? null,
    inputUsdPerMillion: price.inputUsdPerMillion,
    cachedInputUsdPerMillion: price.cachedInputUsdPerMillion,
    outputUsdPerMillion: price.outputUsdPerMillion,
    reasoningUsdPerMillion: price.reasoningUsdPerMillion,
  }
}
