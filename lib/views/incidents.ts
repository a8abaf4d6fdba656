import 'server-only'
import type { Actor } from '#lib/domain/actor.ts'
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
  const [rows, total, open] = await Promise.all([
    db.incident.findMany({
      where,
      orderBy: { openedAt: 'desc' },
      take: shownMax,
      omit: { snapshot: true },
    }),
    db.incident.count({ where }),
    openIncidentIds(actor, db),
  ])
  return {
    total,
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

/** An actor column holds `{kind, id, name}`. */
function nameOf(actor: unknown): string {
  return (actor as { name: string }).name
}
