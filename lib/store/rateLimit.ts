import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { PrismaClient } from './generated/client.ts'

/** How often something may be tried, counted in PostgreSQL: for all panels together, and across their restarts. */
export interface RateLimit {
  /** Counts one try. `waitMs` is null while it is allowed; else how long to wait. `isFirst` of the tries beyond. */
  take(key: string): Promise<{ readonly waitMs: number | null; readonly isFirst: boolean }>
  /** Takes the last try back: it was a good one. */
  giveBack(key: string): Promise<void>
  forget(key: string): Promise<void>
}

export interface RateNumbers {
  readonly name: string
  readonly triesMax: number
  readonly perSeconds: number
}

/** A limit of its own by its name. `key` is kept as it is given: give a hash where it would tell who somebody is. */
export function rateLimit(db: PrismaClient, { name, triesMax, perSeconds }: RateNumbers): RateLimit {
  const limiter = new RateLimiterPostgres({
    storeClient: asPostgresClient(db),
    storeType: 'client',
    tableName: 'rate_limit',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points: triesMax,
    duration: perSeconds,
  })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
        return { waitMs: null, isFirst: false }
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        return { waitMs: refused.msBeforeNext, isFirst: refused.consumedPoints === triesMax + 1 }
      }
    },
    async giveBack(key) {
      await limiter.reward(key)
    },
    async forget(key) {
      await limiter.delete(key)
    },
  }
}

/** Forgets what was counted for times that are over. */
export async function clearRateLimits(db: PrismaClient, now: Date): Promise<void> {
  await db.rateLimit.deleteMany({ where: { expire: { lt: BigInt(now.getTime()) } } })
}

interface Row {
  readonly points: number
  readonly expire: bigint | null
}

/** The library wants a client of `pg`; this is ours, so that it takes part in our pool and our role. */
function asPostgresClient(db: PrismaClient) {
  return {
    async query({ text, values = [] }: { text: string; values?: unknown[] }) {
      const rows = await db.$queryRawUnsafe<Row[]>(text, ...values)
      return {
        rowCount: rows.length,
        rows: rows.map(({ points, expire }) => ({ points, expire: expire === null ? null : Number(expire) })),
      }
    },
  }
}
