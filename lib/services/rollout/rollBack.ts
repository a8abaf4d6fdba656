import { z } from 'zod'
import { findRollout } from '#lib/store/rollouts.ts'
import { command } from '../command.ts'
import { type Done, done, type Refused, refuse } from '../outcome.ts'
import { executeRollback } from './executeRollback.ts'
import { rolloutAgent } from './subject.ts'

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
  input: z.object({ rolloutId: z.string(), reason: z.string().max(2000).optional() }),
  agent: rolloutAgent,
  async run(tx, { rolloutId, reason }, context): Promise<Done<RolledBack> | Refused> {
    const state = await findRollout(tx, rolloutId, true)
    if (!state) return refuse('missing', 'No such rollout')
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
        return refuse('stale', 'Someone changed this rollout; look again')
      default:
        return result satisfies never
    }
  },
})
