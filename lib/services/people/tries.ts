import 'server-only'
import { createHash } from 'node:crypto'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { clearRateLimits, rateLimit } from '#lib/store/rateLimit.ts'

/**
 * How often a password may be tried. Somebody else's tries never lock a person out: what counts for all addresses
 * together is not asked of an address from which that person signed in lately.
 */

const minute = 60
const numbers = {
  /** One account from one address. */
  pair: { name: 'sign-in-pair', triesMax: 5, perSeconds: 5 * minute },
  /** All accounts from one address. */
  address: { name: 'sign-in-address', triesMax: 30, perSeconds: 15 * minute },
  /** One account from all addresses. */
  account: { name: 'sign-in-account', triesMax: 50, perSeconds: 60 * minute },
}

const knownForMs = 30 * 24 * 3_600_000

export interface Tries {
  /** Counts a try before it is made, so that tries at once count too. Null: go on. */
  take(): Promise<{ readonly waitMs: number; readonly isFirst: boolean } | null>
  /** The try was a good one. */
  succeeded(): Promise<void>
}

/** The tries at one account from one address. `personId` is whose account it is; null when nobody has it. */
export function signInTries(
  db: PrismaClient,
  given: { email: string; address: string | null; personId: string | null },
  now: Date,
): Tries {
  const address = hash(given.address ?? 'unknown')
  const account = hash(given.email)
  const pair = { limit: rateLimit(db, numbers.pair), key: hash(`${account} ${address}`) }
  const wide = [
    { limit: rateLimit(db, numbers.address), key: address },
    { limit: rateLimit(db, numbers.account), key: account },
  ]
  let taken: readonly { limit: ReturnType<typeof rateLimit>; key: string }[] = []
  return {
    async take() {
      taken = (await isKnown(db, given.personId, given.address, now)) ? [pair] : [pair, ...wide]
      for (const { limit, key } of taken) {
        const { waitMs, isFirst } = await limit.take(key)
        if (waitMs !== null) return { waitMs, isFirst }
      }
      return null
    },
    async succeeded() {
      await pair.limit.forget(pair.key)
      for (const { limit, key } of taken) if (limit !== pair.limit) await limit.giveBack(key)
      await clearRateLimits(db, now)
    },
  }
}

async function isKnown(
  db: PrismaClient,
  personId: string | null,
  address: string | null,
  now: Date,
): Promise<boolean> {
  if (personId === null || address === null) return false
  const since = new Date(now.getTime() - knownForMs)
  return (await db.session.count({ where: { personId, address, createdAt: { gte: since } } })) > 0
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
