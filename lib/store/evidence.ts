import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import type { Tx } from './transaction.ts'
import { fromJson } from './json.ts'

/** The votes on one version that no check had counted, and when its first bad run came in. */
export interface FreshVotes {
  readonly tally: Tally
  readonly firstBadAt: Date | null
}

/** Takes away the votes of these versions: what this transaction counts, no other check counts again. */
export async function takeVotes(
  tx: Tx,
  agent: string,
  versions: readonly string[],
): Promise<ReadonlyMap<string, FreshVotes>> {
  const rows = await tx.$queryRaw<{ version: string; tally: unknown; first_bad_at: Date | null }[]>`
    DELETE FROM evidence WHERE agent = ${agent} AND version = ANY(${versions})
    RETURNING version, tally, first_bad_at`
  const taken = new Map<string, FreshVotes>()
  for (const row of rows) {
    const before = taken.get(row.version) ?? { tally: emptyTally, firstBadAt: null }
    taken.set(row.version, {
      tally: mergeTallies(before.tally, fromJson.tally(row.tally)),
      firstBadAt: earliest(before.firstBadAt, row.first_bad_at),
    })
  }
  return taken
}

/** The figures of every run of a version in a span of time, merged over all writers. */
export async function readTally(
  tx: Tx,
  agent: string,
  version: string,
  from: Date,
  to: Date,
): Promise<Tally> {
  const rows = await tx.bucket.findMany({
    where: { agent, version, startAt: { gte: from, lt: to } },
    select: { tally: true },
  })
  return rows.reduce((sum, row) => mergeTallies(sum, fromJson.tally(row.tally)), emptyTally)
}

function earliest(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b
  return a < b ? a : b
}
