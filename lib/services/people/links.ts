import 'server-only'
import type { Tx } from '#lib/store/transaction.ts'
import { hashSecret, newSecret } from '../secret.ts'

/** How long the link that sets a password is good. */
export const linkMs = 3 * 24 * 3_600_000

/** A new one-time link for this person; it ends those before it. Answers with its secret, which is kept nowhere. */
export async function issueLink(tx: Tx, personId: string, now: Date): Promise<string> {
  const secret = newSecret('')
  await tx.signInLink.deleteMany({ where: { personId, usedAt: null } })
  await tx.signInLink.create({
    data: {
      hash: hashSecret(secret),
      personId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + linkMs),
    },
  })
  return secret
}

/** Ends every session of this person but one. Answers how many there were. */
export async function endSessionsOf(
  tx: Tx,
  personId: string,
  now: Date,
  keepSessionId?: string,
): Promise<number> {
  const ended = await tx.session.updateMany({
    where: {
      personId,
      endedAt: null,
      ...(keepSessionId === undefined ? {} : { id: { not: keepSessionId } }),
    },
    data: { endedAt: now },
  })
  return ended.count
}
