import type { AuditEntry, PrismaClient } from './generated/client.ts'
import { Prisma } from './generated/client.ts'

/** Pages of the record, by keyset: however far one reads, a page costs the same. */

/** What an entry has to be. What is absent narrows nothing. */
export interface EntryConditions {
  /** The agents that the reader may see; entries of no agent are seen by whoever may see all. */
  readonly agents: '*' | readonly string[]
  readonly agent?: string
  readonly rollout?: string
  readonly incident?: string
  readonly action?: string
  readonly reason?: string
  readonly outcome?: string
  /** The id of an actor, or a kind of actors. */
  readonly actor?: string
  readonly from?: Date
  readonly until?: Date
  /** One entry alone. */
  readonly entry?: { readonly chain: string; readonly seq: bigint }
  /** Positions, not included. */
  readonly before?: bigint
  readonly after?: bigint
}

const actorKinds = new Set(['policy', 'person', 'token', 'system'])

/** Clocks of different machines may differ by so much: entries stand in the order of writing, not of their times. */
const skewMs = 3_600_000

/** Entries that fit, newest first (or oldest first), at most so many. */
export async function readEntries(
  db: PrismaClient,
  conditions: EntryConditions,
  order: 'newest' | 'oldest',
  max: number,
): Promise<AuditEntry[]> {
  return await db.$queryRaw<AuditEntry[]>(entriesSql(conditions, order, max))
}

/**
 * The one statement of every page. For a reader of a few agents it takes the page of each and merges them, so that each
 * is read along its own index.
 */
export function entriesSql(given: EntryConditions, order: 'newest' | 'oldest', max: number): Prisma.Sql {
  const direction = order === 'newest' ? Prisma.sql`DESC` : Prisma.sql`ASC`
  const { agents, agent, ...rest } = given
  const page = (where: readonly Prisma.Sql[]) => Prisma.sql`
    SELECT ${columns} FROM audit_entry WHERE ${Prisma.join([Prisma.sql`true`, ...where], ' AND ')}
    ORDER BY position ${direction} LIMIT ${max}`
  const others = conditionsSql(rest)
  if (agent !== undefined) {
    const isSeen = agents === '*' || agents.includes(agent)
    return page(isSeen ? [Prisma.sql`agent = ${agent}`, ...others] : [Prisma.sql`false`])
  }
  if (agents === '*') return page(others)
  return Prisma.sql`
    SELECT page.* FROM unnest(${[...agents]}::text[]) AS seen
    CROSS JOIN LATERAL (${page([Prisma.sql`agent = seen`, ...others])}) page
    ORDER BY position ${direction} LIMIT ${max}`
}

const columns = Prisma.sql`position, chain, seq, at, action, agent, rollout_id AS "rolloutId",
  incident_id AS "incidentId", actor_kind AS "actorKind", actor_id AS "actorId", outcome, reason, body,
  prev_hash AS "prevHash", hash`

function conditionsSql(given: Omit<EntryConditions, 'agents' | 'agent'>): Prisma.Sql[] {
  const all: Prisma.Sql[] = []
  if (given.rollout) all.push(Prisma.sql`rollout_id = ${given.rollout}`)
  if (given.incident) all.push(Prisma.sql`incident_id = ${given.incident}`)
  if (given.action) all.push(Prisma.sql`action = ${given.action}`)
  if (given.reason) all.push(Prisma.sql`reason = ${given.reason}`)
  if (given.outcome) all.push(Prisma.sql`outcome = ${given.outcome}`)
  if (given.actor)
    all.push(
      actorKinds.has(given.actor)
        ? Prisma.sql`actor_kind = ${given.actor}`
        : Prisma.sql`actor_id = ${given.actor}`,
    )
  if (given.from) all.push(Prisma.sql`at >= ${given.from}`, ...sinceSql(given.from))
  if (given.until) all.push(Prisma.sql`at <= ${given.until}`, ...untilSql(given.until))
  if (given.entry) all.push(Prisma.sql`chain = ${given.entry.chain} AND seq = ${given.entry.seq}`)
  if (given.before !== undefined) all.push(Prisma.sql`position < ${given.before}`)
  if (given.after !== undefined) all.push(Prisma.sql`position > ${given.after}`)
  return all
}

/** Times as positions, widened by what clocks may differ: every index ends in the position, and none in the time. */
function sinceSql(from: Date): Prisma.Sql[] {
  const earlier = new Date(from.getTime() - skewMs)
  return [
    Prisma.sql`position >= coalesce(
      (SELECT position FROM audit_entry WHERE at >= ${earlier} ORDER BY at, position LIMIT 1), 0)`,
  ]
}

function untilSql(until: Date): Prisma.Sql[] {
  const later = new Date(until.getTime() + skewMs)
  return [
    Prisma.sql`position <= coalesce(
      (SELECT position FROM audit_entry WHERE at <= ${later} ORDER BY at DESC, position DESC LIMIT 1), 0)`,
  ]
}
