import { grouped, plural } from '../decision/numbers.ts'
import { percent } from '../metric.ts'
import type { RolloutTiming } from './timing.ts'

/** What a promotion needs besides the decision: a stage is not passed unseen. */

export interface PromotionFacts {
  /** Of the newest period: seconds since it began, and the candidate's first runs of conversations in it. */
  readonly periodAgeS: number
  readonly firstRuns: number
  readonly timing: RolloutTiming
  /** Of the agent's runs in the last ten minutes, those whose version is not known; null without runs. */
  readonly unattributedShare: number | null
  readonly unattributedMax: number
}

const firstRunsMin = 20

/** Why the next stage may not open yet, in one sentence; null when nothing is lacking. */
export function promotionLacks(facts: PromotionFacts): string | null {
  const { periodAgeS, firstRuns, timing, unattributedShare, unattributedMax } = facts
  if (timing.lateS !== null) {
    return `Spans come ${grouped(Math.round(timing.lateS))} s late: both versions cannot be compared at one moment`
  }
  const wanted = 2 * timing.D + timing.delta
  if (periodAgeS < wanted) {
    return `This share has to be in force for ${grouped(Math.ceil(wanted))} s, twice the time a run takes`
  }
  if (firstRuns < firstRunsMin) {
    const missing = firstRunsMin - firstRuns
    return `${plural(missing, 'more conversation')} of the candidate ${missing === 1 ? 'has' : 'have'} to begin at this share`
  }
  if (unattributedShare !== null && unattributedShare > unattributedMax) {
    return `${percent(unattributedShare)} of the agent's runs name no registered version; at most ${percent(unattributedMax)} may`
  }
  return null
}
