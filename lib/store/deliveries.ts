import type { Delivery, PrismaClient } from './generated/client.ts'

/**
 * Takes a message that is owed for this long, and notes that an attempt begins: until it is known how that ended, it is
 * in doubt. Answers the message, and since when an *earlier* attempt is in doubt; null when somebody else has it or
 * nothing is owed.
 */
export async function claimDelivery(
  db: PrismaClient,
  id: string,
  now: Date,
  claimMs: number,
): Promise<{ delivery: Delivery; inDoubtSince: Date | null } | null> {
  const claimedUntil = new Date(now.getTime() + claimMs)
  const rows = await db.$queryRaw<{ before: Date | null }[]>`
    WITH held AS (SELECT id, in_doubt_since FROM delivery WHERE id = ${id} FOR UPDATE)
    UPDATE delivery d SET attempts = attempts + 1, claimed_until = ${claimedUntil},
           in_doubt_since = coalesce(d.in_doubt_since, ${now})
    FROM held WHERE d.id = held.id AND d.status = 'queued' AND (d.claimed_until IS NULL OR d.claimed_until <= ${now})
    RETURNING held.in_doubt_since AS before`
  const row = rows[0]
  if (!row) return null
  const delivery = await db.delivery.findUniqueOrThrow({ where: { id } })
  return { delivery, inDoubtSince: row.before }
}

/** Gives a claim back; nothing was sent. */
export async function releaseClaim(db: PrismaClient, id: string): Promise<void> {
  await db.$executeRaw`
    UPDATE delivery SET claimed_until = NULL, attempts = attempts - 1,
           in_doubt_since = CASE WHEN attempts <= 1 THEN NULL ELSE in_doubt_since END
    WHERE id = ${id} AND status = 'queued'`
}

/** Notes how an attempt ended that will be repeated: what it said, and since when it is in doubt whether it arrived. */
export async function noteDoubt(
  db: PrismaClient,
  id: string,
  { inDoubtSince, error }: { inDoubtSince: Date | null; error: string },
): Promise<void> {
  await db.delivery.updateMany({
    where: { id, status: 'queued' },
    data: { inDoubtSince, lastError: error, claimedUntil: null },
  })
}
