import { whyNot } from '#lib/domain/whyNot.ts'
import { currentStage } from '#lib/domain/rollout.ts'
import { announceChange } from '#lib/store/notices.ts'
import { findRollout, moveRollout } from '#lib/store/rollouts.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { hasMoved, movedSentence, operation, rolloutAgent } from './subject.ts'

/** Stops a rollout where it is. Traffic stays at its present weight; the evidence goes on being judged. */
export const pauseRollout = command({
  name: 'rollout.pause',
  capability: 'rollout.pause',
  input: operation,
  agent: rolloutAgent,
  async run(tx, { rolloutId, reason, seenVersion }, { actor, now }) {
    const found = await findRollout(tx, rolloutId, true)
    if (!found) return refuse('missing', 'No such rollout')
    const { rollout } = found
    if (rollout.phase === 'paused') return unchanged({ rolloutId })
    if (hasMoved(rollout, seenVersion)) return refuse('stale', movedSentence)
    const why = whyNot.pause(rollout, actor)
    if (why) return refuse('not_now', why)

    const moved = await moveRollout(tx, rollout, { phase: 'paused', pausedAt: now })
    if (!moved) return refuse('stale', movedSentence)
    await announceChange(tx, { agent: rollout.agent, rollout: rolloutId })
    return done(
      { rolloutId },
      {
        action: 'rollout.pause',
        agent: rollout.agent,
        rollout: rolloutId,
        outcome: 'paused',
        stage: currentStage(rollout).name,
        policyVersion: rollout.policyNumber,
        details: { note: reason ?? null },
      },
    )
  },
})
