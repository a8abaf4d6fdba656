import type { Counts } from './check.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'
import { type LimitQuestion, limitQuestions } from './questions.ts'
import { limitParts } from './votes.ts'

/** A limit that the stable breaks too says nothing about the release. */

/** A limit that is not asked now, with the stable's counts that say so: `x` of `n`, where `allowed` would be in it. */
export interface Muted {
  readonly question: LimitQuestion
  readonly x: number
  readonly n: number
  readonly allowed: number
}

/** As many of the stable's runs as a judgement of it rests on, and how few of a metric are none. */
const recentRuns = 200
const metricRunsMin = 20

/** The stable's newest checks with this one: as few as together hold 200 runs, or all while they hold fewer. */
export function recentWith(recent: readonly Counts[], newest: Counts): readonly Counts[] {
  if (newest.runs === 0) return recent
  const all = [...recent, newest]
  let held = 0
  let from = all.length
  while (from > 0 && held < recentRuns) held += all[--from]?.runs ?? 0
  return all.slice(from)
}

/** The limits that the stable itself is over now. */
export function mutedLimits(policy: DecisionPolicy, recent: readonly Counts[]): readonly Muted[] {
  return limitQuestions.flatMap((question) => {
    const { bad, among, limit } = limitParts[question]
    const p0 = policy.limits[limit]
    const x = recent.reduce((sum, counts) => sum + counts[bad], 0)
    const n = recent.reduce((sum, counts) => sum + counts[among], 0)
    if (p0 === null || n < metricRunsMin || x <= p0 * n) return []
    return [{ question, x, n, allowed: p0 * n }]
  })
}
