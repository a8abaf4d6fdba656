import type { Tx } from '#lib/store/transaction.ts'

/** The agent that a rollout belongs to; null when there is no such rollout. */
export async function rolloutAgent(tx: Tx, input: { rolloutId: string }): Promise<string | null> {
  const row = await tx.rollout.findUnique({ where: { id: input.rolloutId }, select: { agent: true } })
  return row?.agent ?? null
}
