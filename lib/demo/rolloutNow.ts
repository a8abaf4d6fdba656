import type { Panel } from './panel.ts'
import { readAgent } from './prepare.ts'

/** How the rollout stands, as the panel tells it. */
export interface RolloutNow {
  readonly id: string
  readonly phase: string
  readonly stage: string
  readonly weightPercent: number
  readonly decision: { readonly outcome: string; readonly reason: string | null } | null
  readonly candidateLocked: boolean
  readonly recovery: string | null
}

/** Reads the rollout that is under way, or else the last one that was; null before the first. */
export function rolloutReader(
  panel: Panel,
  agent: string,
  firstId: string | null,
): () => Promise<RolloutNow | null> {
  let lastId = firstId
  return async () => {
    lastId = (await readAgent(panel, agent)).rollout ?? lastId
    return lastId === null ? null : ((await panel.call('GET', `/rollouts/${lastId}`)) as RolloutNow)
  }
}

/** In a few words, for the terminal. */
export function rolloutWords(rollout: RolloutNow | null): string {
  if (!rollout) return 'no rollout'
  if (rollout.phase === 'rolled_back')
    return `rolled back${rollout.candidateLocked ? ', locked' : ''}, ${rollout.recovery ?? 'not verified yet'}`
  const { decision } = rollout
  const decided = decision ? [decision.outcome, decision.reason].filter(Boolean).join(' ') : 'no check yet'
  return `${rollout.phase} ${rollout.stage} ${rollout.weightPercent} %, ${decided}`
}
