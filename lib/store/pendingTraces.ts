import type { PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** Which traces are to be looked at, and when. Whoever looks at one holds its row, so that no two do at once. */

export interface DueTrace {
  readonly traceId: string
  /** How many spans of it came, with those that came twice. */
  readonly spanCount: number
}

/** The traces that are due, the longest first, held until the transaction ends. What comes of them meanwhile waits, and makes them due again. */
export async function takeDueTraces(tx: Tx, now: Date, tracesMax: number): Promise<DueTrace[]> {
  return await tx.$queryRaw<DueTrace[]>`
    WITH due AS (
      SELECT trace_id, due_at FROM pending_trace WHERE due_at <= ${now}
      ORDER BY due_at LIMIT ${tracesMax} FOR UPDATE SKIP LOCKED)
    SELECT d.trace_id AS "traceId", coalesce(sum(b.span_count), 0)::int AS "spanCount"
    FROM due d LEFT JOIN span_batch b ON b.trace_id = d.trace_id 
    GROUP BY d.trace_id, d.due_at ORDER BY d.due_at`
}

export interface Looked {
  readonly traceId: string
  /** When to look again though nothing comes; null: not before something does. */
  readonly again: Date | null
  /** Not before this, whatever comes; null: as soon as it does. */
  readonly restUntil: Date | null
}

/** Takes these traces off the queue, or puts them back. */
export async function putBack(tx: Tx, looked: readonly Looked[]): Promise<void> {
  const done = looked.filter(({ again, restUntil }) => again === null && restUntil === null)
  const kept = looked.filter(({ again, restUntil }) => again !== null || restUntil !== null)
  if (done.length > 0) {
    await tx.$executeRaw`
      DELETE FROM pending_trace WHERE trace_id = ANY(${done.map((each) => each.traceId)}::text[])`
  }
  if (kept.length === 0) return
  const at = (date: Date | null) => date?.toISOString() ?? null
  await tx.$executeRaw`
    UPDATE pending_trace p SET due_at = t.again, rest_until = t.rest_until
    FROM unnest(
      ${kept.map((each) => each.traceId)}::text[], ${kept.map((each) => at(each.again))}::timestamptz[],
      ${kept.map((each) => at(each.restUntil))}::timestamptz[]
    ) AS t(trace_id, again, rest_until) WHERE p.trace_id = t.trace_id`
}

/** Puts the trace that is due first aside until then, because it cannot be dealt with. Answers which it was. */
export async function setFirstAside(db: PrismaClient, now: Date, until: Date): Promise<string | null> {
  const rows = await db.$queryRaw<{ trace_id: string }[]>`
    UPDATE pending_trace SET due_at = ${until}, rest_until = ${until} WHERE trace_id = (
      SELECT trace_id FROM pending_trace WHERE due_at <= ${now} ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING trace_id`
  return rows[0]?.trace_id ?? null
}
