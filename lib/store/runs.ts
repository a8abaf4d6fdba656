import type { FreshFigures } from '#lib/domain/recovery.ts'
import type { Tx } from './transaction.ts'
import type { PrismaClient } from './generated/client.ts'

/** The figures of one version over the runs that came in since then, and until another moment where one is given. */
export async function readFigures(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  since: Date,
  until: Date | null = null,
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
      AND folded_into IS NULL AND (${until}::timestamptz IS NULL OR received_at <= ${until})`
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

/** How many runs of a version came in since then. */
export async function countRuns(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  since: Date,
): Promise<number> {
  return await db.run.count({ where: { agent, version, foldedInto: null, receivedAt: { gte: since } } })
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
