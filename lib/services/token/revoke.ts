import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'

/** Ends an API token. The panel refuses it at once; the edge within five seconds, its open streams too. */
export const revokeToken = command({
  name: 'token.revoke',
  capability: 'token.manage',
  stepUp: true,
  input: z.strictObject({ tokenId: z.string() }),
  agent: () => undefined,
  async run(tx, { tokenId }, { now }) {
    const row = await tx.apiToken.findUnique({ where: { id: tokenId } })
    if (!row) return refuse('missing', 'There is no such token')
    if (row.revokedAt) return unchanged({ tokenId })
    await tx.apiToken.update({ where: { id: tokenId }, data: { revokedAt: now } })
    return done(
      { tokenId },
      { action: 'token.revoke', outcome: 'revoked', details: { token: tokenId, name: row.name } },
    )
  },
})
