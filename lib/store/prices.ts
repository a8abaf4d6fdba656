import { type Price, withShipped } from '#lib/domain/price.ts'
import { shippedPrices } from '#lib/domain/shippedPrices.ts'
import type { ModelPrice, PrismaClient } from './generated/client.ts'
import { readUsesShippedPrices } from './settings.ts'
import type { Tx } from './transaction.ts'

/** An entry of an own price list. */
export interface OwnPrice extends Price {
  readonly id: string
}

/** All own entries, also those that ended or are to come, by model and then by date. */
export async function readPrices(db: Tx | PrismaClient): Promise<OwnPrice[]> {
  const rows = await db.modelPrice.findMany({ orderBy: [{ model: 'asc' }, { fromAt: 'asc' }, { id: 'asc' }] })
  return rows.map(priceOfRow)
}

export function priceOfRow(row: ModelPrice): OwnPrice {
  const { id, provider, model, fromAt, untilAt } = row
  const { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, reasoningUsdPerMillion } = row
  return {
    id,
    provider,
    model,
    from: fromAt,
    until: untilAt,
    inputUsdPerMillion,
    cachedInputUsdPerMillion,
    outputUsdPerMillion,
    reasoningUsdPerMillion,
  }
}

/** The row of an entry. */
export function rowOfPrice({ from, until, ...rest }: Price) {
  return { ...rest, fromAt: from, untilAt: until }
}

/** Own and shipped prices of every date, as `priceFor` looks them up. */
export async function allPrices(db: Tx | PrismaClient): Promise<readonly Price[]> {
  const own = await readPrices(db)
  return (await readUsesShippedPrices(db)) ? withShipped(own, shippedPrices) : own
}

/** How long an edge goes on with the prices that it read. */
export const pricesFreshMs = 10_000

interface Kept {
  readonly readAt: number
  readonly prices: Promise<readonly Price[]>
}

const kept = new WeakMap<PrismaClient, Kept>()

/**
 * Own and shipped prices, read at most every ten seconds by the clock that is given: for who asks at every batch of
 * runs. What could not be read is asked for again at once. A clock that went back reads again.
 */
export async function pricesInForce(db: PrismaClient, now: Date): Promise<readonly Price[]> {
  const before = kept.get(db)
  const age = before ? now.getTime() - before.readAt : Infinity
  if (before && age >= 0 && age < pricesFreshMs) return await before.prices
  const prices = allPrices(db)
  kept.set(db, { readAt: now.getTime(), prices })
  try {
    return await prices
  } catch (error) {
    if (kept.get(db)?.prices === prices) kept.delete(db)
    throw error
  }
}

/** Lets nobody else change the list until this transaction ends: two entries that overlap would both be let in. */
export async function holdPrices(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('model_price', 0))`
}

/** A model that runs called and that had no price then. */
export interface UnpricedRuns {
  readonly provider: string | null
  readonly model: string | null
  readonly runs: number
  readonly lastAt: Date
}

/** What runs that came in since then lacked a price for, most runs first. */
export async function readUnpricedRuns(db: PrismaClient, since: Date, max: number): Promise<UnpricedRuns[]> {
  const rows = await db.$queryRaw<
    { provider: string | null; model: string | null; runs: bigint; last_at: Date }[]
  >`
    SELECT u->>'provider' AS provider, u->>'model' AS model, count(*) AS runs, max(received_at) AS last_at
    FROM run CROSS JOIN LATERAL jsonb_array_elements(unpriced) AS u
    WHERE received_at >= ${since} AND unpriced <> '[]'
    GROUP BY 1, 2 ORDER BY runs DESC, model, provider LIMIT ${max}`
  return rows.map((row) => ({
    provider: row.provider,
    model: row.model,
    runs: Number(row.runs),
    lastAt: row.last_at,
  }))
}
