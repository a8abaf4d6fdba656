import type { Prisma, PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** Spans that wait for the end of their run. Held here and not in memory, so that no crash loses an accepted one. */

export interface KeptPart {
  readonly traceId: string
  readonly spanId: string
  readonly isRun: boolean
  readonly part: Prisma.InputJsonValue
}

/** Keeps parts; one that is there, or whose run was counted already, changes nothing. Answers how many were new. */
export async function keepParts(
  db: PrismaClient,
  parts: readonly KeptPart[],
  receivedAt: Date,
): Promise<number> {
  if (parts.length === 0) return 0
  return await db.$executeRaw`
    INSERT INTO span_part (trace_id, span_id, is_run, part, received_at)
    SELECT t.trace_id, t.span_id, t.is_run, t.part, ${receivedAt}
    FROM unnest(
      ${parts.map((p) => p.traceId)}::text[], ${parts.map((p) => p.spanId)}::text[],
      ${parts.map((p) => p.isRun)}::bool[], ${parts.map((p) => JSON.stringify(p.part))}::text[]::jsonb[]
    ) AS t(trace_id, span_id, is_run, part)
    WHERE NOT (t.is_run AND EXISTS (SELECT 1 FROM run r WHERE r.trace_id = t.trace_id AND r.span_id = t.span_id))
    ON CONFLICT DO NOTHING`
}

/** The parts of the traces whose run came in before `settledBefore`, taken away. No other edge takes the same ones. */
export async function takeSettledTraces(
  tx: Tx,
  settledBefore: Date,
  tracesMax: number,
): Promise<{ part: unknown; receivedAt: Date }[]> {
  const rows = await tx.$queryRaw<{ part: unknown; received_at: Date }[]>`
    WITH due AS (
      SELECT trace_id, span_id FROM span_part WHERE is_run AND received_at <= ${settledBefore}
      ORDER BY received_at LIMIT ${tracesMax} FOR UPDATE SKIP LOCKED)
    DELETE FROM span_part p USING (SELECT DISTINCT trace_id FROM due) d
    WHERE p.trace_id = d.trace_id RETURNING p.part, p.received_at`
  return rows.map((row) => ({ part: row.part, receivedAt: row.received_at }))
}

/** Which span is below which, of the spans of these traces that are kept. */
export async function readLinks(
  tx: Tx,
  traceIds: readonly string[],
): Promise<{ readonly traceId: string; readonly spanId: string; readonly parentSpanId: string | null }[]> {
  if (traceIds.length === 0) return []
  return await tx.$queryRaw`
    SELECT trace_id AS "traceId", span_id AS "spanId", part->>'parentSpanId' AS "parentSpanId"
    FROM span_part WHERE trace_id = ANY(${traceIds})`
}

/** Drops parts whose run never came. Answers how many. */
export async function dropOrphans(db: PrismaClient, receivedBefore: Date): Promise<number> {
  const { count } = await db.spanPart.deleteMany({ where: { receivedAt: { lt: receivedBefore } } })
  return count
}
