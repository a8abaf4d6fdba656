import type { AuditLine } from '#lib/domain/audit.ts'
import { formatVersionRef } from '#lib/domain/name.ts'
import { basisPoints, type Rollout } from '#lib/domain/rollout.ts'
import type { Prisma } from '#lib/store/generated/client.ts'
import { announceChange } from '#lib/store/notices.ts'
import { orderPeriod } from '#lib/store/periods.ts'
import { nextRevision } from '#lib/store/revision.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'

/** What entering a stage changes of the rollout, and what the record says of it. */
export interface StageEntry {
  readonly changes: Prisma.RolloutUpdateManyMutationInput
  readonly audit: AuditLine
}

/**
 * Orders the weight of a stage under a new revision. On the last stage the rollout has completed: the candidate is the
 * agent's stable version from then on, attested by its passage, and the rollback window begins. The caller applies the
 * changes to the rollout together with its own.
 */
export async function enterStage(
  tx: Tx,
  rollout: Rollout,
  stageIndex: number,
  { actor, now }: Context,
): Promise<StageEntry> {
  const stage = rollout.policy.stages[stageIndex]
  if (!stage) throw new RangeError(`stageIndex ${stageIndex} is not a stage of this policy`)
  const completes = stageIndex === rollout.policy.stages.length - 1
  const rev = await nextRevision(tx, now)
  const weightBp = basisPoints(stage.weightPercent)
  await orderPeriod(tx, { rolloutId: rollout.id, weightBp, rev, now })
  await announceChange(tx, { agent: rollout.agent, rollout: rollout.id })
  if (completes) await becomeStable(tx, rollout, actor.name, now)

  return {
    changes: {
      stageIndex,
      stageEnteredAt: now,
      weightBp,
      approvalAskedAt: null,
      ...(completes ? completion(rollout, now) : {}),
    },
    audit: {
      action: completes ? 'rollout.complete' : 'rollout.advance',
      agent: rollout.agent,
      rollout: rollout.id,
      outcome: completes ? 'completed' : 'advanced',
      fromVersion: formatVersionRef({ agent: rollout.agent, version: rollout.stable }),
      toVersion: formatVersionRef({ agent: rollout.agent, version: rollout.candidate }),
      stage: stage.name,
      policyVersion: rollout.policyNumber,
      details: { weight_percent: stage.weightPercent },
    },
  }
}

function completion(rollout: Rollout, now: Date): Prisma.RolloutUpdateManyMutationInput {
  const rollbackWindowEndsAt = new Date(now.getTime() + rollout.policy.rollbackWindowSeconds * 1000)
  return { phase: 'completed', completedAt: now, liveKey: null, rollbackWindowEndsAt }
}

async function becomeStable(tx: Tx, rollout: Rollout, by: string, now: Date): Promise<void> {
  const { agent, candidate } = rollout
  await tx.agent.update({
    where: { name: agent },
    data: { stableVersion: candidate, version: { increment: 1 } },
  })
  await tx.version.update({
    where: { agent_name: { agent, name: candidate } },
    data: { attestedAt: now, attestedBy: by },
  })
}
