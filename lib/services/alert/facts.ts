import type { AlertFacts } from '#lib/domain/alert.ts'
import type { Recovery, SwitchStatus } from '#lib/domain/rollout.ts'
import { paths } from '#lib/paths.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** What an alert says of an incident, as it stands now; null when there is no such incident. */
export async function readAlertFacts(
  db: PrismaClient,
  incidentId: string,
  publicUrl: string,
  now: Date,
): Promise<AlertFacts | null> {
  const incident = await db.incident.findUnique({ where: { id: incidentId } })
  if (!incident) return null
  const [rollout, locks, writes] = await Promise.all([
    db.rollout.findUniqueOrThrow({ where: { id: incident.rolloutId } }),
    db.lock.count({ where: { incidentId, releasedAt: null } }),
    db.capabilityState.count({ where: { incidentId, state: 'deny' } }),
  ])
  return {
    agent: incident.agent,
    fromVersion: incident.fromVersion,
    toVersion: incident.toVersion,
    reason: incident.reason,
    stage: incident.stage,
    actorName: (incident.actor as { name: string }).name,
    because: incident.note ?? '',
    openedAt: incident.openedAt,
    at: now,
    policyVersion: incident.decisionId ? rollout.policyNumber : null,
    incidentUrl: new URL(paths.incident(incident.id), publicUrl).toString(),
    candidateLocked: locks > 0,
    writesDisabled: writes > 0,
    switchStatus: (rollout.switchStatus ?? 'requested') as SwitchStatus,
    appliedAfterMs: incident.appliedAt ? incident.appliedAt.getTime() - incident.openedAt.getTime() : null,
    recovery: incident.recovery as Recovery,
    recoveryBecause: incident.recoveryBecause,
    figures: [],
  }
}
