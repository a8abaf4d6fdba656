import { type Check, type Count, countsAt } from './check.ts'
import type { DecisionPolicy, MetricRule } from './decisionPolicy.ts'

/** A limit that the stable breaks too says nothing about the release. */

/** One check's mature counts of one metric and version. */
export interface Recent {
  readonly at: number
  readonly bad: number
  readonly of: number
}

/** The newest mature counts of both versions, by metric: plain JSON, oldest first. */
export type RecentCounts = Readonly<
  Record<string, { readonly candidate: readonly Recent[]; readonly stable: readonly Recent[] }>
>

/** A limit with the stable's counts that say so: `x` of `n`, where `allowed` would be within it. */
export interface OverLimit {
  readonly question: string
  readonly x: number
  readonly n: number
  readonly allowed: number
}

const recentS = 600
const few = 20
const many = 200
const goneS = 60
const badMin = 3

/** The recent counts with this check's, as far as a judgement rests on them. */
export function withRecent(
  policy: DecisionPolicy,
  before: RecentCounts,
  check: Check,
  at: number,
): RecentCounts {
  return Object.fromEntries(
    limited(policy).map(({ id }) => {
      const { candidate, stable } = countsAt(check.limits, id)
      const held = before[id] ?? { candidate: [], stable: [] }
      return [
        id,
        { candidate: appended(held.candidate, candidate, at), stable: appended(held.stable, stable, at) },
      ]
    }),
  )
}

function appended(held: readonly Recent[], [bad, of]: Count, at: number): readonly Recent[] {
  const all = of > 0 ? [...held, { at, bad, of }] : held
  return newest(
    all.filter((each) => at - each.at <= recentS),
    many,
  )
}

/** The newest whole checks that together hold so many runs, or all while they hold fewer; oldest first. */
function newest(recent: readonly Recent[], runs: number): readonly Recent[] {
  let held = 0
  let from = recent.length
  while (from > 0 && held < runs) held += recent[--from]?.of ?? 0
  return recent.slice(from)
}

function sumOf(recent: readonly Recent[]): { readonly bad: number; readonly of: number } {
  return recent.reduce((sum, { bad, of }) => ({ bad: sum.bad + bad, of: sum.of + of }), { bad: 0, of: 0 })
}

/**
 * The limits that the stable itself is over now. Muted: not asked in this check. Degraded: enough to say that the
 * release is not the cause, unless the candidate itself is within the limit.
 */
export function sharedCause(
  policy: DecisionPolicy,
  recent: RecentCounts,
  { at, share }: { readonly at: number; readonly share: number },
): { readonly muted: readonly OverLimit[]; readonly degraded: readonly OverLimit[] } {
  const judged = limited(policy).map((metric) => judge(metric, recent[metric.id], at, share))
  return {
    muted: judged.flatMap(({ muted }) => muted ?? []),
    degraded: judged.flatMap(({ degraded }) => degraded ?? []),
  }
}

interface Judged {
  readonly muted: OverLimit | null
  readonly degraded: OverLimit | null
}

function judge(
  { id, limit }: MetricRule & { readonly limit: number },
  recent: RecentCounts[string] | undefined,
  at: number,
  share: number,
): Judged {
  const neither = { muted: null, degraded: null }
  if (!recent) return neither
  // Without traffic the stable cannot get better: its last state would mute the limits for ever.
  const last = recent.stable.at(-1)
  if (!last || (share === 1 && at - last.at >= goneS)) return neither
  const over = ({ bad, of }: { bad: number; of: number }, times = 1) => of > 0 && bad > times * limit * of
  const shown = ({ bad, of }: { bad: number; of: number }): OverLimit => ({
    question: `limit.${id}`,
    x: bad,
    n: of,
    allowed: limit * of,
  })
  const short = sumOf(newest(recent.stable, few))
  const long = sumOf(newest(recent.stable, many))
  const overBy = [long, short].find((each) => over(each))
  const muted = overBy ? shown(overBy) : null

  const own = sumOf(newest(recent.candidate, few))
  if (own.of >= few && !over(own)) return { muted, degraded: null }
  const isSudden = short.of >= few && over(short, 2) && short.bad >= badMin
  if (long.of >= few && over(long)) return { muted, degraded: shown(long) }
  return { muted, degraded: isSudden ? shown(short) : null }
}

function limited(policy: DecisionPolicy): readonly (MetricRule & { readonly limit: number })[] {
  return policy.metrics.flatMap((metric) => {
    const { limit } = metric
    return limit === null ? [] : [{ ...metric, limit }]
  })
}
