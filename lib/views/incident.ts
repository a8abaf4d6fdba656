import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import type { AuditBody } from '#lib/domain/audit.ts'
import { shownDecision } from '#lib/domain/decision/recorded.ts'
import type { IncidentSnapshot } from '#lib/domain/incident.ts'
import { everyAgent } from '#lib/domain/killSwitch.ts'
import { isManifest, manifestDifference } from '#lib/domain/manifest.ts'
import type { Recovery, SwitchStatus } from '#lib/domain/rollout.ts'
import { ratesOfFigures } from './incidentFigures.ts'
import { database } from '#lib/store/database.ts'
import type { Incident, PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import { readFallback } from '#lib/store/rollouts.ts'
import { readFreshFigures } from '#lib/store/recoveryEvidence.ts'
import { readReach } from '#lib/store/runs.ts'
import { orderOf, readAcks } from './acks.ts'
import { auditSentence } from './auditSentence.ts'
import { readAfterwards } from './incidentAfter.ts'
import { readAlerts } from './rollout.ts'
import { questionsOf } from './rolloutEvidence.ts'
import { theatreOf } from './rolloutTheatre.ts'
import { incidentVerdict, nextOfRecovery } from './rolloutVerdict.ts'

/** All that the incident screen shows, as of one moment. */
export type IncidentView = NonNullable<Awaited<ReturnType<typeof readIncident>>>

const timelineMax = 40

/** The incident for this actor; null when there is none, or it is not theirs to see. */
export async function readIncident(
  incidentId: string,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
) {
  const incident = await db.incident.findUnique({ where: { id: incidentId } })
  if (!incident || !may(actor, 'view', incident.agent)) return null
  const { agent, fromVersion, toVersion } = incident
  const snapshot = fromJson.snapshot(incident.snapshot)
  const [row, candidate, writes, reach, alerts, changes, timeline, recovery] = await Promise.all([
    db.rollout.findUniqueOrThrow({ where: { id: incident.rolloutId } }),
    readFallback(db, agent, fromVersion),
    db.capabilityState.findFirst({
      where: { agent: { in: [agent, everyAgent] }, name: { in: ['writes', 'agent'] }, state: 'deny' },
    }),
    readCandidateReach(db, incident, now),
    readAlerts(db, incidentId),
    readManifestChanges(db, agent, toVersion, fromVersion),
    readTimeline(db, incidentId),
    readRecovery(db, incident, snapshot, now),
  ])
  return {
    id: incident.id,
    agent,
    rolloutId: incident.rolloutId,
    fromVersion,
    toVersion,
    reason: incident.reason,
    stage: incident.stage,
    because: incident.note ?? '',
    byPolicy: incident.decisionId !== null,
    by: (incident.actor as { name: string }).name,
    openedAt: incident.openedAt.toISOString(),
    verdict: incidentVerdict(incident, row.switchStatus as SwitchStatus | null, candidate.locked),
    next: nextOfRecovery(snapshot.policy, incident, recovery.stableRuns),
    suppressed: row.suppressed,
    switchStatus: row.switchStatus,
    candidateLocked: candidate.locked,
    writesDenied: writes !== null,
    theatre: theatreOf(incident, row, await readAcks(db, orderOf(row), now)),
    recovery,
    policyNumber: snapshot.policyNumber,
    weightPercent: snapshot.weightPercent,
    figuresSince: snapshot.figuresSince,
    figures: ratesOfFigures(snapshot),
    questions: questionsOf(
      snapshot.decision && shownDecision(snapshot.decision),
      snapshot.policy,
      snapshot.candidate.rates,
    ),
    reach,
    alerts,
    changes,
    timeline,
    ...(await readAfterwards(db, incident, actor, now)),
  }
}

/** What the candidate touched: all that has come in, and of it what was known at the stop. */
async function readCandidateReach(db: PrismaClient, incident: Incident, now: Date) {
  const { agent, fromVersion, openedAt } = incident
  const { startedAt } = await db.rollout.findUniqueOrThrow({
    where: { id: incident.rolloutId },
    select: { startedAt: true },
  })
  const [reach, atStop] = await Promise.all([
    readReach(db, agent, fromVersion, startedAt, now),
    readReach(db, agent, fromVersion, startedAt, openedAt),
  ])
  return { ...reach, atStop: { runs: atStop.runs, failed: atStop.failed, costUsd: atStop.costUsd } }
}

/** How far recovery is proven: live while it is being verified, then as it was judged. */
async function readRecovery(db: PrismaClient, incident: Incident, { policy }: IncidentSnapshot, now: Date) {
  const { agent, toVersion, appliedAt, openedAt } = incident
  const judged = incident.recoveryFacts as { runs: number } | null
  const fresh = judged ?? (await readFreshFigures(db, agent, toVersion, appliedAt ?? openedAt, now))
  return {
    state: incident.recovery as Recovery,
    because: incident.recoveryBecause,
    from: incident.openedAt.toISOString(),
    until: incident.recoveryUntil.toISOString(),
    endedAt: incident.recoveryEndedAt?.toISOString() ?? null,
    stableRuns: fresh.runs,
    runsNeeded: policy.recoveryRunsMin,
  }
}

async function readManifestChanges(db: PrismaClient, agent: string, stable: string, candidate: string) {
  const rows = await db.version.findMany({ where: { agent, name: { in: [stable, candidate] } } })
  const of = (name: string) => rows.find((row) => row.name === name)?.manifest
  const [before, after] = [of(stable), of(candidate)]
  if (!isManifest(before) || !isManifest(after)) return []
  const written = (value: unknown) => (value === undefined ? null : JSON.stringify(value, null, 1))
  return manifestDifference(before, after).map((change) => ({
    path: change.path,
    before: written(change.before),
    after: written(change.after),
  }))
}

async function readTimeline(db: PrismaClient, incidentId: string) {
  const rows = await db.auditEntry.findMany({
    where: { incidentId },
    orderBy: { position: 'asc' },
    take: timelineMax,
    select: { at: true, body: true, position: true },
  })
  return rows.map((row) => ({
    position: Number(row.position),
    at: row.at.toISOString(),
    sentence: auditSentence(JSON.parse(row.body) as AuditBody),
  }))
}
