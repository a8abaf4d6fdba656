import 'server-only'
import type { Actor } from '#lib/domain/actor.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** Who has an account, and what they may do. */
export interface PeopleView {
  readonly people: readonly PersonLine[]
  /** What a role can be given for, besides all. */
  readonly agents: readonly string[]
}

export interface PersonLine {
  readonly personId: string
  readonly name: string
  readonly email: string
  readonly state: 'active' | 'invited' | 'disabled'
  readonly signsInWith: 'password' | 'oidc' | null
  readonly grants: readonly GrantLine[]
  /** Whose presses in Slack are theirs; null: nobody's. */
  readonly slackUserId: string | null
  readonly openSessions: number
  readonly lastSeenAt: string | null
  /** Until when their one-time link is good; null without one. */
  readonly linkUntil: string | null
  readonly isYou: boolean
}

export interface GrantLine {
  readonly role: string
  /** `*` is every agent. */
  readonly agent: string
  readonly source: string
  readonly givenBy: string
  readonly givenAt: string
}

export async function readPeople(
  actor: Actor,
  now: Date,
  idleMs: number,
  db: PrismaClient = database(),
): Promise<PeopleView> {
  const open = { endedAt: null, endsAt: { gt: now }, lastSeenAt: { gt: new Date(now.getTime() - idleMs) } }
  const [people, agents, links, seen] = await Promise.all([
    db.person.findMany({
      include: {
        grants: { orderBy: [{ agent: 'asc' }, { role: 'asc' }] },
        _count: { select: { sessions: { where: open } } },
      },
      orderBy: [{ disabledAt: { sort: 'asc', nulls: 'first' } }, { name: 'asc' }],
    }),
    db.agent.findMany({ select: { name: true }, orderBy: { name: 'asc' } }),
    db.signInLink.findMany({ where: { personId: { not: null }, usedAt: null, expiresAt: { gt: now } } }),
    db.session.groupBy({ by: ['personId'], _max: { lastSeenAt: true } }),
  ])
  return {
    agents: agents.map(({ name }) => name),
    people: people.map((person) => ({
      personId: person.id,
      name: person.name,
      email: person.email,
      state: stateOf(person),
      signsInWith: wayIn(person),
      grants: person.grants.map(({ role, agent, source, givenBy, givenAt }) => ({
        role,
        agent,
        source,
        givenBy,
        givenAt: givenAt.toISOString(),
      })),
      slackUserId: person.slackUserId,
      openSessions: person._count.sessions,
      lastSeenAt: seen.find(({ personId }) => personId === person.id)?._max.lastSeenAt?.toISOString() ?? null,
      linkUntil: links.find(({ personId }) => personId === person.id)?.expiresAt.toISOString() ?? null,
      isYou: person.id === actor.id,
    })),
  }
}

function wayIn(person: {
  passwordHash: string | null
  oidcSubject: string | null
}): PersonLine['signsInWith'] {
  if (person.oidcSubject) return 'oidc'
  return person.passwordHash ? 'password' : null
}

function stateOf(person: {
  disabledAt: Date | null
  passwordHash: string | null
  oidcSubject: string | null
}): PersonLine['state'] {
  if (person.disabledAt) return 'disabled'
  return person.passwordHash || person.oidcSubject ? 'active' : 'invited'
}
