import { formatVersionRef } from '#lib/domain/name.ts'
import { currentStage } from '#lib/domain/rollout.ts'
import { database } from '#lib/store/database.ts'
import { findRollout, readFallback } from '#lib/store/rollouts.ts'

/** How a rollout stands, as a pipeline reads it (`GET /api/v1/rollouts/{id}`); null when there is none. */
export async function findRolloutStatus(rolloutId: string) {
  const db = database()
  const found = await findRollout(db, rolloutId)
  if (!found) return null
  const { rollout, row } = found
  const [decision, candidate] = await Promise.all([
    row.decisionId ? db.decision.findUnique({ where: { id: row.decisionId } }) : null,
    readFallback(db, rollout.agent, rollout.candidate),
  ])
  return {
    id: rollout.id,
    agent: rollout.agent,
    stable: formatVersionRef({ agent: rollout.agent, version: rollout.stable }),
    candidate: formatVersionRef({ agent: rollout.agent, version: rollout.candidate }),
    phase: rollout.phase,
    stage: currentStage(rollout).name,
    weightPercent: rollout.weightBp / 100,
    decision: decision
      ? {
          outcome: decision.outcome,
          reason: decision.reason,
          because: decision.because,
          at: decision.at.toISOString(),
        }
      : null,
    candidateLocked: candidate.locked,
    switchStatus: rollout.switchStatus,
    recovery: rollout.recovery,
    incident: rollout.incidentId,
    approvalAsked: rollout.approvalAskedAt !== null,
    suppressed: rollout.suppressed,
    policyVersion: rollout.policyNumber,
    version: rollout.version,
  }
}
