import { type Actor, may } from './actor.ts'
import { whyFrozen } from './guardWatch.ts'
import { planRollback } from './rollback.ts'
import type { FallbackState, Phase, Rollout } from './rollout.ts'

/** Why an act is not possible now, or null when it is. Buttons and commands both ask. */

const phaseWords: Record<Phase, string> = {
  pending: 'has not started',
  progressing: 'is moving',
  paused: 'is paused',
  completed: 'has reached 100 %',
  rolled_back: 'was rolled back',
}

function phaseSentence(rollout: Rollout): string {
  return `This rollout ${phaseWords[rollout.phase]}`
}

/** What has to be known of the two versions and the agent to start a rollout. */
export interface StartFacts {
  readonly stable: FallbackState & { readonly name: string; readonly digest: string | null }
  readonly candidate: {
    readonly exists: boolean
    readonly locked: boolean
    readonly name: string
    readonly digest: string | null
  }
  /** The agent's stable version now; null when none was adopted. */
  readonly agentStable: string | null
  readonly liveRolloutId: string | null
}

export const whyNot = {
  /** A rollout starts only with a way back: a stable that is there, unlocked, attested, and the agent's own. */
  start(facts: StartFacts): string | null {
    const { stable, candidate } = facts
    if (facts.liveRolloutId) return `This agent already has a rollout (${facts.liveRolloutId}); one at a time`
    if (!stable.exists) return `The stable version ${stable.name} is not registered`
    if (!candidate.exists) return `The candidate version ${candidate.name} is not registered`
    if (facts.agentStable === null) return 'This agent has no stable version yet; adopt one first'
    if (facts.agentStable !== stable.name)
      return `The stable version of this agent is ${facts.agentStable}, not ${stable.name}`
    if (stable.locked) return `The stable version ${stable.name} is locked; there would be no way back`
    if (!stable.attested)
      return `The stable version ${stable.name} was never attested healthy; there would be no way back`
    if (candidate.locked) return `The candidate ${candidate.name} is locked until its incident is reviewed`
    if (candidate.digest !== null && candidate.digest === stable.digest) {
      return `The candidate ${candidate.name} has the same content as the stable ${stable.name}`
    }
    return null
  },

  pause(rollout: Rollout, actor: Actor): string | null {
    if (!may(actor, 'rollout.pause', rollout.agent)) return 'Your role cannot pause a rollout'
    return rollout.phase === 'progressing' ? null : phaseSentence(rollout)
  },

  resume(rollout: Rollout, actor: Actor, candidateLocked: boolean): string | null {
    if (!may(actor, 'rollout.pause', rollout.agent)) return 'Your role cannot resume a rollout'
    if (rollout.phase !== 'paused') return phaseSentence(rollout)
    return candidateLocked ? `The candidate ${rollout.candidate} is locked` : null
  },

  promote(rollout: Rollout, actor: Actor, candidateLocked: boolean, now: Date): string | null {
    if (!may(actor, 'rollout.promote', rollout.agent)) return 'Your role cannot promote a rollout'
    if (rollout.phase !== 'progressing') return phaseSentence(rollout)
    if (candidateLocked) return `The candidate ${rollout.candidate} is locked`
    if (!rollout.policy.stages[rollout.stageIndex + 1]) return 'This is the last stage'
    return whyFrozen(rollout, now)
  },

  rollBack(rollout: Rollout, actor: Actor, stable: FallbackState, now: Date): string | null {
    if (!may(actor, 'rollout.rollback', rollout.agent)) return 'Your role cannot roll back'
    const plan = planRollback(rollout, stable, now)
    switch (plan.kind) {
      case 'execute':
        return null
      case 'already_rolled_back':
        return 'This rollout was rolled back already'
      case 'refused':
        return plan.because
      default:
        return plan satisfies never
    }
  },
}
