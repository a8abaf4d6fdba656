import { whyNot } from '#lib/domain/whyNot.ts'
import { findRollout, moveRollout, readFallback } from '#lib/store/rollouts.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { enterStage } from './enterStage.ts'
import { hasMoved, movedSentence, operation, rolloutAgent } from './subject.ts'

/**
 * A person or a pipeline opens the next stage before the gate does. Going to 100 % takes a reason. A locked candidate
 * is refused. `seenVersion` is the rollout's version that the asker looked at: if the world moved since, nothing is done.
 */
export const promoteRollout = command({
  name: 'rollout.promote',
  capability: 'rollout.promote',
  input: operation,
  agent: rolloutAgent,
  async run(tx, { rolloutId, reason, seenVersion }, context) {
    const found = await findRollout(tx, rolloutId, true)
    if (!found) return refuse('missing', 'No such rollout')
    const { rollout } = found
    if (hasMoved(rollout, seenVersion)) return refuse('stale', movedSentence)

    const candidate = await readFallback(tx, rollout.agent, rollout.candidate)
    const why = whyNot.promote(rollout, context.actor, candidate.locked, context.now)
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
    const moved = await moveRollout(tx, rollout, entry.changes)
    if (!moved) return refuse('stale', movedSentence)
    return done({ rolloutId }, { ...entry.audit, details: { ...entry.audit.details, note: reason ?? null } })
  },
})
