import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import { stageTakesSecondPerson, takesSecondPerson } from '#lib/domain/approval.ts'
import { edition } from '#lib/domain/decision/decide.ts'
import { shownDecision } from '#lib/domain/decision/recorded.ts'
import type { Outcome } from '#lib/domain/decision/reasons.ts'
import { metricLabels } from '#lib/domain/metric.ts'
import { metrics, type Policy } from '#lib/domain/policy.ts'
import type { RolloutEvent, RolloutEventKind } from '#lib/domain/past.ts'
import type { Rollout } from '#lib/domain/rollout.ts'
import { whyNot } from '#lib/domain/whyNot.ts'
import { database } from '#lib/store/database.ts'
import type { Incident, PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import { findRollout, readFallback } from '#lib/store/rollouts.ts'
import { countFreshRuns, readFreshFigures } from '#lib/store/recoveryEvidence.ts'
import { countRuns, readFigures, readReach } from '#lib/store/runs.ts'
import { orderOf, readAcks } from './acks.ts'
import { looksAlone, readWaiting } from './approvals.ts'
import { readDenied } from './denied.ts'
import { readRolloutEvents } from './rolloutEvents.ts'
import { foldDecisions, questionsOf } from './rolloutEvidence.ts'
import { flipOf } from './rolloutFlip.ts'
import { theatreOf } from './rolloutTheatre.ts'
import { readUncountedView } from './uncounted.ts'
import { nextOf, verdictOf } from './rolloutVerdict.ts'

/** All that the rollout screen shows, as of one moment. */
export type RolloutView = NonNullable<Awaited<ReturnType<typeof readRollout>>>

const figuresMs = 600_000
const measuredMs = 60_000
const decisionsShown = 400

/** The rollout for this actor; null when there is none, or it is not theirs to see. */
export async function readRollout(rolloutId: string, actor: Actor, now: Date, db: PrismaClient = database()) {
  const found = await findRollout(db, rolloutId)
  if (!found || !may(actor, 'view', found.rollout.agent)) return null
  const { rollout, row } = found
  const [agent, decisionRow, incident, policyVersion, stable, candidate, events, changed, decisions] =
    await Promise.all([
      db.agent.findUniqueOrThrow({ where: { name: rollout.agent } }),
      row.decisionId ? db.decision.findUnique({ where: { id: row.decisionId } }) : null,
      row.incidentId ? db.incident.findUnique({ where: { id: row.incidentId } }) : null,
      db.policyVersion.findUniqueOrThrow({
        where: { agent_number: { agent: rollout.agent, number: rollout.policyNumber } },
      }),
      readVersion(db, rollout.agent, rollout.stable),
      readVersion(db, rollout.agent, rollout.candidate),
      readRolloutEvents(db, rollout, markersMax),
      readChangedParts(db, rollout),
      db.decision.findMany({
        where: { rolloutId },
        orderBy: { number: 'desc' },
        take: decisionsShown,
        select: { id: true, at: true, outcome: true, reason: true, because: true },
      }),
    ])
  const decision = decisionRow ? shownDecision(fromJson.decision(decisionRow.decision)) : null
  const state = fromJson.evidence(row.evidence)
  const registered = await db.version.findMany({ where: { agent: rollout.agent }, select: { name: true } })
  const acks = incident ? await readAcks(db, orderOf(row), now) : null
  const figuresSince = new Date(
    Math.max(rollout.startedAt.getTime(), (rollout.rolledBackAt ?? now).getTime() - figuresMs),
  )
  const since = new Date(now.getTime() - measuredMs)
  const [figures, freshStable, measuredPercent, reach, alerts, runsPerMinute] = await Promise.all([
    readBothFigures(db, rollout, incident, figuresSince),
    incident?.recovery === 'verifying'
      ? readFreshFigures(db, rollout.agent, rollout.stable, incident.appliedAt ?? incident.openedAt, now)
      : null,
    readMeasured(db, rollout, incident, now),
    readReach(db, rollout.agent, rollout.candidate, rollout.startedAt, now),
    incident ? readAlerts(db, incident.id) : [],
    countRuns(db, rollout.agent, rollout.candidate, since),
  ])

  return {
    id: rollout.id,
    agent: rollout.agent,
    displayName: agent.displayName,
    phase: rollout.phase,
    version: rollout.version,
    stable,
    candidate: { ...candidate, changed },
    startedAt: rollout.startedAt.toISOString(),
    startedBy: rollout.startedByName,
    verdict: verdictOf(rollout, decisionRow, incident, candidate.locked),
    next: nextOf(rollout, decision?.outcome === 'allow', incident, freshStable?.runs ?? 0, now),
    flip: flipOf(rollout, decision, state, now),
    theatre: incident ? theatreOf(incident, row, acks) : null,
    recovery: incident
      ? {
          state: incident.recovery,
          until: incident.recoveryUntil.toISOString(),
          from: incident.openedAt.toISOString(),
        }
      : null,
    stages: stagesOf(rollout),
    orderedPercent: rollout.weightBp / 100,
    measuredPercent,
    policy: { number: rollout.policyNumber, document: policyVersion.document },
    metrics: metricsOf(rollout.policy, figures),
    markers: markersOf(rollout, events, incident),
    questions: questionsOf(
      decision,
      rollout.policy,
      figures.candidate.rates,
      state.edition === edition ? state.first : null,
    ),
    uncounted: await readUncountedView(
      db,
      rollout.agent,
      registered.map(({ name }) => name),
      now,
    ),
    decisions: foldDecisions(decisions),
    suppressed: rollout.suppressed,
    incidentId: rollout.incidentId,
    switchStatus: rollout.switchStatus,
    reach,
    alerts,
    promoteTo: rollout.policy.stages[rollout.stageIndex + 1] ?? null,
    runsPerMinute,
    denied: await readDenied(db, rollout.agent),
    ...(await approvalsOf(db, rollout, decisionRow?.outcome ?? null, actor, now)),
    whyNot: {
      rollBack: whyNot.rollBack(rollout, actor, stable, now),
      pause: whyNot.pause(rollout, actor),
      resume: whyNot.resume(rollout, actor, candidate.locked),
      promote: whyNot.promote(rollout, actor, candidate.locked, now),
      stopWrites: may(actor, 'switch.engage', rollout.agent) ? null : 'Your role cannot engage it',
    },
  }
}

/** What of this rollout takes a second person, and what waits for one. */
async function approvalsOf(
  db: PrismaClient,
  rollout: Rollout,
  outcome: string | null,
  actor: Actor,
  now: Date,
) {
  const next = rollout.policy.stages[rollout.stageIndex + 1]
  return {
    waiting: await readWaiting(db, { rolloutId: rollout.id }, actor, now),
    takesSecondPerson: {
      promote: next !== undefined && stageTakesSecondPerson(next),
      rollBack: takesSecondPerson({
        by: actor.kind,
        phase: rollout.phase,
        decision: outcome as Outcome | null,
        policyAsks: rollout.policy.approveManualRollback,
      }),
      alone: await looksAlone(db, actor, rollout.agent),
      mayBreakGlass: may(actor, 'rollout.break_glass', rollout.agent),
    },
  }
}

async function readVersion(db: PrismaClient, agent: string, name: string) {
  const version = await db.version.findUnique({ where: { agent_name: { agent, name } } })
  return { name, attestedBy: version?.attestedBy ?? null, ...(await readFallback(db, agent, name)) }
}

/** The parts of the manifest in which the candidate differs from the stable. */
async function readChangedParts(db: PrismaClient, { agent, stable, candidate }: Rollout): Promise<string[]> {
  const rows = await db.$queryRaw<{ key: string }[]>`
    SELECT key FROM
      (SELECT part.* FROM version v, jsonb_each(v.manifest) part WHERE v.agent = ${agent} AND v.name = ${stable}) s
      FULL JOIN
      (SELECT part.* FROM version v, jsonb_each(v.manifest) part WHERE v.agent = ${agent} AND v.name = ${candidate}) c
      USING (key)
    WHERE s.value IS DISTINCT FROM c.value ORDER BY key`
  return rows.map((row) => row.key)
}

/** After a stop the figures are those that it was decided on; they do not change any more. */
async function readBothFigures(db: PrismaClient, rollout: Rollout, incident: Incident | null, since: Date) {
  if (incident) {
    const { candidate, stable } = fromJson.snapshot(incident.snapshot)
    return { candidate, stable }
  }
  const [candidate, stable] = await Promise.all([
    readFigures(db, rollout.agent, rollout.candidate, since),
    readFigures(db, rollout.agent, rollout.stable, since),
  ])
  return { candidate, stable }
}
type Figures = Awaited<ReturnType<typeof readFigures>>

/** A figure of both versions for every metric, with the limit where there is one. */
export function metricsOf(policy: Policy, figures: { candidate: Figures; stable: Figures }) {
  return metrics.map((metric) => ({
    metric,
    label: metricLabels[metric],
    limit: policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null,
    candidate: figures.candidate.rates[metric],
    stable: figures.stable.rates[metric],
    candidateRuns: figures.candidate.runs,
    stableRuns: figures.stable.runs,
  }))
}

function stagesOf(rollout: Rollout) {
  const isOver = rollout.phase === 'rolled_back'
  return rollout.policy.stages.map((stage, index) => {
    const isCurrent = index === rollout.stageIndex
    const isPassed = index < rollout.stageIndex || (isCurrent && rollout.phase === 'completed')
    return {
      name: stage.name,
      weightPercent: stage.weightPercent,
      holdSeconds: stage.holdSeconds,
      needsApproval: stage.gate === 'approval',
      enteredAt: isCurrent ? rollout.stageEnteredAt.toISOString() : null,
      state: stageState(isPassed, isCurrent, isOver),
    }
  })
}

function stageState(
  isPassed: boolean,
  isCurrent: boolean,
  isOver: boolean,
): 'passed' | 'current' | 'stopped' | 'ahead' {
  if (isPassed) return 'passed'
  if (!isCurrent) return 'ahead'
  return isOver ? 'stopped' : 'current'
}

/** More than this, and nobody could tell one from the next on a chart. */
const markersMax = 40

interface MarkerView {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly label: string
  readonly tone: 'neutral' | 'stop' | 'allow'
}

/** What the charts mark: each change of share or phase, the stop, and the verdict on the recovery. */
function markersOf(
  { policy, startedAt }: Rollout,
  events: readonly RolloutEvent[],
  incident: Incident | null,
): MarkerView[] {
  const percentOf = (name: string) =>
    policy.stages.find((stage) => stage.name === name)?.weightPercent ?? null
  const words: Partial<Record<RolloutEventKind, (stage: string) => string>> = {
    'rollout.advance': (stage) => `${percentOf(stage) ?? stage} %`,
    'rollout.complete': () => 'released',
    'rollout.pause': () => 'paused',
    'rollout.resume': () => 'resumed',
  }
  const markers: MarkerView[] = [{ at: startedAt.getTime(), label: 'start', tone: 'neutral' }]
  for (const { at, kind, stage } of events) {
    const label = words[kind]?.(stage)
    if (label) markers.push({ at: at.getTime(), label, tone: 'neutral' })
  }
  if (!incident) return markers
  markers.push({ at: incident.openedAt.getTime(), label: 'stop', tone: 'stop' })
  if (incident.recoveryEndedAt)
    markers.push({
      at: incident.recoveryEndedAt.getTime(),
      label: incident.recovery.replace('_', ' '),
      tone: incident.recovery === 'recovered' ? 'allow' : 'stop',
    })
  return markers
}

/**
 * The candidate's share of the runs that came in during the last minute, percent; null when there was none. After a
 * rollback only of runs that began since its switch was in force.
 */
async function readMeasured(
  db: PrismaClient,
  rollout: Rollout,
  incident: Incident | null,
  now: Date,
): Promise<number | null> {
  const appliedAt = incident?.appliedAt ?? null
  const from = incident?.measuredAt ?? appliedAt
  const since = new Date(Math.max(now.getTime() - measuredMs, from?.getTime() ?? 0))
  const count = (version: string) =>
    appliedAt
      ? countFreshRuns(db, rollout.agent, version, { appliedAt, since, now })
      : countRuns(db, rollout.agent, version, since)
  const [candidate, stable] = await Promise.all([count(rollout.candidate), count(rollout.stable)])
  return candidate + stable === 0 ? null : Math.round((candidate / (candidate + stable)) * 1000) / 10
}

/** What was sent about an incident, oldest first. */
export async function readAlerts(db: PrismaClient, incidentId: string) {
  const rows = await db.delivery.findMany({ where: { incidentId }, orderBy: { createdAt: 'asc' } })
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    status: row.status,
    channel: (row.handle as { channel?: string } | null)?.channel ?? row.channel,
    attempts: row.attempts,
    error: row.lastError,
    tookSeconds: row.sentAt ? (row.sentAt.getTime() - row.createdAt.getTime()) / 1000 : null,
  }))
}
