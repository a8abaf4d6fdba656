import type { CheckpointVerdict } from '#lib/record/checkpoints.ts'
import { openVerification, type RecordVerdict } from '#lib/record/verification.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** The audit record of a chain (or of all) as it is exported: one JSON line an entry, oldest first. */
export async function exportedLines(db: PrismaClient, chain?: string): Promise<string[]> {
  const rows = await db.auditEntry.findMany({
    where: chain === undefined ? {} : { chain },
    orderBy: { position: 'asc' },
  })
  return rows.map((row) =>
    JSON.stringify({
      ...(JSON.parse(row.body) as object),
      position: Number(row.position),
      prev_hash: row.prevHash,
      hash: row.hash,
    }),
  )
}

/** What is wrong with the record; nothing when it holds. */
export async function recordFaults(db: PrismaClient): Promise<readonly string[]> {
  const { faults } = await verdictOn(await exportedLines(db))
  return faults.map((fault) => fault.says)
}

/** What the verification says of these lines. */
export async function verdictOn(
  lines: readonly string[],
  checkpoints?: CheckpointVerdict,
  isPart = false,
): Promise<RecordVerdict> {
  const verification = openVerification({ checkpoints, isPart })
  await verification.add(lines)
  return verification.end()
}

/** How many rows every table of the application has: the same before and after when nothing was written. */
export async function rowCounts(db: PrismaClient): Promise<Readonly<Record<string, number>>> {
  const rows = await db.$queryRaw<{ name: string; count: number }[]>`
    SELECT relname AS name,
           (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text::int AS count
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_prisma%'
    ORDER BY relname`
  return Object.fromEntries(rows.map((row) => [row.name, row.count]))
}
