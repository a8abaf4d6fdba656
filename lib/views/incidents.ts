import 'server-only'
import type { Actor } from '#lib/domain/actor.ts'
import type { IncidentState } from '#lib/domain/incident.ts'
import { type Precision, precisionOf } from '#lib/domain/review.ts'
import type { Recovery } from '#lib/domain/rollout.ts'
import { database } from '#lib/store/database.ts'
import type { Prisma, PrismaClient } from '#lib/store/generated/client.ts'
import { openIncidentIds } from './openIncidents.ts'
import { visibleAgents } from './visibleAgents.ts'

/** What is asked for. Null narrows nothing; `before` is where the page before this one ended. */
export interface IncidentFilter {
  readonly agent: string | null
  readonly state: IncidentState | null
  readonly from: Date | null
  readonly until: Date | null
  readonly before: string | null
}

export const everyIncident: IncidentFilter = {
  agent: null,
  state: null,
  from: null,
  until: null,
  before: null,
}

/** One page of the stops, newest first. */
export interface IncidentsView {
  readonly incidents: readonly IncidentLine[]
  /** What to give as `before` for the page before; null at the first incident. */
  readonly older: string | null
  /** How many fit, on all pages. */
  readonly fitting: number
  /** How many there are whatever is asked for, and how many of them are open. */
  readonly total: number
  readonly open: number
  /** Of which agents this person may see incidents. */
  readonly agents: readonly string[]
  /** How often a stop was needed, by reason and policy, as the reviews say. */
  readonly precision: readonly (Precision & { readonly agent: string })[]
}

export interface IncidentLine {
  readonly id: string
  readonly agent: string
  readonly fromVersion: string
  readonly toVersion: string
  readonly reason: string
  readonly stage: string
  readonly because: string | null
  readonly by: string
  readonly openedAt: string
  readonly recovery: Recovery
  readonly recoveryUntil: string
  /** Still asks for somebody. */
  readonly open: boolean
}

const beforePattern = /^(\d{1,13})\.([\w-]{1,80})$/

export async function readIncidents(
  filter: IncidentFilter,
  actor: Actor,
  db: PrismaClient = database(),
  pageSize = 50,
): Promise<IncidentsView> {
  const seen = visibleAgents(actor)
  const open = await openIncidentIds(actor, db)
  const where = { AND: [seen, fittingWhere(filter, open)] }
  const [rows, fitting, total, agents, precision] = await Promise.all([
    db.incident.findMany({
      where: { AND: [where, beforeWhere(filter.before)] },
      orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
      take: pageSize + 1,
      omit: { snapshot: true },
    }),
    db.incident.count({ where }),
    db.incident.count({ where: seen }),
    db.incident.findMany({
      where: seen,
      distinct: ['agent'],
      select: { agent: true },
      orderBy: { agent: 'asc' },
    }),
    readPrecision(actor, db),
  ])
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  return {
    older: rows.length > pageSize && last ? `${last.openedAt.getTime()}.${last.id}` : null,
    fitting,
    total,
    open: open.length,
    agents: agents.map(({ agent }) => agent),
    precision,
    incidents: shown.map((row) => ({
      id: row.id,
      agent: row.agent,
      fromVersion: row.fromVersion,
      toVersion: row.toVersion,
      reason: row.reason,
      stage: row.stage,
      because: row.note,
      by: nameOf(row.actor),
      openedAt: row.openedAt.toISOString(),
      recovery: row.recovery as Recovery,
      recoveryUntil: row.recoveryUntil.toISOString(),
      open: open.includes(row.id),
    })),
  }
}

function fittingWhere(
  { agent, state, from, until }: IncidentFilter,
  open: readonly string[],
): Prisma.IncidentWhereInput {
  return {
    ...(agent === null ? {} : { agent }),
    ...(state === 'open' ? { id: { in: [...open] } } : {}),
    ...(state === null || state === 'open' ? {} : { recovery: state }),
    openedAt: { ...(from ? { gte: from } : {}), ...(until ? { lte: until } : {}) },
  }
}

/** Everything after that place in the list: however far one reads, a page costs the same. */
function beforeWhere(before: string | null): Prisma.IncidentWhereInput {
  const [, ms, id] = beforePattern.exec(before ?? '') ?? []
  if (ms === undefined || id === undefined) return {}
  const openedAt = new Date(Number(ms))
  return { OR: [{ openedAt: { lt: openedAt } }, { openedAt, id: { lt: id } }] }
}

/** The newest review of each incident, by agent, reason and policy version. */
async function readPrecision(actor: Actor, db: PrismaClient) {
  const reviews = await db.incidentReview.findMany({
    orderBy: { at: 'desc' },
    distinct: ['incidentId'],
    select: { incidentId: true, verdict: true },
  })
  const incidents = await db.incident.findMany({
    where: { ...visibleAgents(actor), id: { in: reviews.map((review) => review.incidentId) } },
    select: { id: true, agent: true, reason: true, rolloutId: true },
  })
  const rollouts = await db.rollout.findMany({
    where: { id: { in: incidents.map((incident) => incident.rolloutId) } },
    select: { id: true, policyNumber: true },
  })
  const policies = new Map(rollouts.map((rollout) => [rollout.id, rollout.policyNumber]))
  const verdicts = new Map(reviews.map((review) => [review.incidentId, review.verdict]))
  return [...Map.groupBy(incidents, (incident) => incident.agent)].flatMap(([agent, theirs]) =>
    precisionOf(
      theirs.map(({ id, reason, rolloutId }) => ({
        reason,
        policyNumber: policies.get(rolloutId) ?? 0,
        verdict: verdicts.get(id) ?? '',
      })),
    ).map((each) => ({ agent, ...each })),
  )
}

/** An actor column holds `{kind, id, name}`. */
function nameOf(actor: unknown): string {
  return (actor as { name: string }).name
}
