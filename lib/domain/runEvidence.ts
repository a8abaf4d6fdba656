/** Whether a run is evidence on a rollout, and if not, why. */

export const runEvidences = [
  'first',
  'later',
  'no_version',
  'no_rollout',
  'older',
  'moved',
  'retry',
  'folded',
  'unknown',
] as const

/**
 * `first` and `later` are counted: the first run of a conversation, and a later turn. The others are not: no version was
 * said, no rollout compared the version, the conversation began before the rollout or was served by two versions, the run
 * retries one that counted, or is part of another one. `unknown`: not counted, and what says why is forgotten.
 */
export type RunEvidence = (typeof runEvidences)[number]

/** Which runs of a conversation have this turn, from 1: the first run, the second, then 3 to 4, 5 to 8. */
export function runsOfTurn(turn: number): { readonly from: number; readonly to: number | null } {
  if (turn <= 0) return { from: 1, to: 1 }
  return { from: 2 ** (turn - 1) + 1, to: turn >= 12 ? null : 2 ** turn }
}

/** How a run ended. */
export const runOutcomes = ['ok', 'failed', 'cancelled'] as const
export type RunOutcome = (typeof runOutcomes)[number]

export function runOutcome(run: { readonly failed: boolean; readonly cancelled: boolean }): RunOutcome {
  if (run.cancelled) return 'cancelled'
  return run.failed ? 'failed' : 'ok'
}

const runIdPattern = /^([0-9a-f]{32})-([0-9a-f]{16})$/

/** Reads `traceId-spanId`, the id of a run in addresses; null when it is not written so. */
export function parseRunId(id: string): { readonly traceId: string; readonly spanId: string } | null {
  const [, traceId, spanId] = runIdPattern.exec(id) ?? []
  return traceId && spanId ? { traceId, spanId } : null
}

/** The id of a run in addresses. */
export function formatRunId(run: { readonly traceId: string; readonly spanId: string }): string {
  return `${run.traceId}-${run.spanId}`
}
