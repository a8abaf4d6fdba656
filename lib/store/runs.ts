import type { FreshFigures } from '#lib/domain/recovery.ts'
import type { Tx } from './transaction.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'

/** Only runs that began in these times by our own clock. */
export interface Begun {
  readonly from: Date
  /** No end where it is null. */
  readonly until: Date | null
  /** By how much the clock of the senders is behind ours (`clockBehindMs`). */
  readonly behindMs: number
}

/**
 * When a run began, by our clock: at its start by the sender's, put right by what that clock is known to be behind; and
 * no later than its arrival less its duration, whatever the sender's clock says.
 */
const beganAt = (behindMs: number) => Prisma.sql`least(
  started_at + ${behindMs}::float8 * interval '1 millisecond',
  received_at - greatest(ended_at - started_at, interval '0'))`

function begunWithin(begun: Begun | null): Prisma.Sql {
  if (!begun) return Prisma.empty
  const from = Prisma.sql`AND ${beganAt(begun.behindMs)} >= ${begun.from}`
  return begun.until ? Prisma.sql`${from} AND ${beganAt(begun.behindMs)} <= ${begun.until}` : from
}

/** The figures of one version over the runs that came in since then, and until another moment where one is given. */
export async function readFigures(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  since: Date,
  until: Date | null = null,
  begun: Begun | null = null,
): Promise<FreshFigures> {
  const rows = await db.$queryRaw<
    {
      runs: number
      error_rate: number | null
      p95: number | null
      tool_rate: number | null
      cost: number | null
    }[]
  >`
    SELECT count(*)::int AS runs,
           avg(failed::int)::float8 AS error_rate,
           percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms) AS p95,
           (avg(tool_failures::float8 / tool_calls) FILTER (WHERE tool_calls > 0))::float8 AS tool_rate,
           avg(cost_usd)::float8 AS cost
    FROM run WHERE agent = ${agent} AND version = ${version} AND received_at >= ${since}
      AND folded_into IS NULL AND (${until}::timestamptz IS NULL OR received_at <= ${until})
      ${begunWithin(begun)}`
  const row = rows[0]
  return {
    runs: row?.runs ?? 0,
    rates: {
      error_rate: row?.error_rate ?? null,
      latency_p95_ms: row?.p95 ?? null,
      tool_failure_rate: row?.tool_rate ?? null,
      cost_per_run_usd: row?.cost ?? null,
    },
  }
}

/** How many runs of a version came in since then, of those that began in the times that are given. */
export async function countRuns(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  since: Date,
  begun: Begun | null = null,
): Promise<number> {
  const rows = await db.$queryRaw<{ runs: number }[]>`
    SELECT count(*)::int AS runs FROM run
    WHERE agent = ${agent} AND version = ${version} AND received_at >= ${since}
      AND folded_into IS NULL ${begunWithin(begun)}`
  return rows[0]?.runs ?? 0
}

/**
 * Of the runs of a version that began in these times, how many belong to conversations of which this version had a run
 * that began before.
 */
export async function countRunsOfOlder(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  begun: Begun,
  lookBackMs: number,
): Promise<number> {
  const began = beganAt(begun.behindMs)
  const rows = await db.$queryRaw<{ runs: number }[]>`
    SELECT count(*)::int AS runs FROM run
    WHERE agent = ${agent} AND version = ${version} AND received_at >= ${begun.from}
      AND folded_into IS NULL ${begunWithin(begun)}
      AND conversation_id IN (
        SELECT conversation_id FROM run
        WHERE agent = ${agent} AND version = ${version} AND conversation_id IS NOT NULL
          AND received_at >= ${new Date(begun.from.getTime() - lookBackMs)} AND ${began} < ${begun.from})`
  return rows[0]?.runs ?? 0
}

/** What a version did since then: the blast radius of a candidate. */
export interface Reach {
  readonly runs: number
  readonly failed: number
  readonly conversations: number
  readonly users: number
  readonly toolCalls: number
  readonly costUsd: number | null
}

/** Everything a version did in a span of time. */
export async function readReach(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  from: Date,
  to: Date,
): Promise<Reach> {
  const rows = await db.$queryRaw<Reach[]>`
    SELECT count(*)::int AS runs, count(*) FILTER (WHERE failed)::int AS failed,
           count(DISTINCT conversation_id)::int AS conversations, count(DISTINCT user_hash)::int AS users,
           coalesce(sum(tool_calls), 0)::int AS "toolCalls", sum(cost_usd)::float8 AS "costUsd"
    FROM run WHERE agent = ${agent} AND version = ${version} AND received_at >= ${from} AND received_at <= ${to}
      AND folded_into IS NULL`
  return rows[0] ?? { runs: 0, failed: 0, conversations: 0, users: 0, toolCalls: 0, costUsd: null }
}

/** When the first run came in since then that failed, had a failed tool call, or was slower than the limit; null when none did. */
export async function firstBadRun(
  tx: Tx,
  agent: string,
  version: string,
  since: Date,
  latencyLimitMs: number | null,
): Promise<Date | null> {
  const first = await tx.run.findFirst({
    where: {
      agent,
      version,
      foldedInto: null,
      receivedAt: { gte: since },
      OR: [
        { failed: true },
        { toolFailures: { gt: 0 } },
        ...(latencyLimitMs === null ? [] : [{ latencyMs: { gt: latencyLimitMs } }]),
      ],
    },
    orderBy: { receivedAt: 'asc' },
    select: { receivedAt: true },
  })
  return first?.receivedAt ?? null
}
