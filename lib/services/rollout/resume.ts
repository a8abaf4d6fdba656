import { currentStage } from '#lib/domain/rollout.ts'
import { whyNot } from '#lib/domain/whyNot.ts'
import { announceChange } from '#lib/store/notices.ts'
import { findRollout, moveRollout, readFallback } from '#lib/store/rollouts.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { hasMoved, movedSentence, operation, rolloutAgent } from './subject.ts'

/** Lets a paused rollout move again. Its stage lasts its minimum time anew. */
export const resumeRollout = command({
  name: 'rollout.resume',
  capability: 'rollout.pause',
  input: operation,
  agent: rolloutAgent,
  async run(tx, { rolloutId, reason, seenVersion }, { actor, now }) {
    const found = await findRollout(tx, rolloutId, true)
    if (!found) return refuse('missing', 'No such rollout')
    const { rollout } = found
    if (rollout.phase === 'progressing') return unchanged({ rolloutId })
    if (hasMoved(rollout, seenVersion)) return refuse('stale', movedSentence)
    const candidate = await readFallback(tx, rollout.agent, rollout.candidate)
    const why = whyNot.resume(rollout, actor, candidate.locked)
    if (why) return refuse(candidate.locked ? 'locked' : 'not_now', why)

    const moved = await moveRollout(tx, rollout, {
      phase: 'progressing',
      pausedAt: null,
      stageEnteredAt: now,
    })
    if (!moved) return refuse('stale', movedSentence)
    await announceChange(tx, { agent: rollout.agent, rollout: rolloutId })
    return done(
      { rolloutId },
      {
        action: 'rollout.resume',
        agent: rollout.agent,
        rollout: rolloutId,
        outcome: 'resumed',
        stage: currentStage(rollout).name,
        policyVersion: rollout.policyNumber,
        details: { note: reason ?? null },
      },
    )
  },
})
