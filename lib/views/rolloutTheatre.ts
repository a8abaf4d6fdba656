import type { Incident, Rollout as RolloutRow } from '#lib/store/generated/client.ts'

/** A rollback as it went: a step after the other, with the seconds of each. */
export interface TheatreStep {
  readonly name: 'detected' | 'decided' | 'switched' | 'applied' | 'measured' | 'recovered'
  readonly label: string
  /** Null while it has not happened. */
  readonly at: string | null
  /** Seconds since the step before that happened; null for the first and for what has not happened. */
  readonly tookSeconds: number | null
  readonly state: 'done' | 'running' | 'waiting' | 'failed'
}

/** The steps of a rollback, from the first bad run to the verdict on recovery. */
export function theatreOf(incident: Incident, row: RolloutRow): TheatreStep[] {
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
    { name: 'measured', label: 'measured share 0 %', at: iso(incident.measuredAt) },
    { name: 'recovered', label: recoveryLabel(incident.recovery), at: iso(ended) },
  ]
  const shown = incident.detectedAt ? steps : steps.slice(1)
  let before: number | null = null
  let isNext = true
  return shown.map((step) => {
    const at = step.at === null ? null : Date.parse(step.at)
    const tookSeconds = at === null || before === null ? null : (at - before) / 1000
    if (at !== null) before = at
    const state = stateOf(step.name, at !== null, isNext, incident.recovery)
    if (at === null) isNext = false
    return { ...step, tookSeconds, state }
  })
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
