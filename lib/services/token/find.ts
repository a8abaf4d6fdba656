import { type Actor, capabilitiesOfScopes, type Scope } from '#lib/domain/actor.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { hashSecret } from '../secret.ts'

/** What a token lets its bearer do. */
export interface Grant {
  readonly actor: Actor
  readonly scopes: readonly Scope[]
  /** The agents it is good for; `*` is every agent. */
  readonly agents: '*' | readonly string[]
  /** When it ends by itself; null when it does not. */
  readonly expiresAt: Date | null
}

/** How often the use of a token is written down. */
const usedEveryMs = 60_000

/** The bearer of `Authorization: Bearer …`; null when the header holds none. */
export function bearerOf(header: string | null | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}

/** What this secret grants now; null when it is unknown, revoked or expired. */
export async function findGrant(
  secret: string,
  { db = database(), now = new Date() }: { db?: PrismaClient; now?: Date } = {},
): Promise<Grant | null> {
  const row = await db.apiToken.findUnique({ where: { hash: hashSecret(secret) } })
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= now)) return null
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() >= usedEveryMs) {
    const before = { OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: now } }] }
    await db.apiToken.updateMany({ where: { id: row.id, ...before }, data: { lastUsedAt: now } })
  }
  const scopes = row.scopes as Scope[]
  const agents = row.agents.includes('*') ? '*' : row.agents
  return {
    scopes,
    agents,
    expiresAt: row.expiresAt,
    actor: {
      kind: 'token',
      id: row.id,
      name: row.name,
      grants: [{ agents, capabilities: capabilitiesOfScopes(scopes) }],
    },
  }
}
