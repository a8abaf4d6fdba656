import type { Tx } from './transaction.ts'

/** The names of the agents that are registered. */
export async function readAgentNames(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.agent.findMany({ select: { name: true } })
  return new Set(rows.map((row) => row.name))
}
