import { type Fault, pathKeys } from '#lib/domain/fault.ts'
import { parseVersionRef, type VersionRef } from '#lib/domain/name.ts'
import {
  defaultPolicy,
  type Metric,
  metrics,
  type Policy,
  type Stage,
  type Trigger,
} from '#lib/domain/policy.ts'
import { policyFaults, versionFaults } from '#lib/domain/policyRules.ts'
import { type FieldError, shown, zodErrors } from '../problem.ts'
import { readDuration } from './duration.ts'
import { keptNames, limitPath, namedMetricsOf, unreadNames } from './named.ts'
import { rolloutDocumentSchema, type WrittenDocument, type WrittenTrigger } from './schema.ts'
import { suggestKey } from './suggest.ts'
import { readYaml } from './yaml.ts'

/** What a rollout document says, complete. */
export interface RolloutDocument {
  readonly stable: VersionRef
  readonly candidate: VersionRef
  readonly policy: Policy
  /** How something was read that could be read otherwise; for the screen. */
  readonly notes: readonly string[]
}

export type DocumentReading =
  | { readonly ok: true; readonly value: RolloutDocument }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/**
 * Reads a rollout document, as text or as the same in JSON. What is left out is as in `base`: the policy in force for a
 * rollout, the defaults for a document that has to stand alone. Anything unknown, impossible or ambiguous is refused
 * with its path, what was given, what was expected and, from text, its line.
 */
export function readRolloutDocument(
  source: { yaml: string } | { json: unknown },
  base: Policy = defaultPolicy,
): DocumentReading {
  if ('json' in source) return readValue(source.json, base)
  const read = readYaml(source.yaml)
  if (!read.ok) return read
  const result = readValue(read.text.value, base)
  if (result.ok) return result
  return {
    ok: false,
    errors: result.errors.map((error) => ({ ...error, line: read.text.lineOf(error.path) })),
  }
}

function readValue(value: unknown, base: Policy): DocumentReading {
  const parsed = rolloutDocumentSchema.safeParse(value)
  if (!parsed.success) {
    const hint = (parent: readonly (string | number)[], key: string) =>
      suggestKey(rolloutDocumentSchema, parent, key)
    return { ok: false, errors: zodErrors(parsed.error, value, hint) }
  }
  const unread = unreadNames(value)
  if (unread.length > 0) return { ok: false, errors: unread }
  const written = parsed.data
  const { error_rate, error_rate_p95 } = written.rollback.triggers
  if (error_rate !== undefined && error_rate_p95 !== undefined) {
    const expected = 'either error_rate or error_rate_p95: both are the limit on error_rate'
    return {
      ok: false,
      errors: [{ path: 'rollback.triggers.error_rate_p95', given: shown(error_rate_p95), expected }],
    }
  }
  const stable = versionRef(written.rollback.stable_version)
  const candidate = versionRef(written.rollback.candidate_version)
  const policy = policyOf(written, base)
  const faults = [...versionFaults(stable, candidate), ...policyFaults(policy)]
  if (faults.length > 0) return { ok: false, errors: faults.map((fault) => asWritten(fault, written)) }
  return { ok: true, value: { stable, candidate, policy, notes: notesOn(written, policy, base) } }
}

function versionRef(text: string): VersionRef {
  const ref = parseVersionRef(text)
  if (!ref) throw new RangeError(`the schema let through ${text}`)
  return ref
}

function policyOf(written: WrittenDocument, base: Policy): Policy {
  const { rollback, stages, evidence, alerts } = written
  const seconds = (written: number | string | undefined, otherwise: number) =>
    written === undefined ? otherwise : readDuration(written)
  const triggers = triggersOf(rollback.triggers, base)
  return {
    triggers,
    stages: stages?.map(stageOf) ?? base.stages,
    tolerance: evidence?.tolerance ?? base.tolerance,
    falseRollbackRate: evidence?.false_rollback_rate ?? base.falseRollbackRate,
    horizonSeconds: seconds(evidence?.horizon, base.horizonSeconds),
    staleSeconds: seconds(evidence?.stale_after, base.staleSeconds),
    maxBlindSpot: evidence?.max_blind_spot ?? base.maxBlindSpot,
    stabilityWindowSeconds: seconds(rollback.stability_window, base.stabilityWindowSeconds),
    recoveryRunsMin: rollback.recovery_runs_min ?? base.recoveryRunsMin,
    rollbackWindowSeconds: seconds(rollback.rollback_window, base.rollbackWindowSeconds),
    lockCandidateAfterRollback: rollback.lock_candidate_after_rollback ?? base.lockCandidateAfterRollback,
    disableWritesOnRollback: rollback.disable_writes_on_rollback ?? base.disableWritesOnRollback,
    sessionsOnRollback: rollback.sessions_on_rollback ?? base.sessionsOnRollback,
    approveManualRollback: rollback.approve_manual_rollback ?? base.approveManualRollback,
    // Null is said, and means the installation's channel.
    alertChannel: alerts?.channel === undefined ? base.alertChannel : alerts.channel,
    ...namedMetricsOf(written, triggers, base),
    warmupSeconds: seconds(evidence?.warmup, base.warmupSeconds),
    unattributedMax: evidence?.unattributed_max ?? base.unattributedMax,
  }
}

