import type { FallbackState, Rollout } from './rollout.ts'

/** What "roll back" does in every state of a rollout. */

export const rollbackRefusals = ['not_started', 'rollback_window_over', 'no_rollback_plan'] as const
export type RollbackRefusal = (typeof rollbackRefusals)[number]

export type RollbackPlan =
  /** Switch all traffic to the stable version now. */
  | { readonly kind: 'execute' }
  /** It has been done: answer with the first one and count this signal. */
  | { readonly kind: 'already_rolled_back' }
  | { readonly kind: 'refused'; readonly code: RollbackRefusal; readonly because: string }

const refused = (code: RollbackRefusal, because: string): RollbackPlan => ({ kind: 'refused', code, because })

/**
 * What a signal to roll back does now. Asked by the button, the API, the command and the policy alike.
 * A rollout that was rolled back answers `already_rolled_back` whatever has become of its stable since.
 */
export function planRollback(rollout: Rollout, stable: FallbackState, now: Date): RollbackPlan {
  switch (rollout.phase) {
    case 'rolled_back':
      return { kind: 'already_rolled_back' }
    case 'pending':
      return refused('not_started', 'This rollout has not started: the candidate has no traffic')
    case 'completed': {
      const ends = rollout.rollbackWindowEndsAt
      if (!ends || now >= ends) {
        return refused(
          'rollback_window_over',
          `The rollback window is over; release ${rollout.stable} again as a candidate`,
        )
      }
      return planTo(rollout.stable, stable)
    }
    case 'progressing':
    case 'paused':
      return planTo(rollout.stable, stable)
    default:
      return rollout.phase satisfies never
  }
}

function planTo(name: string, stable: FallbackState): RollbackPlan {
  if (!stable.exists) return refused('no_rollback_plan', `There is no version ${name} to roll back to`)
  if (stable.locked) return refused('no_rollback_plan', `${name} is locked and may get no traffic`)
  if (!stable.attested) return refused('no_rollback_plan', `${name} was never attested healthy`)
  return { kind: 'execute' }
}
