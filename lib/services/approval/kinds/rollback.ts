import type { z } from 'zod'
import { planRollback } from '#lib/domain/rollback.ts'
import { findRollout, readFallback } from '#lib/store/rollouts.ts'
import { refuse } from '../../outcome.ts'
import { pullBrake } from '../../rollout/rollBack.ts'
import { operation, rolloutAgent } from '../../rollout/subject.ts'
import { evidenceOf } from '../evidence.ts'
import { approvalKind } from '../kind.ts'

/** Rolling back by hand while the policy says allow: somebody sees what the figures do not show, or is mistaken. */
export const rollbackKind = approvalKind<z.infer<typeof operation>>({
  input: operation,
  askCapability: 'rollout.rollback',
  agent: rolloutAgent,
  async seen(tx, { rolloutId }, { now }) {
    const found = await findRollout(tx, rolloutId)
    if (!found) return refuse('missing', 'No such rollout')
    const { rollout, row } = found
    const plan = planRollback(rollout, await readFallback(tx, rollout.agent, rollout.stable), now)
    if (plan.kind === 'refused') return refuse(plan.code, plan.because)
    if (plan.kind === 'already_rolled_back') return refuse('not_now', 'This rollout was rolled back already')
    const decision = row.decisionId ? await tx.decision.findUnique({ where: { id: row.decisionId } }) : null
    return {
      subject: rolloutId,
      rolloutId,
      title: `Roll back to ${rollout.stable}`,
      state: { phase: rollout.phase, stage: rollout.stageIndex },
      evidence: await evidenceOf(tx, rollout, decision?.because ?? null),
      before: `${rollout.candidate} gets ${rollout.weightBp / 100} % of traffic`,
      after: `${rollout.stable} gets all traffic; ${rollout.candidate} is locked`,
    }
  },
  execute: (tx, input, context) =>
    pullBrake(tx, { rolloutId: input.rolloutId, reason: context.approval.reason }, context),
})
