import 'server-only'
import type { Actor } from '#lib/domain/actor.ts'
import { type Precision, precisionOf } from '#lib/domain/review.ts'
import type { Recovery } from '#lib/domain/rollout.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { openIncidentIds } from './openIncidents.ts'
import { visibleAgents } from './visibleAgents.ts'

/** Every stop, newest first. */
export interface IncidentsView {
  readonly incidents: readonly IncidentLine[]
  /** How many there are altogether; the list holds the newest. */
  readonly total: number
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

const shownMax = 200

export async function readIncidents(actor: Actor, db: PrismaClient = database()): Promise<IncidentsView> {
  const where = visibleAgents(actor)
  const [rows, total, open, precision] = await Promise.all([
    db.incident.findMany({
      where,
      orderBy: { openedAt: 'desc' },
      take: shownMax,
      omit: { snapshot: true },
    }),
    db.incident.count({ where }),
    openIncidentIds(actor, db),
    readPrecision(actor, db),
  ])
  return {
    total,
    precision,
    incidents: rows.map((row) => ({
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
