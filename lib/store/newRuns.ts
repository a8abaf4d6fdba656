import type { Prisma } from './generated/client.ts'
import type { Tx } from './transaction.ts'

export type NewRun = Prisma.RunCreateManyInput

/** Writes runs down; one that is there already changes nothing. Answers the keys `traceId:spanId` of the new ones. */
export async function insertRuns(tx: Tx, runs: readonly NewRun[]): Promise<ReadonlySet<string>> {
  if (runs.length === 0) return new Set()
  const rows = await tx.run.createManyAndReturn({
    data: [...runs],
    skipDuplicates: true,
    select: { traceId: true, spanId: true },
  })
  return new Set(rows.map((row) => `${row.traceId}:${row.spanId}`))
}
