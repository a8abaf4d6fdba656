import { findRollout } from '#lib/store/rollouts.ts'
import { command } from '../command.ts'
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
  async run(tx, { rolloutId, reason, seenVersion }, context): Promise<Done<RolledBack> | Refused> {
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
  },
})
