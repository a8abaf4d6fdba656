import 'server-only'
import type { Actor } from '#lib/domain/actor.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import type { GrantLine } from './people.ts'

/** One's own account: who one is here, and in which browsers. */
export interface ProfileView {
  readonly name: string
  readonly email: string
  readonly hasPassword: boolean
  readonly grants: readonly GrantLine[]
  readonly sessions: readonly SessionLine[]
}

export interface SessionLine {
  readonly sessionId: string
  readonly isThis: boolean
  readonly method: string
  readonly browser: string | null
  readonly address: string | null
  readonly createdAt: string
  readonly lastSeenAt: string
}

/** Null of whoever is no person. */
export async function readProfile(
  actor: Actor,
  at: { readonly now: Date; readonly idleMs: number; readonly sessionId: string | null },
  db: PrismaClient = database(),
): Promise<ProfileView | null> {
  const idleSince = new Date(at.now.getTime() - at.idleMs)
  const person = await db.person.findUnique({
    where: { id: actor.id },
    include: {
      grants: { orderBy: [{ agent: 'asc' }, { role: 'asc' }] },
      sessions: {
        where: { endedAt: null, endsAt: { gt: at.now }, lastSeenAt: { gt: idleSince } },
        orderBy: { lastSeenAt: 'desc' },
      },
    },
  })
  if (!person) return null
  return {
    name: person.name,
    email: person.email,
    hasPassword: person.passwordHash !== null,
    grants: person.grants.map(({ role, agent, source, givenBy, givenAt }) => ({
      role,
      agent,
      source,
      givenBy,
      givenAt: givenAt.toISOString(),
    })),
    sessions: person.sessions.map((session) => ({
      sessionId: session.id,
      isThis: session.id === at.sessionId,
      method: session.method,
      browser: session.browser,
      address: session.address,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.lastSeenAt.toISOString(),
    })),
  }
}
