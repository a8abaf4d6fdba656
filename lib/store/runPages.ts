import type { RunEvidence } from '#lib/domain/runEvidence.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'

/** Pages of the runs of one agent, newest first, by keyset: however many there are, a page costs the same. */

/** What a run has to be. Null narrows nothing. */
export interface RunConditions {
  readonly agent: string
  /** Empty: the runs that name none. */
  readonly version: string | null
  readonly outcome: 'ok' | 'failed' | 'cancelled' | 'tool_failed' | null
  /** Called by name. */
  readonly tool: string | null
  /** `over` is above `budgetUsd`. */
  readonly cost: 'known' | 'unknown' | 'over' | null
  readonly budgetUsd: number | null
  readonly evidence: RunEvidence | null
  readonly from: Date | null
  readonly until: Date | null
  readonly before: RunKeyset | null
}

/** A place in the list: everything after it is older. */
export interface RunKeyset {
  readonly receivedAt: Date
  readonly traceId: string
  readonly spanId: string
}

export interface RunLineRow extends RunKeyset {
  readonly version: string
  readonly startedAt: Date
  readonly latencyMs: number
  readonly failed: boolean
  readonly cancelled: boolean
  readonly errorType: string | null
  readonly toolCalls: number
  readonly toolFailures: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number | null
  readonly costEstimated: boolean
  readonly amended: boolean
  readonly evidence: RunEvidence
}

export interface RunRows {
  readonly rows: readonly RunLineRow[]
  /** Where the search stopped although there are older runs; null where it looked at all of them. */
  readonly stoppedAt: RunKeyset | null
}

/** Conditions without an index look at so many runs, and at no more. */
export const scannedMax = 10_000

/** At most `max` runs that fit. The index on agent, version and time bounds what is looked at; so does `scanMax`. */
export async function readRunPage(
  db: PrismaClient,
  given: RunConditions,
  max: number,
  scanMax: number,
): Promise<RunRows> {
  const conditions = conditionsSql(given)
  const scan = conditions.length === 0 ? max : scanMax
  const rows = await db.$queryRaw<
    (RunLineRow & { scanned: bigint; endAt: Date | null; endTrace: string | null; endSpan: string | null })[]
  >`
    WITH scanned AS MATERIALIZED (
      SELECT * FROM run r WHERE ${Prisma.join(rangeSql(given), ' AND ')}
      ORDER BY received_at DESC, trace_id DESC, span_id DESC LIMIT ${scan}),
    found AS (
      SELECT r.*, (${evidenceSql}) AS evidence FROM scanned r ${evidenceJoins}
      WHERE ${Prisma.join([Prisma.sql`true`, ...conditions], ' AND ')}
      ORDER BY r.received_at DESC, r.trace_id DESC, r.span_id DESC LIMIT ${max}),
    last AS (SELECT * FROM scanned ORDER BY received_at, trace_id, span_id LIMIT 1)
    SELECT f.trace_id AS "traceId", f.span_id AS "spanId", f.version, f.received_at AS "receivedAt",
      f.started_at AS "startedAt", f.latency_ms AS "latencyMs", f.failed, f.cancelled, f.error_type AS "errorType",
      f.tool_calls AS "toolCalls", f.tool_failures AS "toolFailures", f.input_tokens AS "inputTokens",
      f.output_tokens AS "outputTokens", f.cost_usd AS "costUsd", f.cost_estimated AS "costEstimated",
      f.amended_at IS NOT NULL AS amended, f.evidence,
      (SELECT count(*) FROM scanned) AS scanned, last.received_at AS "endAt", last.trace_id AS "endTrace",
      last.span_id AS "endSpan"
    FROM last LEFT JOIN found f ON true
    ORDER BY f.received_at DESC, f.trace_id DESC, f.span_id DESC`
  const [first] = rows
  const isCut = first !== undefined && conditions.length > 0 && Number(first.scanned) >= scanMax
  const stoppedAt =
    isCut && first.endAt && first.endTrace !== null && first.endSpan !== null
      ? { receivedAt: first.endAt, traceId: first.endTrace, spanId: first.endSpan }
      : null
  // Where nothing was found there is one row, which is none.
  return { rows: rows.filter((row) => row.traceId !== null), stoppedAt }
}

