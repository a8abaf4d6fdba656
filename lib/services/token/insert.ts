import 'server-only'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import { hashSecret, newTokenSecret, tokenPrefix } from '../secret.ts'

/** How much of a secret is kept and shown, so that people can tell tokens apart. */
const shownLength = tokenPrefix.length + 6

/** Writes a new token down; answers with its secret, which is kept nowhere. */
export async function insertToken(
  tx: Tx,
  token: {
    readonly name: string
    readonly agents: readonly string[]
    readonly scopes: readonly string[]
    readonly expiresAt: Date | null
  },
  { actor, now, newId }: Context,
): Promise<{ id: string; token: string }> {
  const secret = newTokenSecret()
  const id = newId('tk')
  await tx.apiToken.create({
    data: {
      id,
      name: token.name,
      prefix: secret.slice(0, shownLength),
      hash: hashSecret(secret),
      agents: [...token.agents],
      scopes: [...token.scopes],
      createdAt: now,
      createdBy: actor.name,
      expiresAt: token.expiresAt,
    },
  })
  return { id, token: secret }
}
