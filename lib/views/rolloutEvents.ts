import 'server-only'
import type { AuditBody } from '#lib/domain/audit.ts'
import { type RolloutEvent, type RolloutEventKind, rolloutEvents } from '#lib/domain/past.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** A rollout has a handful; this is more than any has had. */
const eventsMax = 500
/** What these events come to in the record; a signal that was repeated or refused changed nothing. */
const outcomes = ['started', 'advanced', 'completed', 'paused', 'resumed', 'rolled_back']

/** What happened to a rollout's phase and share, from its record, in the order of time. The first of it, or the newest. */
export async function readRolloutEvents(
  db: PrismaClient,
  { id, agent }: { readonly id: string; readonly agent: string },
  newest: number | null = null,
): Promise<RolloutEvent[]> {
  const rows = await db.auditEntry.findMany({
    // By the agent too: its index leads to the few acts among thousands of decisions.
    where: { agent, rolloutId: id, action: { in: [...rolloutEvents] }, outcome: { in: outcomes } },
    orderBy: { position: newest === null ? 'asc' : 'desc' },
    take: newest ?? eventsMax,
    select: { at: true, action: true, body: true },
  })
  return (newest === null ? rows : rows.toReversed()).map((row) => ({
    at: row.at,
    kind: row.action as RolloutEventKind,
    stage: (JSON.parse(row.body) as AuditBody).stage ?? '',
  }))
}
