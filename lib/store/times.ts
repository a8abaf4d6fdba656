import type { Times } from '#lib/domain/observation/timing.ts'
import { maturityAgeMs, maturityRuns } from '#lib/domain/maturity.ts'
import type { Tx } from './transaction.ts'

/**
 * How long the newest runs of two versions took, and how late they came; a clock that is ahead makes none come early. In
 * one question, because a check asks it each time.
 */
export async function readTimes(
  tx: Tx,
  agent: string,
  { stable, candidate }: { readonly stable: string; readonly candidate: string },
  now: Date,
): Promise<{ readonly stable: Times; readonly candidate: Times }> {
  const since = new Date(now.getTime() - maturityAgeMs)
  const rows = await tx.$queryRaw<{ version: string; duration: number; lag: number }[]>`
    SELECT v.name AS version, extract(epoch FROM r.ended_at - r.started_at)::float8 * 1000 AS duration,
           greatest(extract(epoch FROM r.received_at - r.ended_at)::float8, 0) * 1000 AS lag
    FROM unnest(${[stable, candidate]}::text[]) AS v(name)
    CROSS JOIN LATERAL (
      SELECT started_at, ended_at, received_at FROM run
      WHERE agent = ${agent} AND version = v.name AND folded_into IS NULL AND received_at >= ${since}
      ORDER BY received_at DESC LIMIT ${maturityRuns}) r`
  const of = (version: string): Times => {
    const own = rows.filter((row) => row.version === version)
    return { durationsMs: own.map((row) => row.duration), lagsMs: own.map((row) => row.lag) }
  }
  return { stable: of(stable), candidate: of(candidate) }
}

/** How many runs a second these versions had together in the last hour, or since `since` where that is later. */
export async function readRate(
  tx: Tx,
  agent: string,
  versions: readonly string[],
  now: Date,
  since: Date,
): Promise<number> {
  const from = new Date(Math.max(now.getTime() - 3_600_000, since.getTime()))
  const seconds = Math.max(1, (now.getTime() - from.getTime()) / 1000)
  const rows = await tx.$queryRaw<{ runs: number }[]>`
    SELECT coalesce(sum((tally->>'runs')::float8), 0)::float8 AS runs FROM bucket
    WHERE agent = ${agent} AND version = ANY(${[...versions]}) AND start_at >= ${from} AND start_at <= ${now}`
  return (rows[0]?.runs ?? 0) / seconds
}

const unattributedMs = 600_000

/** The share of the agent's runs of the last ten minutes whose version is not a registered one; null without runs. */
export async function readUnattributedShare(tx: Tx, agent: string, now: Date): Promise<number | null> {
  const from = new Date(now.getTime() - unattributedMs)
  const rows = await tx.$queryRaw<{ runs: number; without: number }[]>`
    SELECT coalesce(sum((b.tally->>'runs')::float8), 0)::float8 AS runs,
           coalesce(sum((b.tally->>'runs')::float8) FILTER (WHERE v.name IS NULL), 0)::float8 AS without
    FROM bucket b LEFT JOIN version v ON v.agent = b.agent AND v.name = b.version
    WHERE b.agent = ${agent} AND b.start_at >= ${from} AND b.start_at <= ${now}`
  const row = rows[0]
  return row && row.runs > 0 ? row.without / row.runs : null
}
