import type { Fault } from './fault.ts'
import { formatVersionRef, type VersionRef } from './name.ts'
import { namedMetricFaults } from './namedMetricRules.ts'
import { type Metric, metrics, type Policy, type Stage, type Trigger } from './policy.ts'
import { outside, type Range, share } from './range.ts'

/** What must hold between and beyond the fields of a policy. Paths are those of the rollout document. */

/** What a stage may be called. It stands in alerts as `stage=canary`. */
export const stageNamePattern = /^[A-Za-z0-9][A-Za-z0-9._%-]{0,39}$/

/** At most so many stages. */
export const stagesMax = 20

const day = 86_400

const limitRanges: Record<Metric, Range> = {
  error_rate: share,
  tool_failure_rate: share,
  latency_p95_ms: { min: 0, max: day * 1000, above: true, expected: 'milliseconds above 0, at most a day' },
  cost_per_run_usd: {
    min: 0,
    max: 1e6,
    above: true,
    expected: 'US dollars a run, above 0, at most 1,000,000',
  },
}

const settings: readonly { path: string; of(policy: Policy): number; range: Range }[] = [
  {
    path: 'rollback.rollback_window',
    of: (policy) => policy.rollbackWindowSeconds,
    range: { min: 0, max: 90 * day, whole: true, expected: 'a duration of at most 90 days' },
  },
  {
    path: 'rollback.stability_window',
    of: (policy) => policy.stabilityWindowSeconds,
    range: { min: 10, max: day, whole: true, expected: 'a duration from 10 s to a day' },
  },
  {
    path: 'rollback.recovery_runs_min',
    of: (policy) => policy.recoveryRunsMin,
    range: { min: 1, max: 1e6, whole: true, expected: 'a whole number of runs from 1 to 1,000,000' },
  },
  {
    path: 'evidence.tolerance',
    of: (policy) => policy.tolerance,
    range: { min: 1, max: 10, expected: 'a factor from 1 to 10 (1.25 is a quarter worse)' },
  },
  {
    path: 'evidence.false_rollback_rate',
    of: (policy) => policy.falseRollbackRate,
    range: { min: 1e-6, max: 0.2, expected: 'a probability from 0.000001 to 0.2 (0.01 is 1 %)' },
  },
  {
    path: 'evidence.horizon',
    of: (policy) => policy.horizonSeconds,
    range: { min: 60, max: 90 * day, whole: true, expected: 'a duration from a minute to 90 days' },
  },
  {
    path: 'evidence.stale_after',
    of: (policy) => policy.staleSeconds,
    range: { min: 5, max: day, whole: true, expected: 'a duration from 5 s to a day' },
  },
  {
    path: 'evidence.warmup',
    of: (policy) => policy.warmupSeconds,
    range: { min: 0, max: 3600, whole: true, expected: 'a duration of at most an hour' },
  },
  {
    path: 'evidence.unattributed_max',
    of: (policy) => policy.unattributedMax,
    range: { min: 0, max: 1, expected: 'a share from 0 to 1 (0.05 is 5 %)' },
  },
]

/** What is wrong with a policy; empty when it can be used. */
export function policyFaults(policy: Policy): Fault[] {
  return [
    ...triggerFaults(policy.triggers),
    ...settings.flatMap(({ path, of, range }) => outside(path, of(policy), range)),
    ...stageFaults(policy.stages),
    ...blindSpotFaults(policy),
    ...namedMetricFaults(policy),
    ...channelFaults(policy.alertChannel),
  ]
}

/** What is wrong with the pair of versions: one agent, two versions. */
export function versionFaults(stable: VersionRef, candidate: VersionRef): Fault[] {
  const path = 'rollback.candidate_version'
  const given = formatVersionRef(candidate)
  if (stable.agent !== candidate.agent) {
    return [{ path, given, expected: `a version of ${stable.agent}, the agent of the stable version` }]
  }
  if (stable.version !== candidate.version) return []
  return [{ path, given, expected: `another version than the stable one, ${formatVersionRef(stable)}` }]
}

function triggerFaults(triggers: readonly Trigger[]): Fault[] {
  if (triggers.length === 0) {
    return [
      {
        path: 'rollback.triggers',
        given: 'no trigger',
        expected: `a limit on at least one of ${metrics.join(', ')}`,
      },
    ]
  }
  const seen = new Set<Metric>()
  return triggers.flatMap(({ metric, limit }) => {
    const path = `rollback.triggers.${metric}`
    if (seen.has(metric)) return [{ path, given: limit, expected: `one limit on ${metric}` }]
    seen.add(metric)
    return outside(path, limit, limitRanges[metric])
  })
}

function stageFaults(stages: readonly Stage[]): Fault[] {
  const last = stages.at(-1)
  if (!last || stages.length > stagesMax) {
    return [{ path: 'stages', given: `${stages.length} stages`, expected: `1 to ${stagesMax} stages` }]
  }
  const faults = stages.flatMap((stage, index) => oneStageFaults(stage, index, stages))
  // A last stage that falls is told once, as falling.
  const lastPath = `stages[${stages.length - 1}].weight_percent`
  if (last.weightPercent === 100 || faults.some((fault) => fault.path === lastPath)) return faults
  return [
    ...faults,
    { path: lastPath, given: last.weightPercent, expected: '100: the last stage carries all traffic' },
  ]
}

function oneStageFaults(stage: Stage, index: number, stages: readonly Stage[]): Fault[] {
  const at = `stages[${index}]`
  const faults: Fault[] = []
  if (!stageNamePattern.test(stage.name)) {
    const expected = 'letters, digits, ".", "_", "-" and "%", at most 40'
    faults.push({ path: `${at}.name`, given: stage.name, expected })
  }
  if (stages.findIndex((other) => other.name === stage.name) < index) {
    faults.push({ path: `${at}.name`, given: stage.name, expected: 'a name that no other stage has' })
  }
  faults.push(...weightFaults(`${at}.weight_percent`, stage.weightPercent, stages[index - 1]))
  const hold = { min: 0, max: 30 * day, whole: true, expected: 'a duration of at most 30 days' }
  return [...faults, ...outside(`${at}.hold`, stage.holdSeconds, hold)]
}

function weightFaults(path: string, weight: number, before: Stage | undefined): Fault[] {
  const expected = 'a share of traffic in percent, above 0 and at most 100'
  const faults = outside(path, weight, { min: 0, max: 100, above: true, expected })
  if (faults.length > 0) return faults
  // The routing table counts in basis points.
  if (Math.round(weight * 100) / 100 !== weight) {
    return [{ path, given: weight, expected: 'a percentage with at most two decimals' }]
  }
  if (!before || weight > before.weightPercent) return []
  return [
    { path, given: weight, expected: `more than ${before.weightPercent}, the weight of the stage before` },
  ]
}

/** A blind spot is always larger than the tolerance, so a smaller limit would never open a gate. */
function blindSpotFaults({ maxBlindSpot, tolerance }: Policy): Fault[] {
  const expected = `a factor above the tolerance (${tolerance}) and at most 1,000`
  return outside('evidence.max_blind_spot', maxBlindSpot, {
    min: tolerance,
    max: 1000,
    above: true,
    expected,
  })
}

function channelFaults(channel: string | null): Fault[] {
  if (channel === null || /^[^\s\p{Cc}]{1,80}$/u.test(channel)) return []
  return [{ path: 'alerts.channel', given: channel, expected: 'the name or id of a channel, without spaces' }]
}
