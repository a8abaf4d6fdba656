import { type Group, hasRollout, type NowRow, type RolloutRow, type State, stateOf } from './nowState.ts'

/** One agent as it stands now: what its newest rollout does, in a word, a sentence, and what comes next. */

export interface NowAgent extends State {
  readonly agent: string
  readonly displayName: string
  /** Lower is worse. */
  readonly rank: number
  readonly stable: string | null
  /** The version being tried, or that was; null when it is the stable itself or there is none. */
  readonly candidate: string | null
  readonly back: boolean
  /** Ordered share of the candidate, percent; null where no split is ordered. */
  readonly orderedPercent: number | null
  /** Share of the runs that came in lately, percent; null where none did. */
  readonly measuredPercent: number | null
  /** The stage's share, percent, where it was taken back. */
  readonly stagePercent: number | null
  readonly stage: string | null
  /** Since when it has been in this stage; null outside of one. */
  readonly stageSince: string | null
  readonly rolloutId: string | null
  readonly incidentId: string | null
  readonly candidateLocked: boolean
  readonly writesDenied: boolean
}

/** `measured` is the candidate's share of recent runs, 0 to 1; null where there were none. */
export function describeAgent(row: NowRow, measured: number | null, now: Date): NowAgent {
  const state = stateOf(row, now)
  const tried = isTried(row) ? row : null
  const stage = tried?.policy.stages[tried.stageIndex] ?? null
  return {
    ...state,
    agent: row.agent,
    displayName: row.displayName,
    rank: rankOf(state),
    stable: tried?.stable ?? row.stableVersion,
    candidate: tried?.candidate ?? null,
    back: row.phase === 'rolled_back',
    orderedPercent: tried ? tried.weightBp / 100 : null,
    measuredPercent: tried && measured !== null ? Math.round(measured * 1000) / 10 : null,
    stagePercent: row.phase === 'rolled_back' ? (stage?.weightPercent ?? null) : null,
    stage: stage?.name ?? null,
    stageSince: tried?.phase === 'progressing' ? tried.stageEnteredAt.toISOString() : null,
    rolloutId: row.rolloutId,
    incidentId: row.incidentId,
    candidateLocked: row.candidateLocked,
    writesDenied: row.writesDenied,
  }
}

/** Whether two versions are still in question: under way, or gone back and not yet proven. */
function isTried(row: NowRow): row is RolloutRow {
  return hasRollout(row) && row.phase !== 'completed' && row.recovery !== 'recovered'
}

const groupRanks: Record<Group, number> = { attention: 0, moving: 10, steady: 20 }
const toneRanks: Record<State['tone'], number> = { stop: 0, hold: 1, neutral: 2, allow: 3 }

function rankOf(state: State): number {
  return groupRanks[state.group] + toneRanks[state.tone]
}
