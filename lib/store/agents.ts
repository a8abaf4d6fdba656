import type { Tx } from './transaction.ts'

/** The agents that are registered, each with the types of error by which its policy in force knows a cancelled run. */
export async function readAgents(tx: Tx): Promise<ReadonlyMap<string, readonly string[] | null>> {
  const rows = await tx.$queryRaw<{ name: string; cancelled: readonly string[] | null }[]>`
    SELECT a.name, p.policy->'cancelled' AS cancelled FROM agent a
    LEFT JOIN policy_version p ON p.agent = a.name AND p.number = a.live_policy`
  return new Map(rows.map(({ name, cancelled }) => [name, cancelled]))
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
