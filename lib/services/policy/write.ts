import { Document, isMap, isSeq } from 'yaml'
import { formatVersionRef, type VersionRef } from '#lib/domain/name.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { namedSections } from '#lib/domain/policySections.ts'
import { writeDuration } from './duration.ts'
import type { WrittenDocument } from './schema.ts'

/** The whole document, with every default written out. Reading it gives the same policy and versions. */
export function policyDocument(policy: Policy, stable: VersionRef, candidate: VersionRef): string {
  const document = new Document({
    rollback: {
      stable_version: formatVersionRef(stable),
      candidate_version: formatVersionRef(candidate),
      triggers: Object.fromEntries(
        policy.triggers.map(({ metric, limit, action }) => [metric, { limit, action }]),
      ),
      lock_candidate_after_rollback: policy.lockCandidateAfterRollback,
      disable_writes_on_rollback: policy.disableWritesOnRollback,
      sessions_on_rollback: policy.sessionsOnRollback,
      approve_manual_rollback: policy.approveManualRollback,
      rollback_window: writeDuration(policy.rollbackWindowSeconds),
      stability_window: writeDuration(policy.stabilityWindowSeconds),
      recovery_runs_min: policy.recoveryRunsMin,
    },
    ...namedSections(policy),
    stages: policy.stages.map((stage) => ({
      name: stage.name,
      weight_percent: stage.weightPercent,
      hold: writeDuration(stage.holdSeconds),
      gate: stage.gate,
    })),
    evidence: {
      tolerance: policy.tolerance,
      false_rollback_rate: policy.falseRollbackRate,
      horizon: writeDuration(policy.horizonSeconds),
      stale_after: writeDuration(policy.staleSeconds),
      max_blind_spot: policy.maxBlindSpot,
      warmup: writeDuration(policy.warmupSeconds),
      unattributed_max: policy.unattributedMax,
    },
    alerts: { channel: policy.alertChannel },
  } satisfies WrittenDocument)
  for (const path of [['rollback', 'triggers'], ['scores'], ['tools'], ['shares']]) {
    const limits = document.getIn(path)
    if (isMap(limits)) for (const { value } of limits.items) if (isMap(value)) value.flow = true
  }
  for (const path of ['feedback', 'cancelled']) {
    const value = document.get(path)
    if (isMap(value) || isSeq(value)) value.flow = true
  }
  return document.toString({ lineWidth: 0 })
}
