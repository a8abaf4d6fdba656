import type { EdgeNote, EdgeNoteKind } from '#lib/domain/edgeNote.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'

const keptMs = 24 * 3_600_000

/** Adds what an edge noted since the last time, and forgets what is older than a day. */
export async function addEdgeNotes(
  db: PrismaClient,
  instance: string,
  notes: readonly EdgeNote[],
  now: Date,
): Promise<void> {
  if (notes.length === 0) return
  const rows = notes.map(
    ({ kind, agent, detail, count, lastAt }) =>
      Prisma.sql`(${instance}, ${kind}, ${agent ?? ''}, ${detail}, ${count}::int, ${lastAt}::timestamptz)`,
  )
  await db.$executeRaw`
    INSERT INTO edge_note (instance, kind, agent, detail, count, last_at) VALUES ${Prisma.join(rows)}
    ON CONFLICT (instance, kind, agent) DO UPDATE SET
      count = CASE WHEN edge_note.last_at < EXCLUDED.last_at - interval '10 minutes' THEN EXCLUDED.count
        ELSE edge_note.count + EXCLUDED.count END,
      detail = EXCLUDED.detail, last_at = EXCLUDED.last_at`
  await db.edgeNote.deleteMany({ where: { lastAt: { lt: new Date(now.getTime() - keptMs) } } })
}

/** What all edges noted since then, added up; the newest first. */
export async function readEdgeNotes(db: PrismaClient, since: Date): Promise<EdgeNote[]> {
  const rows = await db.$queryRaw<
    { kind: EdgeNoteKind; agent: string; detail: string; count: number; lastAt: Date }[]
  >`
    SELECT kind, agent, (array_agg(detail ORDER BY last_at DESC))[1] AS detail,
      sum(count)::int AS count, max(last_at) AS "lastAt"
    FROM edge_note WHERE last_at >= ${since} GROUP BY kind, agent ORDER BY max(last_at) DESC`
  return rows.map((row) => ({ ...row, agent: row.agent === '' ? null : row.agent }))
}
