import { type Actor, agentsWhere } from '#lib/domain/actor.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/**
 * The incidents that still ask for somebody: recovery is not proven, and the agent has not been released since. A later
 * rollout starts from what was found, so it closes what came before.
 */
export async function openIncidentIds(actor: Actor, db: PrismaClient): Promise<string[]> {
  const seen = agentsWhere(actor, 'view')
  const agents = seen === '*' ? null : [...seen]
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT i.id FROM incident i
    WHERE i.recovery <> 'recovered' AND (${agents}::text[] IS NULL OR i.agent = ANY(${agents}::text[]))
      AND NOT EXISTS (SELECT 1 FROM rollout r WHERE r.agent = i.agent AND r.started_at > i.opened_at)`
  return rows.map((row) => row.id)
}
