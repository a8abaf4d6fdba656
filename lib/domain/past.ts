import { basisPoints, type Phase, type Rollout } from './rollout.ts'

/** A rollout as it stood at a moment, told again from what happened to it. */

/** What changed a rollout's phase or share, as the record calls it. */
export const rolloutEvents = [
  'rollout.start',
  'rollout.advance',
  'rollout.complete',
  'rollout.pause',
  'rollout.resume',
  'rollout.rollback',
] as const
export type RolloutEventKind = (typeof rolloutEvents)[number]

export interface RolloutEvent {
  readonly at: Date
  readonly kind: RolloutEventKind
  /** The stage that the rollout was in after it. */
  readonly stage: string
}

/** What of a rollout changes while it lasts. */
export type Standing = Pick<Rollout, 'phase' | 'stageIndex' | 'stageEnteredAt' | 'weightBp'>

/** Where a rollout stood at this moment, by its events in the order of time. Before its start it is `pending` at 0 %. */
export function standingAt(
  { policy, startedAt }: Pick<Rollout, 'policy' | 'startedAt'>,
  events: readonly RolloutEvent[],
  at: Date,
): Standing {
  let standing: Standing = { phase: 'pending', stageIndex: 0, stageEnteredAt: startedAt, weightBp: 0 }
  for (const event of events) {
    if (event.at > at) break
    const stageIndex = policy.stages.findIndex((stage) => stage.name === event.stage)
    const entered = stageIndex === -1 ? standing.stageIndex : stageIndex
    standing = {
      phase: phaseAfter(event.kind),
      stageIndex: entered,
      stageEnteredAt: entersStage(event.kind) ? event.at : standing.stageEnteredAt,
      weightBp:
        event.kind === 'rollout.rollback' ? 0 : basisPoints(policy.stages[entered]?.weightPercent ?? 0),
    }
  }
  return standing
}

/** A pause starts the stage's time again when it ends. */
function entersStage(kind: RolloutEventKind): boolean {
  return kind !== 'rollout.pause' && kind !== 'rollout.rollback'
}

function phaseAfter(kind: RolloutEventKind): Phase {
  switch (kind) {
    case 'rollout.start':
    case 'rollout.advance':
    case 'rollout.resume':
      return 'progressing'
    case 'rollout.pause':
      return 'paused'
    case 'rollout.complete':
      return 'completed'
    case 'rollout.rollback':
      return 'rolled_back'
    default:
      return kind satisfies never
  }
}
