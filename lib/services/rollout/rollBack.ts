import type { z } from 'zod'
import { takesSecondPerson } from '#lib/domain/approval.ts'
import type { Outcome } from '#lib/domain/decision/reasons.ts'
import { planRollback } from '#lib/domain/rollback.ts'
import { findRollout, readFallback, type RolloutState } from '#lib/store/rollouts.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { command, type Context } from '../command.ts'
import { type Done, done, type Refused, refuse } from '../outcome.ts'
import { executeRollback } from './executeRollback.ts'
import { hasMoved, movedSentence, operation, rolloutAgent } from './subject.ts'

/** What a rollback answers: the incident, and whether this very signal did it. */
export interface RolledBack {
  readonly rolloutId: string
  readonly incidentId: string | null
  readonly alreadyRolledBack: boolean
}

/**
 * A person or a pipeline pulls the brake: all traffic to the stable version. One rollback per rollout: asked again it
 * answers with the first one and counts the signal.
 */
export const rollBack = command({
  name: 'rollout.rollback',
  capability: 'rollout.rollback',
  input: operation,
  agent: rolloutAgent,
  async run(tx, input, context): Promise<Done<RolledBack> | Refused> {
    const state = await findRollout(tx, input.rolloutId, true)
    if (!state) return refuse('missing', 'No such rollout')
    if (await isAmbiguous(tx, state, context)) {
      return refuse(
        'approval_needed',
        'The policy sees nothing wrong: a second person has to approve, or break the glass',
      )
    }
    return await pullBrake(tx, input, context)
  },
})

/** Whether a person wants to roll back what the policy last said to allow. */
async function isAmbiguous(
  tx: Tx,
  { rollout, row }: RolloutState,
  { actor, now }: Context,
): Promise<boolean> {
  const decision = row.decisionId ? await tx.decision.findUnique({ where: { id: row.decisionId } }) : null
  const plan = planRollback(rollout, await readFallback(tx, rollout.agent, rollout.stable), now)
  return (
    plan.kind === 'execute' &&
    takesSecondPerson({
      by: actor.kind,
      phase: rollout.phase,
      decision: (decision?.outcome ?? null) as Outcome | null,
      policyAsks: rollout.policy.approveManualRollback,
    })
  )
}

/** Rolls back; the caller has seen to whatever it takes. */
export async function pullBrake(
  tx: Tx,
  { rolloutId, reason, seenVersion }: z.infer<typeof operation>,
  context: Context,
): Promise<Done<RolledBack> | Refused> {
  const state = await findRollout(tx, rolloutId, true)
  if (!state) return refuse('missing', 'No such rollout')
  // What was rolled back stays so, whoever looked at what: the repeat is counted.
  const isRepeat = state.rollout.phase === 'rolled_back'
  if (!isRepeat && hasMoved(state.rollout, seenVersion)) return refuse('stale', movedSentence)
  const because = reason?.trim() || `${context.actor.name} pulled the brake`
  const cause = { reason: 'manual' as const, because, decisionId: null, detectedAt: null }
  const result = await executeRollback(tx, state, cause, context)
  switch (result.kind) {
    case 'executed':
      return done({ rolloutId, incidentId: result.incidentId, alreadyRolledBack: false }, ...result.audit)
    case 'already':
      return done({ rolloutId, incidentId: result.incidentId, alreadyRolledBack: true }, ...result.audit)
    case 'refused':
      return refuse(result.plan.code, result.plan.because)
    case 'stale':
      return refuse('stale', movedSentence)
    default:
      return result satisfies never
  }
}
