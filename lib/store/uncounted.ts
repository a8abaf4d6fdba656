import { addUp, detailsMax, type Uncounted, type UncountedCause } from '#lib/domain/uncounted.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** Runs that could not be counted as a version's, by agent, cause and minute; kept for a day. */

const hourMs = 3_600_000
const minuteMs = 60_000

/**
 * Adds what could not be counted to the minute of `at`. Past `detailsMax` details of one cause in an hour, further ones are
 * counted together, so that whoever sends another version with every run fills no table.
 */
export async function addUncounted(
  db: Tx | PrismaClient,
  rows: readonly Uncounted[],
  at: Date,
): Promise<void> {
  if (rows.length === 0) return
  const bounded = addUp(await boundDetails(db, addUp(rows), at))
  const minute = minuteOf(at)
  // In one order: two edges that add to the same rows wait for each other, and do not lock each other out.
  const keyOf = ({ agent, cause, detail }: Uncounted) => `${agent} ${cause} ${detail}`
  const values = bounded
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    .map(
      ({ agent, cause, detail, count }) =>
        Prisma.sql`(${agent}, ${cause}, ${detail}, ${minute}::timestamptz, ${count}::int)`,
    )
  await db.$executeRaw`
    INSERT INTO uncounted_run (agent, cause, detail, minute, count) VALUES ${Prisma.join(values)}
    ON CONFLICT (agent, cause, detail, minute) DO UPDATE SET count = uncounted_run.count + EXCLUDED.count`
}

async function boundDetails(
  db: Tx | PrismaClient,
  rows: readonly Uncounted[],
  at: Date,
): Promise<Uncounted[]> {
  const known = await db.uncountedRun.findMany({
    where: {
      agent: { in: [...new Set(rows.map(({ agent }) => agent))] },
      minute: { gte: new Date(at.getTime() - hourMs) },
    },
    distinct: ['agent', 'cause', 'detail'],
    select: { agent: true, cause: true, detail: true },
  })
  const groupOf = (row: { agent: string; cause: string }) => `${row.agent} ${row.cause}`
  const details = new Map<string, Set<string>>()
  for (const row of known) details.set(groupOf(row), (details.get(groupOf(row)) ?? new Set()).add(row.detail))
  return rows.map((row) => {
    const seen = details.get(groupOf(row)) ?? new Set()
    if (!seen.has(row.detail) && seen.size >= detailsMax) return { ...row, detail: '' }
    details.set(groupOf(row), seen.add(row.detail))
    return row
  })
}

/** The minute that a moment lies in: what could not be counted is known to the minute alone. */
export function minuteOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / minuteMs) * minuteMs)
}

export interface UncountedSum {
  readonly cause: UncountedCause
  /** The version as it was sent; empty where none was, or where many were. */
  readonly detail: string
  readonly count: number
  /** The minute of the last of them. */
  readonly lastAt: Date
}

/** What could not be counted of an agent's runs in these times, by cause and detail; the most first. */
export async function readUncounted(
  db: Tx | PrismaClient,
  agent: string,
  from: Date,
  to: Date,
): Promise<UncountedSum[]> {
  return await db.$queryRaw<UncountedSum[]>`
    SELECT cause, detail, sum(count)::int AS count, max(minute) AS "lastAt" FROM uncounted_run
    WHERE agent = ${agent} AND minute >= ${from} AND minute <= ${to}
    GROUP BY cause, detail ORDER BY count DESC, cause, detail`
}

/** How many runs a minute could not be counted in the hour before this minute: what is usual, and no fault of a release. */
export async function rateBefore(db: Tx | PrismaClient, agent: string, minute: Date): Promise<number> {
  const to = new Date(minute.getTime() - minuteMs)
  const rows = await readUncounted(db, agent, new Date(minute.getTime() - hourMs), to)
  return rows.reduce((sum, { count }) => sum + count, 0) / 60
}

/** Forgets what is older. */
export async function forgetUncounted(db: PrismaClient, before: Date): Promise<void> {
  await db.uncountedRun.deleteMany({ where: { minute: { lt: before } } })
}
