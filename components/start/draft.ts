import { type Metric, metrics, type Policy, type Stage, type Trigger } from '#lib/domain/policy.ts'
import { namedSections } from '#lib/domain/policySections.ts'

/** What a person has put into the form: text as it was typed, so that nothing typed is lost. */
export interface Draft {
  readonly candidate: string
  readonly limits: Readonly<Record<Metric, LimitDraft>>
  readonly stages: readonly StageDraft[]
  readonly lockCandidate: boolean
  /** What the form does not show stays as it is in the policy that the draft began with. */
  readonly base: Policy
}

export interface LimitDraft {
  readonly text: string
  readonly action: Trigger['action']
}

export interface StageDraft {
  readonly id: number
  readonly name: string
  readonly weightPercent: string
  readonly holdMinutes: string
  readonly gate: Stage['gate']
}

/** A limit as people say it: rates in percent. */
export const limitFields: Record<Metric, { unit: string; perUnit: number; example: string }> = {
  error_rate: { unit: '%', perUnit: 100, example: '5' },
  latency_p95_ms: { unit: 'ms', perUnit: 1, example: '1800' },
  tool_failure_rate: { unit: '%', perUnit: 100, example: '3' },
  cost_per_run_usd: { unit: '$', perUnit: 1, example: '0.08' },
}

/** The draft that a policy begins with. */
export function draftOf(candidate: string, policy: Policy): Draft {
  const limitOf = (metric: Metric): LimitDraft => {
    const trigger = policy.triggers.find((each) => each.metric === metric)
    return {
      text: numberText(trigger?.limit, limitFields[metric].perUnit),
      action: trigger?.action ?? 'rollback',
    }
  }
  return {
    candidate,
    limits: {
      error_rate: limitOf('error_rate'),
      latency_p95_ms: limitOf('latency_p95_ms'),
      tool_failure_rate: limitOf('tool_failure_rate'),
      cost_per_run_usd: limitOf('cost_per_run_usd'),
    },
    stages: policy.stages.map((stage, index) => ({
      id: index,
      name: stage.name,
      weightPercent: String(stage.weightPercent),
      holdMinutes: numberText(stage.holdSeconds, 1 / 60),
      gate: stage.gate,
    })),
    lockCandidate: policy.lockCandidateAfterRollback,
    base: policy,
  }
}

/** The document that the draft says. What is no number stays the text it is, so that its reader can say so. */
export function documentOf(agent: string, stable: string, draft: Draft) {
  const { base } = draft
  const limits = metrics.flatMap((metric) => {
    const { text, action } = draft.limits[metric]
    if (text.trim() === '') return []
    const limit = readNumber(text, limitFields[metric].perUnit)
    return [[metric, action === 'rollback' ? limit : { limit, action }] as const]
  })
  return {
    rollback: {
      stable_version: `${agent}@${stable}`,
      candidate_version: `${agent}@${draft.candidate}`,
      triggers: Object.fromEntries(limits),
      lock_candidate_after_rollback: draft.lockCandidate,
      disable_writes_on_rollback: base.disableWritesOnRollback,
      sessions_on_rollback: base.sessionsOnRollback,
      approve_manual_rollback: base.approveManualRollback,
      rollback_window: base.rollbackWindowSeconds,
      stability_window: base.stabilityWindowSeconds,
      recovery_runs_min: base.recoveryRunsMin,
    },
    ...namedSections(base),
    stages: draft.stages.map((stage) => ({
      name: stage.name.trim(),
      weight_percent: readNumber(stage.weightPercent, 1),
      hold: readNumber(stage.holdMinutes, 1 / 60),
      gate: stage.gate,
    })),
    evidence: {
      tolerance: base.tolerance,
      false_rollback_rate: base.falseRollbackRate,
      horizon: base.horizonSeconds,
      stale_after: base.staleSeconds,
      max_blind_spot: base.maxBlindSpot,
      warmup: base.warmupSeconds,
      unattributed_max: base.unattributedMax,
    },
    alerts: { channel: base.alertChannel },
  }
}

function numberText(value: number | undefined, perUnit: number): string {
  return value === undefined ? '' : String(Number((value * perUnit).toPrecision(12)))
}

function readNumber(text: string, perUnit: number): number | string {
  const value = Number(text.trim())
  return text.trim() === '' || !Number.isFinite(value) ? text : Number((value / perUnit).toPrecision(12))
}
