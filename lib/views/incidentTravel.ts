import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import type { Outcome } from '#lib/domain/decision/reasons.ts'
import type { RolloutEvent } from '#lib/domain/past.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { database } from '#lib/store/database.ts'
import type { Incident, PrismaClient } from '#lib/store/generated/client.ts'
import { findRollout } from '#lib/store/rollouts.ts'
import { readRolloutEvents } from './rolloutEvents.ts'

/** A moment worth going to. */
export interface MarkView {
  readonly at: string
  readonly label: string
  readonly tone: 'neutral' | 'stop' | 'hold' | 'allow'
}

/** The time along which an incident can be looked at. */
export interface TravelView {
  readonly from: string
  /** When recovery was judged, or will be: later than now while it is being proven. */
  readonly to: string
  /** In the order of time. */
  readonly marks: readonly MarkView[]
}

const turnsMax = 60
const outcomeWords = { allow: 'fine', hold: 'holding', stop: 'decided: stop' } as const

/** From the start of an incident's rollout to its recovery, with what happened between; null when it is not theirs to see. */
export async function readIncidentTravel(
  incidentId: string,
  actor: Actor,
  db: PrismaClient = database(),
): Promise<TravelView | null> {
  const incident = await db.incident.findUnique({ where: { id: incidentId }, omit: { snapshot: true } })
  if (!incident || !may(actor, 'view', incident.agent)) return null
  const found = await findRollout(db, incident.rolloutId)
  if (!found) return null
  const { rollout } = found
  const events = await readRolloutEvents(db, rollout)
  const marks = [
    ...events.map((event) => eventMark(event, rollout.policy)).filter((mark) => mark !== null),
    ...(await readTurns(db, rollout.id)),
    ...incidentMarks(incident),
  ]
  return {
    from: rollout.startedAt.toISOString(),
    to: (incident.recoveryEndedAt ?? incident.recoveryUntil).toISOString(),
    marks: marks.toSorted((a, b) => a.at.localeCompare(b.at)),
  }
}

function eventMark({ at, kind, stage }: RolloutEvent, policy: Policy): MarkView | null {
  const weight = policy.stages.find((each) => each.name === stage)?.weightPercent ?? 0
  const mark = (label: string, tone: MarkView['tone'] = 'neutral') => ({ at: at.toISOString(), label, tone })
  switch (kind) {
    case 'rollout.start':
      return mark(`start at ${weight} %`)
    case 'rollout.advance':
      return mark(`${weight} %`)
    case 'rollout.complete':
      return mark('released')
    case 'rollout.pause':
      return mark('paused', 'hold')
    case 'rollout.resume':
      return mark('resumed')
    // The incident tells it, and more of it.
    case 'rollout.rollback':
      return null
    default:
      return kind satisfies never
  }
}

/** Where the outcome of the decisions turned. */
async function readTurns(db: PrismaClient, rolloutId: string): Promise<MarkView[]> {
  const rows = await db.$queryRaw<{ at: Date; outcome: Outcome }[]>`
    SELECT at, outcome FROM (
      SELECT number, at, outcome, lag(outcome) OVER (ORDER BY number) AS before
      FROM decision WHERE rollout_id = ${rolloutId}
    ) AS judged
    WHERE outcome IS DISTINCT FROM before AND outcome <> 'stop'
    ORDER BY number DESC LIMIT ${turnsMax}`
  return rows.map(({ at, outcome }) => ({
    at: at.toISOString(),
    label: outcomeWords[outcome],
    tone: outcome,
  }))
}

function incidentMarks(incident: Omit<Incident, 'snapshot'>): MarkView[] {
  const { detectedAt, openedAt, appliedAt, measuredAt, recoveryEndedAt, recovery } = incident
  const mark = (at: Date | null, label: string, tone: MarkView['tone']): MarkView[] =>
    at ? [{ at: at.toISOString(), label, tone }] : []
  return [
    ...mark(detectedAt, 'first bad run', 'stop'),
    ...mark(openedAt, incident.decisionId ? 'stop' : 'stopped by a person', 'stop'),
    ...mark(appliedAt, 'in force', 'neutral'),
    ...mark(measuredAt, 'measured 0 %', 'neutral'),
    ...mark(recoveryEndedAt, recovery.replace('_', ' '), recovery === 'recovered' ? 'allow' : 'stop'),
  ]
}
