import {
  clockBehindMs,
  deliveredAfterS,
  matureAfterS,
  maturityAgeMs,
  maturityRuns,
} from '#lib/domain/maturity.ts'
import type { PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** What the newest runs of a version say of its times. */
export interface RunTimes {
  readonly matureAfterS: number
  readonly deliveredAfterS: number
  readonly clockBehindMs: number
}

/** From the newest 200 runs that came in until then, of at most a day. */
export async function readRunTimes(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  until: Date,
): Promise<RunTimes> {
  const since = new Date(until.getTime() - maturityAgeMs)
  const runs = await db.run.findMany({
    where: { agent, version, foldedInto: null, receivedAt: { gt: since, lte: until } },
    orderBy: { receivedAt: 'desc' },
    take: maturityRuns,
    select: { startedAt: true, endedAt: true, receivedAt: true },
  })
  const lagsMs = runs.map(({ endedAt, receivedAt }) => receivedAt.getTime() - endedAt.getTime())
  return {
    // Not the latency, from which the time is taken in which a run waited for a person: it was not there sooner.
    matureAfterS: matureAfterS(runs.map(({ startedAt, endedAt }) => endedAt.getTime() - startedAt.getTime())),
    deliveredAfterS: deliveredAfterS(lagsMs),
    clockBehindMs: clockBehindMs(lagsMs),
  }
}

const hourMs = 3_600_000
/** With fewer in the last hour, the last day says more. */
const hourRunsMin = 5
/** Of traffic that is denser it does not matter how dense it is. */
const ratedRuns = 1_000

/** How many runs a minute these versions together had lately: over the last hour, or the last day where that is too few. */
export async function readRunRate(
  db: Tx | PrismaClient,
  agent: string,
  versions: readonly string[],
  until: Date,
): Promise<number> {
  const hour = await newestRuns(db, agent, versions, new Date(until.getTime() - hourMs), until)
  const enough = hour.reduce((sum, each) => sum + each.runs, 0) >= hourRunsMin
  const counted = enough
    ? hour
    : await newestRuns(db, agent, versions, new Date(until.getTime() - 24 * hourMs), until)
  const oldest = Math.min(...counted.map(({ oldestAt }) => oldestAt.getTime()))
  return counted.reduce((sum, { runs, oldestAt }) => {
    const from = runs < ratedRuns ? oldest : oldestAt.getTime()
    return sum + runs / Math.max(1, (until.getTime() - from) / 60_000)
  }, 0)
}

async function newestRuns(
  db: Tx | PrismaClient,
  agent: string,
  versions: readonly string[],
  since: Date,
  until: Date,
): Promise<{ runs: number; oldestAt: Date }[]> {
  return await db.$queryRaw<{ runs: number; oldestAt: Date }[]>`
    SELECT count(*)::int AS runs, min(newest.received_at) AS "oldestAt"
    FROM unnest(${[...new Set(versions)]}::text[]) AS v(name)
    CROSS JOIN LATERAL (
      SELECT received_at FROM run
      WHERE agent = ${agent} AND version = v.name AND received_at > ${since} AND received_at <= ${until}
        AND folded_into IS NULL
      ORDER BY received_at DESC LIMIT ${ratedRuns}) newest
    GROUP BY v.name`
}

/** What the stable's traffic looks like: runs a minute, and the age at which one is surely here. */
export async function readTraffic(
  db: Tx | PrismaClient,
  agent: string,
  stable: string,
  now: Date,
): Promise<{ rate: number; settledAfterS: number }> {
  const rate = await readRunRate(db, agent, [stable], now)
  const times = await readRunTimes(db, agent, stable, now)
  return { rate, settledAfterS: times.matureAfterS + times.deliveredAfterS }
}
