import 'server-only'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** The API tokens, newest first; those that ended stay in sight for a month. */
export interface TokensView {
  readonly tokens: readonly TokenLine[]
  readonly agents: readonly string[]
}

export interface TokenLine {
  readonly tokenId: string
  readonly name: string
  /** What it begins with; the rest is kept nowhere. */
  readonly prefix: string
  readonly agents: readonly string[]
  readonly scopes: readonly string[]
  /** `ending`: rotated, and good until its overlap is over. */
  readonly state: 'active' | 'ending' | 'expired' | 'revoked'
  readonly createdAt: string
  readonly createdBy: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
}

const shownAfterMs = 30 * 24 * 3_600_000

export async function readTokens(now: Date, db: PrismaClient = database()): Promise<TokensView> {
  const since = new Date(now.getTime() - shownAfterMs)
  const [tokens, agents] = await Promise.all([
    db.apiToken.findMany({
      where: {
        AND: [
          { OR: [{ revokedAt: null }, { revokedAt: { gt: since } }] },
          { OR: [{ expiresAt: null }, { expiresAt: { gt: since } }] },
        ],
      },
      orderBy: { createdAt: 'desc' },
    }),
    db.agent.findMany({ select: { name: true }, orderBy: { name: 'asc' } }),
  ])
  const lines = tokens.map((token) => ({
    tokenId: token.id,
    name: token.name,
    prefix: token.prefix,
    agents: token.agents,
    scopes: token.scopes,
    state: stateOf(token, now),
    createdAt: token.createdAt.toISOString(),
    createdBy: token.createdBy,
    expiresAt: token.expiresAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  }))
  const isOver = (line: TokenLine) => line.state === 'expired' || line.state === 'revoked'
  return {
    tokens: [...lines.filter((line) => !isOver(line)), ...lines.filter(isOver)],
    agents: agents.map(({ name }) => name),
  }
}

function stateOf(
  token: { revokedAt: Date | null; expiresAt: Date | null; replacedById: string | null },
  now: Date,
): TokenLine['state'] {
  if (token.revokedAt) return 'revoked'
  if (token.expiresAt && token.expiresAt <= now) return 'expired'
  return token.replacedById ? 'ending' : 'active'
}
