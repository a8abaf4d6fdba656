import type { Tx } from './transaction.ts'

/** A run as far as it matters to whom a score belongs. */
export interface ScoredRunRow {
  readonly traceId: string
  readonly spanId: string
  readonly agent: string
  readonly conversationId: string | null
  readonly startedAt: Date
  readonly endedAt: Date
}

/** The runs of these traces and conversations, the newest first; not those that turned out to be part of another. */
export async function findScoredRuns(
  tx: Tx,
  about: { readonly traceIds: readonly string[]; readonly conversationIds: readonly string[] },
): Promise<ScoredRunRow[]> {
  const { traceIds, conversationIds } = about
  if (traceIds.length === 0 && conversationIds.length === 0) return []
  return await tx.run.findMany({
    where: {
      foldedInto: null,
      OR: [{ traceId: { in: [...traceIds] } }, { conversationId: { in: [...conversationIds] } }],
    },
    select: {
      traceId: true,
      spanId: true,
      agent: true,
      conversationId: true,
      startedAt: true,
      endedAt: true,
    },
    orderBy: { startedAt: 'desc' },
    take: runsMax,
  })
}

const runsMax = 20_000
