import type { z } from 'zod'
import { whyNot } from '#lib/domain/whyNot.ts'
import { systemActor } from '#lib/domain/actor.ts'
import { findRollout, readFallback } from '#lib/store/rollouts.ts'
import { refuse } from '../../outcome.ts'
import { openNextStage } from '../../rollout/promote.ts'
import { operation, rolloutAgent } from '../../rollout/subject.ts'
import { evidenceOf } from '../evidence.ts'
import { approvalKind } from '../kind.ts'

/** Opening a stage behind an approval, or giving all traffic to the candidate. */
export const promoteKind = approvalKind<z.infer<typeof operation>>({
  input: operation,
  askCapability: 'rollout.promote',
  agent: rolloutAgent,
  async seen(tx, { rolloutId }, { now }) {
    const found = await findRollout(tx, rolloutId)
    if (!found) return refuse('missing', 'No such rollout')
    const { rollout, row } = found
    const candidate = await readFallback(tx, rollout.agent, rollout.candidate)
    const why = whyNot.promote(rollout, systemActor, candidate.locked, now)
    const next = rollout.policy.stages[rollout.stageIndex + 1]
    if (why || !next) return refuse(candidate.locked ? 'locked' : 'not_now', why ?? 'This is the last stage')
    const key = { agent: rollout.agent, number: rollout.policyNumber }
    const policy = await tx.policyVersion.findUnique({ where: { agent_number: key } })
    const decision = row.decisionId ? await tx.decision.findUnique({ where: { id: row.decisionId } }) : null
    return {
      subject: rolloutId,
      rolloutId,
      title: `Promote ${rollout.candidate} to ${next.weightPercent} %`,
      state: { version: rollout.version, stage: next.name, doubt: doubtOf(decision) },
      evidence: await evidenceOf(tx, rollout, decision?.because ?? null),
      before: `${rollout.candidate} gets ${rollout.weightBp / 100} % of traffic`,
      after:
        next.weightPercent === 100
          ? `${rollout.candidate} gets all traffic and becomes the stable version`
          : `${rollout.candidate} gets ${next.weightPercent} % of traffic`,
      involvedIds: [
        (row.startedBy as { id: string }).id,
        ...(policy?.createdById ? [policy.createdById] : []),
      ],
    }
  },
  execute: (tx, input, context) =>
    openNextStage(tx, { rolloutId: input.rolloutId, reason: context.approval.reason }, context, systemActor),
})

/** What speaks against opening a stage now; that too little was seen yet is no such thing. */
function doubtOf(decision: { outcome: string; reason: string | null } | null): string | null {
  if (decision?.outcome !== 'hold' || decision.reason === 'insufficient_data') return null
  return decision.reason
}
