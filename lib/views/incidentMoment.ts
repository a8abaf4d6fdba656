import 'server-only'
import { type Actor, may, policyActor } from '#lib/domain/actor.ts'
import { standingAt } from '#lib/domain/past.ts'
import type { Rollout, SwitchStatus } from '#lib/domain/rollout.ts'
import { database } from '#lib/store/database.ts'
import type { Incident, PrismaClient } from '#lib/store/generated/client.ts'
import { findRollout } from '#lib/store/rollouts.ts'
import { readFigures } from '#lib/store/runs.ts'
import { metricsOf } from './rollout.ts'
import { readRolloutEvents } from './rolloutEvents.ts'
import { verdictOf } from './rolloutVerdict.ts'

/** What was known, decided and ordered at one moment of an incident. */
export type MomentView = NonNullable<Awaited<ReturnType<typeof readIncidentMoment>>>

const figuresMs = 600_000

/**
 * An incident as it stood at `at`, from the decisions that are kept, its record and the runs that had come in; null when
 * it is not theirs to see. A moment outside of it is taken for its nearest end.
 */
export async function readIncidentMoment(
  incidentId: string,
  at: Date,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
) {
  const incident = await db.incident.findUnique({ where: { id: incidentId } })
  if (!incident || !may(actor, 'view', incident.agent)) return null
  const found = await findRollout(db, incident.rolloutId)
  if (!found) return null
  const { rollout } = found
  const until = within(rollout.startedAt, at, incident.recoveryEndedAt ?? now)
  const since = new Date(Math.max(rollout.startedAt.getTime(), until.getTime() - figuresMs))
  const figures = (version: string) => readFigures(db, rollout.agent, version, since, until)
  const [events, decision, candidate, stable, locked] = await Promise.all([
    readRolloutEvents(db, rollout),
    db.decision.findFirst({
      where: { rolloutId: rollout.id, at: { lte: until } },
      orderBy: { number: 'desc' },
    }),
    figures(rollout.candidate),
    figures(rollout.stable),
    wasLocked(db, rollout, until),
  ])
  const standing = standingAt(rollout, events, until)
  const past: Rollout = {
    ...rollout,
    ...standing,
    approvalAskedAt: await waitedSince(db, rollout, standing.stageEnteredAt, until),
    switchStatus: switchAt(rollout, incident, until),
  }
  return {
    at: until.toISOString(),
    verdict: verdictOf(past, decision, incident, locked),
    decision: decision && {
      number: decision.number,
      at: decision.at.toISOString(),
      outcome: decision.outcome,
      reason: decision.reason,
    },
    stage: rollout.policy.stages[past.stageIndex]?.name ?? '',
    candidatePercent: past.weightBp / 100,
    switchStatus: past.switchStatus,
    recovery: recoveryAt(incident, until),
    metrics: metricsOf(rollout.policy, { candidate, stable }),
    figuresSince: since.toISOString(),
  }
}

function within(from: Date, at: Date, to: Date): Date {
  return new Date(Math.max(from.getTime(), Math.min(at.getTime(), to.getTime())))
}

/** What was known of the rollback's switch then; null before it. */
function switchAt(rollout: Rollout, incident: Incident, at: Date): SwitchStatus | null {
  if (at < incident.openedAt) return null
  if (incident.measuredAt && at >= incident.measuredAt) return 'verified'
  if (incident.appliedAt && at >= incident.appliedAt) return 'applied'
  return rollout.switchStatus === 'failed' ? 'failed' : 'requested'
}

function recoveryAt(incident: Incident, at: Date): string | null {
  if (at < incident.openedAt) return null
  return incident.recoveryEndedAt && at >= incident.recoveryEndedAt ? incident.recovery : 'verifying'
}

/** When the policy asked a person to open the next stage; null when it was not waiting for one at this moment. */
async function waitedSince(
  db: PrismaClient,
  { id }: Rollout,
  stageEnteredAt: Date,
  at: Date,
): Promise<Date | null> {
  const asked = await db.approval.findFirst({
    where: {
      rolloutId: id,
      kind: 'promote',
      askedById: policyActor.id,
      askedAt: { gte: stageEnteredAt, lte: at },
      // After a no it still takes a person, and nobody is asked again.
      OR: [{ endedAt: null }, { endedAt: { gt: at } }, { status: 'rejected' }],
    },
    orderBy: { askedAt: 'desc' },
    select: { askedAt: true },
  })
  return asked?.askedAt ?? null
}

async function wasLocked(db: PrismaClient, { agent, candidate }: Rollout, at: Date): Promise<boolean> {
  const version = await db.version.findUnique({ where: { agent_name: { agent, name: candidate } } })
  if (!version) return false
  const lock = await db.lock.findFirst({
    where: {
      agent,
      digest: version.digest,
      lockedAt: { lte: at },
      OR: [{ releasedAt: null }, { releasedAt: { gt: at } }],
    },
    select: { id: true },
  })
  return lock !== null
}
