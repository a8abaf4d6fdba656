import type { z } from 'zod'
import type { Actor } from '#lib/domain/actor.ts'
import { stageTakesSecondPerson } from '#lib/domain/approval.ts'
import { whyNot } from '#lib/domain/whyNot.ts'
import { fromJson } from '#lib/store/json.ts'
import { findRollout, moveRollout, readFallback } from '#lib/store/rollouts.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { command, type Context } from '../command.ts'
import { type Done, done, type Refused, refuse } from '../outcome.ts'
import { enterStage } from './enterStage.ts'
import { hasMoved, movedSentence, operation, rolloutAgent } from './subject.ts'

/**
 * A person or a pipeline opens the next stage before the gate does. Going to 100 % takes a reason. A locked candidate
 * is refused. `seenVersion` is the rollout's version that the asker looked at: if the world moved since, nothing is done.
 * Past a gate that asks for approval, and to 100 %, a person needs a second one: `askApproval`.
 */
export const promoteRollout = command({
  name: 'rollout.promote',
  capability: 'rollout.promote',
  input: operation,
  agent: rolloutAgent,
  async run(tx, input, context) {
    const rollout = (await findRollout(tx, input.rolloutId))?.rollout
    const next = rollout?.policy.stages[rollout.stageIndex + 1]
    if (rollout && next && context.actor.kind === 'person' && stageTakesSecondPerson(next)) {
      const { locked } = await readFallback(tx, rollout.agent, rollout.candidate)
      const why = whyNot.promote(rollout, context.actor, locked, context.now)
      if (why) return refuse(locked ? 'locked' : 'not_now', why)
      return refuse('approval_needed', 'This takes a second person: ask for it')
    }
    return await openNextStage(tx, input, context, context.actor)
  },
})

/** Opens the next stage for `by`, who may do so; the caller has seen to whatever else it takes. */
export async function openNextStage(
  tx: Tx,
  { rolloutId, reason, seenVersion }: z.infer<typeof operation>,
  context: Context,
  by: Actor,
): Promise<Done<{ rolloutId: string }> | Refused> {
  const found = await findRollout(tx, rolloutId, true)
  if (!found) return refuse('missing', 'No such rollout')
  const { rollout } = found
  if (hasMoved(rollout, seenVersion)) return refuse('stale', movedSentence)

  const candidate = await readFallback(tx, rollout.agent, rollout.candidate)
  const why = whyNot.promote(rollout, by, candidate.locked, context.now)
  if (why) return refuse(candidate.locked ? 'locked' : 'not_now', why)
  const next = rollout.stageIndex + 1
  if (rollout.policy.stages[next]?.weightPercent === 100 && !reason?.trim()) {
    const error = {
      path: 'reason',
      given: reason ?? null,
      expected: 'why this candidate may have all traffic',
    }
    return refuse('bad_input', 'Promoting to 100 % takes a reason', [error])
  }

  const entry = await enterStage(tx, rollout, next, context)
  // Whatever had asked a person got its answer: its evidence begins again at the next check.
  const { asked } = fromJson.evidence(found.row.evidence)
  const moved = await moveRollout(tx, rollout, { ...entry.changes, ...(asked ? { wentOn: true } : {}) })
  if (!moved) return refuse('stale', movedSentence)
  return done({ rolloutId }, { ...entry.audit, details: { ...entry.audit.details, note: reason ?? null } })
}
