import { limitWords } from './metric.ts'
import { type Policy, sessionModes, type Trigger } from './policy.ts'

/** What a change of policy makes less strict. Loosening takes a second person; tightening is one act. */

/** One thing that the new policy lets through and the old one did not: where it stands, what it was, what it would be. */
export interface Loosening {
  /** As in the document: `rollback.triggers.error_rate`. */
  readonly path: string
  readonly before: string
  readonly after: string
}

/** Everything that is less strict in `after`; empty when nothing is. */
export function loosenings(before: Policy, after: Policy): readonly Loosening[] {
  return [
    ...triggerLoosenings(before.triggers, after.triggers),
    ...raised('evidence.tolerance', before.tolerance, after.tolerance),
    ...raised('evidence.stale_after', before.staleSeconds, after.staleSeconds, 's'),
    ...raised('evidence.max_blind_spot', before.maxBlindSpot, after.maxBlindSpot),
    // The rarer a false stop may be, the more it takes to stop at all.
    ...lowered('evidence.false_rollback_rate', before.falseRollbackRate, after.falseRollbackRate),
    ...raised('evidence.horizon', before.horizonSeconds, after.horizonSeconds, 's'),
    ...lowered('rollback.stability_window', before.stabilityWindowSeconds, after.stabilityWindowSeconds, 's'),
    ...lowered('rollback.recovery_runs_min', before.recoveryRunsMin, after.recoveryRunsMin),
    ...lowered('rollback.rollback_window', before.rollbackWindowSeconds, after.rollbackWindowSeconds, 's'),
    ...turnedOff(
      'rollback.lock_candidate_after_rollback',
      before.lockCandidateAfterRollback,
      after.lockCandidateAfterRollback,
    ),
    ...turnedOff(
      'rollback.disable_writes_on_rollback',
      before.disableWritesOnRollback,
      after.disableWritesOnRollback,
    ),
    ...sessionLoosening(before, after),
    ...stageLoosenings(before, after),
  ]
}

function triggerLoosenings(before: readonly Trigger[], after: readonly Trigger[]): Loosening[] {
  return before.flatMap((old) => {
    const path = `rollback.triggers.${old.metric}`
    const now = after.find((each) => each.metric === old.metric)
    if (!now) return [{ path, before: limitWords(old.metric, old.limit), after: 'no limit' }]
    const asks = old.action === 'rollback' && now.action === 'approval'
    return [
      ...(now.limit > old.limit
        ? [{ path, before: limitWords(old.metric, old.limit), after: limitWords(old.metric, now.limit) }]
        : []),
      ...(asks ? [{ path: `${path}.action`, before: 'rolls back', after: 'asks a person' }] : []),
    ]
  })
}

/** How much time passes before the candidate has at least so much traffic, and whether a person is asked on the way. */
function wayTo(policy: Policy, weightPercent: number): { seconds: number; asks: boolean } {
  let seconds = 0
  let asks = false
  for (const stage of policy.stages) {
    asks ||= stage.gate === 'approval'
    if (stage.weightPercent >= weightPercent) break
    seconds += stage.holdSeconds
  }
  return { seconds, asks }
}

function stageLoosenings(before: Policy, after: Policy): Loosening[] {
  const weights = [...before.stages, ...after.stages].map((stage) => stage.weightPercent)
  return [...new Set(weights)]
    .sort((a, b) => a - b)
    .flatMap((weight) => {
      const [old, now] = [wayTo(before, weight), wayTo(after, weight)]
      const path = `stages: ${weight} %`
      return [
        ...(now.seconds < old.seconds
          ? [{ path, before: `after ${old.seconds}s at least`, after: `after ${now.seconds}s` }]
          : []),
        ...(old.asks && !now.asks ? [{ path, before: 'asks a person', after: 'asks nobody' }] : []),
      ]
    })
}

/** The later a conversation leaves the bad version, the looser. */
function sessionLoosening(before: Policy, after: Policy): Loosening[] {
  const strictness = (policy: Policy) => sessionModes.indexOf(policy.sessionsOnRollback)
  if (strictness(after) >= strictness(before)) return []
  return [
    {
      path: 'rollback.sessions_on_rollback',
      before: before.sessionsOnRollback,
      after: after.sessionsOnRollback,
    },
  ]
}

function raised(path: string, before: number, after: number, unit = ''): Loosening[] {
  return after > before ? [{ path, before: `${before}${unit}`, after: `${after}${unit}` }] : []
}

function lowered(path: string, before: number, after: number, unit = ''): Loosening[] {
  return after < before ? [{ path, before: `${before}${unit}`, after: `${after}${unit}` }] : []
}

function turnedOff(path: string, before: boolean, after: boolean): Loosening[] {
  return before && !after ? [{ path, before: 'on', after: 'off' }] : []
}