/** What an index answers. */
function rangeSql({ agent, version, from, until, before }: RunConditions): Prisma.Sql[] {
  const all = [Prisma.sql`agent = ${agent}`]
  if (version !== null) all.push(Prisma.sql`version = ${version}`)
  if (from) all.push(Prisma.sql`received_at >= ${from}`)
  if (until) all.push(Prisma.sql`received_at <= ${until}`)
  if (before) {
    const { receivedAt, traceId, spanId } = before
    all.push(
      Prisma.sql`received_at <= ${receivedAt}`,
      Prisma.sql`(received_at, trace_id, span_id) < (${receivedAt}, ${traceId}, ${spanId})`,
    )
  }
  return all
}

/** What none answers. */
function conditionsSql({ outcome, tool, cost, budgetUsd, evidence }: RunConditions): Prisma.Sql[] {
  const all: Prisma.Sql[] = []
  if (outcome === 'ok') all.push(Prisma.sql`NOT r.failed AND NOT r.cancelled`)
  if (outcome === 'failed') all.push(Prisma.sql`r.failed`)
  if (outcome === 'cancelled') all.push(Prisma.sql`r.cancelled`)
  if (outcome === 'tool_failed') all.push(Prisma.sql`r.tool_failures > 0`)
  if (tool !== null) all.push(Prisma.sql`r.tools @> ${JSON.stringify([{ name: tool }])}::jsonb`)
  if (cost === 'known') all.push(Prisma.sql`r.cost_usd IS NOT NULL`)
  if (cost === 'unknown') all.push(Prisma.sql`r.cost_usd IS NULL`)
  // Without a budget nothing is over it.
  if (cost === 'over') all.push(Prisma.sql`r.cost_usd > ${budgetUsd}::float8`)
  if (evidence !== null) all.push(Prisma.sql`(${evidenceSql}) = ${evidence}`)
  return all
}

/**
 * What a run is as evidence (lib/domain/runEvidence.ts), of `r`. Only what was counted is written down; why another one was
 * not is found by the rollout that watched its agent when it came (`w`) and by what is known of its conversation (`u`).
 */
const evidenceSql = Prisma.sql`
  CASE
    WHEN r.folded_into IS NOT NULL THEN 'folded'
    WHEN r.version = '' THEN 'no_version'
    WHEN r.turn = 0 THEN 'first'
    WHEN r.turn > 0 THEN 'later'
    WHEN w.id IS NULL OR r.version NOT IN (w.candidate, w.stable) OR r.received_at > w.watched_until THEN 'no_rollout'
    WHEN r.retry_of IS NOT NULL THEN 'retry'
    WHEN u.version IS NULL THEN 'unknown'
    WHEN u.version <> r.version THEN 'moved'
    WHEN u.began_at < w.started_at THEN 'older'
    WHEN u.moved THEN 'moved'
    ELSE 'unknown'
  END`

const evidenceJoins = Prisma.sql`
  LEFT JOIN LATERAL (
    SELECT o.id, o.candidate, o.stable, o.started_at, CASE
        WHEN o.live_key IS NOT NULL THEN 'infinity'::timestamptz
        WHEN o.phase = 'completed' THEN coalesce(o.rollback_window_ends_at, o.completed_at)
        ELSE coalesce(i.recovery_ended_at, i.recovery_until, o.rolled_back_at, 'infinity'::timestamptz)
      END AS watched_until
    FROM rollout o LEFT JOIN incident i ON i.rollout_id = o.id
    WHERE o.agent = r.agent AND o.started_at <= r.received_at
    ORDER BY o.started_at DESC LIMIT 1) w ON true
  LEFT JOIN unit u ON u.agent = r.agent AND u.unit = coalesce(r.unit, 'trace:' || r.trace_id)`

/** What one run is as evidence, and on which rollout. */
export async function readRunEvidence(
  db: PrismaClient,
  run: { readonly traceId: string; readonly spanId: string },
): Promise<{ readonly evidence: RunEvidence; readonly rolloutId: string | null }> {
  const rows = await db.$queryRaw<{ evidence: RunEvidence; rolloutId: string | null }[]>`
    SELECT (${evidenceSql}) AS evidence, w.id AS "rolloutId" FROM run r ${evidenceJoins}
    WHERE r.trace_id = ${run.traceId} AND r.span_id = ${run.spanId}`
  return rows[0] ?? { evidence: 'unknown', rolloutId: null }
}

const namesFrom = 1_000

/** The tools that the newest runs of an agent called. */
export async function readRecentTools(db: PrismaClient, agent: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT t->>'name' AS name
    FROM (SELECT tools FROM run WHERE agent = ${agent} ORDER BY received_at DESC LIMIT ${namesFrom}) newest,
      jsonb_array_elements(newest.tools) t
    ORDER BY 1 LIMIT 200`
  return rows.map(({ name }) => name)
}
