import type { AlertFacts, AlertFigure } from '#lib/domain/alert.ts'
import type { IncidentSnapshot } from '#lib/domain/incident.ts'
import { figure, metricLabels } from '#lib/domain/metric.ts'
import type { Recovery, SwitchStatus } from '#lib/domain/rollout.ts'
import { paths } from '#lib/paths.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'

/** What an alert says of an incident, as it stands now, and the agent's channel; null when there is no such incident. */
export async function readAlertFacts(
  db: PrismaClient,
  incidentId: string,
  publicUrl: string,
  now: Date,
): Promise<(AlertFacts & { readonly alertChannel: string | null }) | null> {
  const incident = await db.incident.findUnique({ where: { id: incidentId } })
  if (!incident) return null
  const [rollout, agent, locks, writes] = await Promise.all([
    db.rollout.findUniqueOrThrow({ where: { id: incident.rolloutId } }),
    db.agent.findUniqueOrThrow({ where: { name: incident.agent } }),
    db.lock.count({ where: { incidentId, releasedAt: null } }),
    db.capabilityState.count({ where: { incidentId, state: 'deny' } }),
  ])
  return {
    alertChannel: agent.alertChannel,
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
    figures: figuresOf(fromJson.snapshot(incident.snapshot)),
  }
}

/** The candidate's figures at the stop, each beside its limit. */
function figuresOf({ policy, candidate }: IncidentSnapshot): AlertFigure[] {
  return policy.triggers.flatMap(({ metric, limit }) => {
    const observed = candidate.rates[metric]
    return observed === null
      ? []
      : [{ label: metricLabels[metric], observed: figure(metric, observed), limit: figure(metric, limit) }]
  })
}
