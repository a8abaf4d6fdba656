import type { Tx } from './transaction.ts'

/** The names of the agents that are registered. */
export async function readAgentNames(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.agent.findMany({ select: { name: true } })
  return new Set(rows.map((row) => row.name))
}

/** The agents of whose newest runs, so many since then, each names a parent that has not come. */
export async function readLonelyAgents(tx: Tx, since: Date, runs: number): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT a.name FROM agent a, LATERAL (
      SELECT count(*) AS runs, bool_and(r.parent_missing) AS lonely FROM (
        SELECT parent_missing FROM run
        WHERE agent = a.name AND folded_into IS NULL AND received_at >= ${since}
        ORDER BY received_at DESC LIMIT ${runs}) r) newest
    WHERE newest.runs = ${runs} AND newest.lonely`
  return new Set(rows.map((row) => row.name))
}
