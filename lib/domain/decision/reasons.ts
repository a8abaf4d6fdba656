/** What a decision can say: closed lists, one word each, from the audit log to the screen. */

export const outcomes = ['allow', 'hold', 'stop'] as const
export type Outcome = (typeof outcomes)[number]

export const holdReasons = [
  'insufficient_data',
  'evidence_rising',
  'stable_degraded',
  'candidate_silent',
  'telemetry_outage',
  'approval_required',
] as const

/** `manual` is a person's; the engine never gives it. */
export const stopReasons = ['error_spike', 'sla_breach', 'rollback_required', 'manual'] as const
export type StopReason = (typeof stopReasons)[number]

export const reasons = [...holdReasons, ...stopReasons] as const
export type Reason = (typeof reasons)[number]

/** The reason of a stop, from the families that show evidence at that moment. */
export function stopReason(shown: readonly string[]): Exclude<StopReason, 'manual'> {
  const only = (family: string) => shown.length > 0 && shown.every((each) => each === family)
  if (only('errors')) return 'error_spike'
  return only('latency') ? 'sla_breach' : 'rollback_required'
}
