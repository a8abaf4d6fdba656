import { whyFrozen } from './guardWatch.ts'
import { currentStage, type Rollout } from './rollout.ts'

/** What stands before the next stage: the decision, the time, the approval. */

export type GateState =
  /** The next stage may open now. */
  | { readonly kind: 'open'; readonly stageIndex: number }
  /** All but a person's word is there. */
  | { readonly kind: 'approval'; readonly stageIndex: number }
  /** Something is missing; `at` is when the time alone would be over, where time is what is missing. */
  | { readonly kind: 'closed'; readonly at: Date | null; readonly because: string }

/** When the present stage has lasted its minimum time. */
export function holdEndsAt(rollout: Rollout): Date {
  return new Date(rollout.stageEnteredAt.getTime() + currentStage(rollout).holdSeconds * 1000)
}

/**
 * Whether the next stage may open. Never by time alone: `advance` is the engine's word that nothing was found
 * and that enough was seen to have found it. The first check after a silence of the guard opens nothing.
 */
export function gate(rollout: Rollout, advance: boolean, now: Date): GateState {
  if (rollout.phase !== 'progressing') {
    return { kind: 'closed', at: null, because: `This rollout is ${rollout.phase.replace('_', ' ')}` }
  }
  const next = rollout.policy.stages[rollout.stageIndex + 1]
  if (!next) return { kind: 'closed', at: null, because: 'This is the last stage' }
  const frozen = whyFrozen(rollout, now)
  if (frozen) return { kind: 'closed', at: null, because: frozen }
  if (!advance) return { kind: 'closed', at: null, because: 'The evidence does not open the gate' }
  if (rollout.lacks !== null) return { kind: 'closed', at: null, because: rollout.lacks }

  const ends = holdEndsAt(rollout)
  if (now < ends) return { kind: 'closed', at: ends, because: 'The stage has not lasted its minimum time' }
  return { kind: next.gate === 'approval' ? 'approval' : 'open', stageIndex: rollout.stageIndex + 1 }
}
