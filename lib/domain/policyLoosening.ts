import { limitWords } from './metric.ts'
import { namedMetricLoosenings } from './namedMetricLoosening.ts'
import { defaultPolicy, type Policy, sessionModes, type Trigger } from './policy.ts'
import { gateLoosenings, wayLoosenings } from './stageLoosening.ts'

/** What a change of policy makes less strict. Loosening takes a second person; tightening is one act. */

/** One thing that the new policy lets through and the old one did not: where it stands, what it was, what it would be. */
export interface Loosening {
  /** As in the document: `rollback.triggers.error_rate`. */
  readonly path: string
  readonly before: string
  readonly after: string
}

/**
 * Everything that is less strict in `after`; empty when nothing is. An agent's first policy (`before` null) is free in
 * all but one thing: without a person's yes the candidate gets no more traffic than by the default stages.
 */
export function loosenings(before: Policy | null, after: Policy): readonly Loosening[] {
  if (!before) return gateLoosenings(defaultPolicy.stages, after.stages)
  return [
    ...triggerLoosenings(before.triggers, after.triggers),
    ...namedMetricLoosenings(before, after),
    ...raised('evidence.tolerance', before.tolerance, after.tolerance),
    ...raised('evidence.stale_after', before.staleSeconds, after.staleSeconds, 's'),
    ...raised('evidence.max_blind_spot', before.maxBlindSpot, after.maxBlindSpot),
    ...raised('evidence.warmup', before.warmupSeconds, after.warmupSeconds, 's'),
    ...raised('evidence.unattributed_max', before.unattributedMax, after.unattributedMax),
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
    ...wayLoosenings(before.stages, after.stages),
    ...gateLoosenings(before.stages, after.stages),
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