/** A limit that the document does not name stays: none is dropped by leaving it out. */
function triggersOf(written: WrittenDocument['rollback']['triggers'], base: Policy): Trigger[] {
  return metrics.flatMap((metric) => {
    const found = metric === 'error_rate' ? (written.error_rate ?? written.error_rate_p95) : written[metric]
    if (found !== undefined) return [triggerOf(metric, found)]
    return base.triggers.filter((trigger) => trigger.metric === metric)
  })
}

function triggerOf(metric: Metric, written: WrittenTrigger): Trigger {
  if (typeof written === 'number') return { metric, limit: written, action: 'rollback' }
  return { metric, limit: written.limit, action: written.action ?? 'rollback' }
}

function stageOf(written: NonNullable<WrittenDocument['stages']>[number]): Stage {
  const isFull = written.weight_percent === 100
  return {
    name: written.name,
    weightPercent: written.weight_percent,
    holdSeconds: readDuration(written.hold ?? (isFull ? 0 : 600)),
    gate: written.gate ?? (isFull ? 'approval' : 'auto'),
  }
}

/** The fault as the reader sees it in the document: the key that was used, the value that was typed. */
function asWritten(fault: Fault, written: WrittenDocument): FieldError {
  const { triggers } = written.rollback
  const metric = metrics.find((each) => fault.path === `rollback.triggers.${each}`)
  if (!metric) {
    const path = limitPath(fault, written)
    const isName = fault.given === pathKeys(path).at(-1)
    return { ...fault, path, given: isName ? fault.given : (typedAt(written, path) ?? fault.given) }
  }
  const key = metric === 'error_rate' && triggers.error_rate === undefined ? 'error_rate_p95' : metric
  const path = `rollback.triggers.${key}`
  return { ...fault, path: typeof triggers[key] === 'object' ? `${path}.limit` : path }
}

/** The number or text at a path of the rules; null when something else, or nothing, is there. */
function typedAt(written: WrittenDocument, path: string): string | number | null {
  let at: unknown = written
  for (const key of pathKeys(path)) {
    at = typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined
  }
  return typeof at === 'string' || typeof at === 'number' ? at : null
}

/** The limits that the document leaves to the policy in force. */
function keptLimits(written: WrittenDocument['rollback']['triggers'], base: Policy): Metric[] {
  const named = (metric: Metric) =>
    written[metric] !== undefined || (metric === 'error_rate' && written.error_rate_p95 !== undefined)
  return base.triggers.map(({ metric }) => metric).filter((metric) => !named(metric))
}

function notesOn(written: WrittenDocument, policy: Policy, base: Policy): string[] {
  const { rollback } = written
  const notes: string[] = []
  const kept = [...keptLimits(rollback.triggers, base), ...keptNames(written, base)]
  if (kept.length > 0) notes.push(`the policy in force also limits ${kept.join(', ')}: that stays`)
  if (rollback.triggers.error_rate_p95 !== undefined) {
    notes.push('error_rate_p95 is read as the limit on error_rate, the share of runs that fail')
  }
  for (const { metric, limit } of policy.triggers) {
    if ((metric === 'error_rate' || metric === 'tool_failure_rate') && limit === 1) {
      notes.push(`${metric}: a limit of 1 is never breached`)
    }
  }
  if (policy.stages[0]?.gate === 'approval') {
    notes.push('the gate of the first stage asks nobody: a rollout starts in it')
  }
  if (policy.maxBlindSpot > defaultPolicy.maxBlindSpot) {
    notes.push(
      `max_blind_spot ${policy.maxBlindSpot}: a gate opens although smaller degradations could not have shown`,
    )
  }
  return notes
}
