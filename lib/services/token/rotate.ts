import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { insertToken } from './insert.ts'

/** A week: who needs longer has two tokens. */
const overlapMinutesMax = 7 * 24 * 60

/**
 * A new token in place of this one, for the same agents and purposes and as long as this one was made for. The old one
 * ends after the overlap, or at its own end if that is sooner; without an overlap at once.
 */
export const rotateToken = command({
  name: 'token.rotate',
  capability: 'token.manage',
  stepUp: true,
  input: z.strictObject({
    tokenId: z.string(),
    overlapMinutes: z.number().int().min(0).max(overlapMinutesMax),
  }),
  agent: () => undefined,
  async run(tx, { tokenId, overlapMinutes }, context) {
    const { now } = context
    await tx.$executeRaw`SELECT 1 FROM api_token WHERE id = ${tokenId} FOR UPDATE`
    const old = await tx.apiToken.findUnique({ where: { id: tokenId } })
    if (!old) return refuse('missing', 'There is no such token')
    if (old.revokedAt || (old.expiresAt && old.expiresAt <= now)) {
      return refuse('not_now', 'This token has ended: make a new one')
    }
    if (old.replacedById) return refuse('not_now', 'This token was rotated already: rotate the one after it')

    const lifeMs = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime()
    const expiresAt = lifeMs === null ? null : new Date(now.getTime() + lifeMs)
    const made = await insertToken(tx, { ...old, expiresAt }, context)
    const ends = endOf(old.expiresAt, now, overlapMinutes)
    await tx.apiToken.update({
      where: { id: tokenId },
      data: {
        replacedById: made.id,
        expiresAt: ends,
        ...(overlapMinutes === 0 ? { revokedAt: now } : {}),
      },
    })
    const details = { token: tokenId, name: old.name, by: made.id, old_ends_at: ends.toISOString() }
    return done(made, { action: 'token.rotate', outcome: 'rotated', details })
  },
})

function endOf(own: Date | null, now: Date, overlapMinutes: number): Date {
  const overlap = new Date(now.getTime() + overlapMinutes * 60_000)
  return own && own < overlap ? own : overlap
}
