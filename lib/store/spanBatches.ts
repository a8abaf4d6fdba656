import type { PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/**
 * The spans that came, as they came, for a day: every late one amends the run that it is in. Held here and not in memory,
 * so that no crash loses an accepted one.
 */

/** The spans of one trace that came with one request. */
export interface SpanBatch {
  readonly traceId: string
  readonly spanCount: number
  /** Whether all of them are links. */
  readonly bare: boolean
  readonly spans: string
}

/** In no text that is JSON; an array would have every quotation mark in it escaped. */
const separator = '\u001e'

/**
 * Keeps what came and makes its traces due, both or nothing. A trace of which nothing but links is known is not looked at.
 * The traces are locked in one order, so that no two requests wait for each other.
 */
export async function keepSpans(
  db: PrismaClient,
  batches: readonly SpanBatch[],
  receivedAt: Date,
  dueAt: Date,
): Promise<void> {
  if (batches.length === 0) return
  const traceIds = batches.map((batch) => batch.traceId)
  const texts = batches.map((batch) => batch.spans).join(separator)
  const bare = batches.map((batch) => batch.bare)
  await db.$executeRaw`
    WITH kept AS (
      INSERT INTO span_batch (trace_id, received_at, span_count, bare, spans)
      SELECT t.trace_id, ${receivedAt}, t.span_count, t.bare, t.spans
      FROM unnest(
        ${traceIds}::text[], ${batches.map((batch) => batch.spanCount)}::int[], ${bare}::bool[],
        string_to_array(${texts}, ${separator})
      ) AS t(trace_id, span_count, bare, spans))
    INSERT INTO pending_trace AS p (trace_id, due_at)
    SELECT t.trace_id, ${dueAt} FROM unnest(${traceIds}::text[], ${bare}::bool[]) AS t(trace_id, bare)
    WHERE NOT t.bare OR EXISTS (SELECT 1 FROM span_batch b WHERE b.trace_id = t.trace_id AND NOT b.bare)
    ORDER BY t.trace_id
    ON CONFLICT (trace_id) DO UPDATE SET
      due_at = LEAST(p.due_at, GREATEST(EXCLUDED.due_at, p.rest_until))`
}

/** Everything that came of these traces, in the order in which it came. */
export async function readSpans(
  tx: Tx,
  traceIds: readonly string[],
): Promise<{ traceId: string; receivedAt: Date; spans: string }[]> {
  if (traceIds.length === 0) return []
  return await tx.$queryRaw<{ traceId: string; receivedAt: Date; spans: string }[]>`
    SELECT trace_id AS "traceId", received_at AS "receivedAt", spans FROM span_batch
    WHERE trace_id = ANY(${[...traceIds]}::text[]) ORDER BY id`
}

/**
 * What came of one trace, in the order in which it came, until there are so many spans; and how many there are in all. For a
 * screen, which is never as patient as the assembly of runs.
 */
export async function readFirstSpans(
  db: PrismaClient,
  traceId: string,
  max: number,
): Promise<{
  readonly spanCount: number
  readonly batches: readonly { readonly receivedAt: Date; readonly spans: string }[]
}> {
  const rows = await db.$queryRaw<{ receivedAt: Date; spans: string; spanCount: number }[]>`
    SELECT received_at AS "receivedAt", spans, in_all::int AS "spanCount" FROM (
      SELECT id, received_at, spans, sum(span_count) OVER (ORDER BY id) - span_count AS before,
        sum(span_count) OVER () AS in_all
      FROM span_batch WHERE trace_id = ${traceId}) t
    WHERE before < ${max} ORDER BY id`
  return { spanCount: rows[0]?.spanCount ?? 0, batches: rows }
}

const hourMs = 3_600_000
/** A link stands above what came before it: who ends first is sent first. So links alone need not be kept for long. */
const linksKeptMs = hourMs / 4
const keptMs = 24 * hourMs
/** Of a trace that never ends. Runs are amended for a day, and what is in them may have come a day before. */
const keptMostMs = 48 * hourMs

/** Forgets traces of which nothing came for a day, and those that turned out to be no agent's. */
export async function dropSpans(db: PrismaClient, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  // Only those of the last hour: the rest was looked at then, and goes with its trace.
  await db.$executeRaw`
    DELETE FROM span_batch b WHERE b.bare
      AND b.received_at < ${before(linksKeptMs)} AND b.received_at >= ${before(linksKeptMs + hourMs)}
      AND NOT EXISTS (SELECT 1 FROM span_batch c WHERE c.trace_id = b.trace_id AND NOT c.bare)`
  await db.$executeRaw`
    DELETE FROM span_batch b WHERE b.received_at < ${before(keptMs)} AND (
      b.received_at < ${before(keptMostMs)}
      OR NOT EXISTS (
        SELECT 1 FROM span_batch c WHERE c.trace_id = b.trace_id AND c.received_at >= ${before(keptMs)}))`
  await db.$executeRaw`
    DELETE FROM pending_trace p WHERE (p.due_at IS NULL AND p.rest_until < ${now})
      OR NOT EXISTS (SELECT 1 FROM span_batch b WHERE b.trace_id = p.trace_id)`
}
