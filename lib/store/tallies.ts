import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import { fromJson } from './json.ts'
import type { Tx } from './transaction.ts'

/** Where finished runs are counted for the screen: in buckets of ten seconds. */

export interface BucketTally {
  readonly agent: string
  /** Empty where no rung of the version ladder matched. */
  readonly version: string
  readonly startAt: Date
  readonly tally: Tally
}

/**
 * Adds to this writer's buckets. A writer adds to its own only, so no two wait for each other; what it takes off another's
 * run makes its own bucket less than nothing, and the sum over all writers is right.
 */
export async function addToBuckets(tx: Tx, writer: string, added: readonly BucketTally[]): Promise<void> {
  if (added.length === 0) return
  const agents = added.map((each) => each.agent)
  const versions = added.map((each) => each.version)
  const starts = added.map((each) => each.startAt.toISOString())
  const before = await tx.$queryRaw<{ agent: string; version: string; start_at: Date; tally: unknown }[]>`
    SELECT b.agent, b.version, b.start_at, b.tally FROM bucket b JOIN unnest(
      ${agents}::text[], ${versions}::text[], ${starts}::timestamptz[]) AS t(agent, version, start_at)
    ON b.agent = t.agent AND b.version = t.version AND b.start_at = t.start_at WHERE b.writer = ${writer}`
  const keyOf = (agent: string, version: string, startAt: Date) =>
    JSON.stringify([agent, version, startAt.getTime()])
  const known = new Map(
    before.map((row) => [keyOf(row.agent, row.version, row.start_at), fromJson.tally(row.tally)]),
  )
  const sums = added.map(({ agent, version, startAt, tally }) =>
    JSON.stringify(mergeTallies(known.get(keyOf(agent, version, startAt)) ?? emptyTally, tally)),
  )
  await tx.$executeRaw`
    INSERT INTO bucket (agent, version, start_at, writer, tally)
    SELECT t.agent, t.version, t.start_at, ${writer}, t.tally::jsonb FROM unnest(
      ${agents}::text[], ${versions}::text[], ${starts}::timestamptz[], ${sums}::text[]
    ) AS t(agent, version, start_at, tally)
    ON CONFLICT (agent, version, start_at, writer) DO UPDATE SET tally = EXCLUDED.tally`
}

/** The figures of every run of a version in a span of time, merged over all writers. */
export async function readTally(
  tx: Tx,
  agent: string,
  version: string,
  from: Date,
  to: Date,
): Promise<Tally> {
  const rows = await tx.bucket.findMany({
    where: { agent, version, startAt: { gte: from, lt: to } },
    select: { tally: true },
  })
  return rows.reduce((sum, row) => mergeTallies(sum, fromJson.tally(row.tally)), emptyTally)
}
