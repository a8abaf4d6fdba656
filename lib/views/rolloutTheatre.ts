import { type Acks, ackSentence } from '#lib/domain/acknowledgement.ts'
import type { Incident, Rollout as RolloutRow } from '#lib/store/generated/client.ts'

/** A rollback as it went: a step after the other, with the seconds of each. */
export interface TheatreStep {
  readonly name: 'detected' | 'decided' | 'switched' | 'applied' | 'acknowledged' | 'measured' | 'recovered'
  readonly label: string
  /** Null while it has not happened. */
  readonly at: string | null
  /** Seconds since the step before that happened; null for the first and for what has not happened. */
  readonly tookSeconds: number | null
  readonly state: 'done' | 'running' | 'waiting' | 'failed'
}

/**
 * The steps of a rollback, from the first bad run to the verdict on recovery. What the instances acknowledge is a step of
 * its own where any reports; `acks` is null where nobody was asked.
 */
export function theatreOf(incident: Incident, row: RolloutRow, acks: Acks | null): TheatreStep[] {
  const ended = incident.recoveryEndedAt
  const steps: Omit<TheatreStep, 'tookSeconds' | 'state'>[] = [
    { name: 'detected', label: 'first bad run', at: iso(incident.detectedAt) },
    {
      name: 'decided',
      label: incident.decisionId ? 'decided: stop' : 'ordered by a person',
      at: iso(incident.openedAt),
    },
    { name: 'switched', label: `switched, revision ${row.switchRev ?? '–'}`, at: iso(row.switchRequestedAt) },
    { name: 'applied', label: 'in force at every edge', at: iso(incident.appliedAt) },
    ...acknowledged(row, acks),
    { name: 'measured', label: 'measured share 0 %', at: iso(incident.measuredAt) },
    { name: 'recovered', label: recoveryLabel(incident.recovery), at: iso(ended) },
  ]
  const shown = incident.detectedAt ? steps : steps.slice(1)
  let before: number | null = null
  let isNext = true
  return shown.map((step) => {
    const at = step.at === null ? null : Date.parse(step.at)
    const tookSeconds = at === null || before === null ? null : Math.max(0, at - before) / 1000
    if (at !== null) before = Math.max(at, before ?? at)
    const state = stateOf(step.name, at !== null, isNext, incident.recovery)
    if (at === null && step.name !== 'acknowledged') isNext = false
    return { ...step, tookSeconds, state }
  })
}

/** In the order of time or not: the edges are read back by the guard, which may look after the last instance had it. */
function acknowledged(row: RolloutRow, acks: Acks | null): Omit<TheatreStep, 'tookSeconds' | 'state'>[] {
  if (!acks || acks.of === 0 || !row.switchRequestedAt) return []
  const isThere = acks.complete && acks.lastMs !== null
  const at = isThere ? new Date(row.switchRequestedAt.getTime() + (acks.lastMs ?? 0)) : null
  return [{ name: 'acknowledged', label: ackSentence(acks), at: iso(at) }]
}

function stateOf(
  name: TheatreStep['name'],
  happened: boolean,
  isNext: boolean,
  recovery: string,
): TheatreStep['state'] {
  if (name === 'recovered' && happened) return recovery === 'recovered' ? 'done' : 'failed'
  if (name === 'recovered' && recovery === 'verifying') return 'running'
  if (happened) return 'done'
  if (recovery !== 'verifying') return 'failed'
  return isNext ? 'running' : 'waiting'
}

function recoveryLabel(recovery: string): string {
  switch (recovery) {
    case 'recovered':
      return 'recovery proven'
    case 'not_recovered':
      return 'not recovered'
    case 'inconclusive':
      return 'recovery inconclusive'
    default:
      return 'proving recovery'
  }
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null
}
