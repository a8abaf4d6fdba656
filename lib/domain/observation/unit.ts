import { turnOf } from '../decision/check.ts'

/** Which runs of a conversation are evidence, and of what. "Conversation" means the unit that the split draws by. */

/** What is known of one unit of an agent. Plain JSON; times are milliseconds since 1970. */
export interface Unit {
  /** The version that served it first. */
  readonly version: string
  /** When its first run started. */
  readonly beganAt: number
  /** Its runs on that version so far. */
  readonly runs: number
  /** The metrics by which a run of it was bad. */
  readonly bad: readonly string[]
  /** Whether another version served it too: from then on nothing of it is evidence. */
  readonly moved: boolean
}

/** How one run stands in its unit. */
export interface Place {
  /** 0 for a first run, then the stratum of its number. */
  readonly turn: number
  /** When the unit began; the run itself where it has none. */
  readonly beganAt: number
  /** The metrics by which an earlier run was bad: this one says nothing of them. */
  readonly spent: readonly string[]
}

export interface PlacedRun {
  readonly version: string
  readonly startedAt: number
  /** The metrics by which it is bad. */
  readonly bad: readonly string[]
  /** Whether it names a run that it retries: it is part of that one. */
  readonly isRetry: boolean
}

/**
 * The unit after one more run, and where the run stands in it; no place for a run that is no evidence: its unit was
 * served by another version, or it retries a run that counted already. A conversation says each thing once, at
 * whatever turn it happens.
 */
export function placeInUnit(before: Unit | null, run: PlacedRun): { unit: Unit; place: Place | null } {
  if (!before) {
    const unit = { version: run.version, beganAt: run.startedAt, runs: 1, bad: [...run.bad], moved: false }
    return { unit, place: run.isRetry ? null : { turn: 0, beganAt: run.startedAt, spent: [] } }
  }
  if (before.moved || before.version !== run.version) return { unit: { ...before, moved: true }, place: null }
  const bad = [...new Set([...before.bad, ...run.bad])]
  if (run.isRetry) return { unit: { ...before, bad }, place: null }
  const runs = before.runs + 1
  const unit = { ...before, runs, bad, beganAt: Math.min(before.beganAt, run.startedAt) }
  return { unit, place: { turn: turnOf(runs), beganAt: unit.beganAt, spent: before.bad } }
}

/** The unit without a run that turned out to be part of another. What went wrong is forgotten with the last of its runs. */
export function withoutRun(unit: Unit): Unit {
  const runs = Math.max(0, unit.runs - 1)
  return { ...unit, runs, bad: runs === 0 ? [] : unit.bad }
}

const traceIdPattern = /^[0-9a-f]{32}/

/**
 * What a run belongs to: what the split drew by, or its conversation; else the run that it retries; else its trace, whose
 * runs are one conversation when none says another.
 */
export function unitOf(run: {
  readonly unit: string | null
  readonly retryOf: string | null
  readonly traceId: string
}): string {
  if (run.unit !== null) return run.unit
  const retried = run.retryOf === null ? null : traceIdPattern.exec(run.retryOf)?.[0]
  return `trace:${retried ?? run.traceId}`
}
