import type { Observation, Side } from '#lib/domain/observation/checkOf.ts'
import { type Bounds, type Use, usesOf } from '#lib/domain/observation/due.ts'
import type { Said } from '#lib/domain/observation/observation.ts'
import { Prisma } from './generated/client.ts'
import { fromJson, toJson } from './json.ts'
import type { Tx } from './transaction.ts'

/** What runs have said and no check has taken. A check takes what is due in its own transaction, so each counts once. */

export interface NewObservation extends Observation {
  readonly rolloutId: string
  readonly traceId: string
  readonly spanId: string
  readonly wentWrong: boolean
}

export interface TakenObservation extends Observation {
  readonly wentWrong: boolean
}

/** Records observations for the checks to come. */
export async function recordObservations(tx: Tx, all: readonly NewObservation[]): Promise<void> {
  if (all.length === 0) return
  const iso = (ms: number) => new Date(ms).toISOString()
  await tx.$executeRaw`
    INSERT INTO observation (rollout_id, use, side, turn, unit_began_at, started_at, ended_at, received_at,
                             trace_id, span_id, went_wrong, said)
    SELECT * FROM unnest(
      ${all.map((each) => each.rolloutId)}::text[], ${all.map((each) => each.use)}::text[],
      ${all.map((each) => each.side)}::text[], ${all.map((each) => each.turn)}::int[],
      ${all.map((each) => iso(each.unitBeganAt))}::text[]::timestamptz[],
      ${all.map((each) => iso(each.startedAt))}::text[]::timestamptz[],
      ${all.map((each) => iso(each.endedAt))}::text[]::timestamptz[],
      ${all.map((each) => iso(each.receivedAt))}::text[]::timestamptz[],
      ${all.map((each) => each.traceId)}::text[], ${all.map((each) => each.spanId)}::text[],
      ${all.map((each) => each.wentWrong)}::bool[], ${all.map((each) => JSON.stringify(each.said))}::text[]::jsonb[])`
}

/** As many as one check takes of each use; what is left is taken by the next. */
export const takenMax = 20_000

interface Row {
  readonly use: Use
  readonly side: Side
  readonly turn: number
  readonly unit_began_at: Date
  readonly started_at: Date
  readonly ended_at: Date
  readonly received_at: Date
  readonly went_wrong: boolean
  readonly said: Said
}

/** Takes away the observations of a rollout that are due: `isDue` of lib/domain/observation, asked of PostgreSQL. */
export async function takeDue(tx: Tx, rolloutId: string, bounds: Bounds): Promise<TakenObservation[]> {
  // As an array, so that the rows are found by their key whatever PostgreSQL believes of a table that has just been filled.
  const take = (use: Use, isDue: Prisma.Sql) => Prisma.sql`
    DELETE FROM observation WHERE id = ANY(ARRAY(
      SELECT id FROM observation
      WHERE rollout_id = ${rolloutId} AND use = ${use} AND unit_began_at < ${dateOf(bounds.unitBefore)} AND ${isDue}
      ORDER BY started_at LIMIT ${takenMax}))
    RETURNING use, side, turn, unit_began_at, started_at, ended_at, received_at, went_wrong, said`
  const rows = await tx.$queryRaw<Row[]>`
    WITH cohort AS (${take('cohort', Prisma.sql`ended_at <= ${dateOf(bounds.endedBy)}`)}),
         mature AS (${take('limit', Prisma.sql`started_at <= ${dateOf(bounds.matureBy)}`)}),
         silent AS (${take('silence', Prisma.sql`started_at <= ${dateOf(bounds.silentBy)}`)})
    SELECT * FROM cohort UNION ALL SELECT * FROM mature UNION ALL SELECT * FROM silent`
  return rows.map(observationOf)
}

function observationOf(row: Row): TakenObservation {
  return {
    use: row.use,
    side: row.side,
    turn: row.turn,
    unitBeganAt: row.unit_began_at.getTime(),
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at.getTime(),
    receivedAt: row.received_at.getTime(),
    wentWrong: row.went_wrong,
    said: row.said,
  }
}

/** As a date of PostgreSQL: without an end is the last one there is. */
function dateOf(ms: number): Date {
  return new Date(Number.isFinite(ms) ? Math.floor(ms) : 8.64e15)
}

export interface RunKey {
  readonly traceId: string
  readonly spanId: string
}

/**
 * Forgets what runs have said that no check has taken: they turned out to be parts of others. Answers which of them, by
 * `traceId:spanId`, have so said nothing at all.
 */
export async function forgetObservations(tx: Tx, runs: readonly RunKey[]): Promise<ReadonlySet<string>> {
  if (runs.length === 0) return new Set()
  const rows = await tx.$queryRaw<{ key: string; turn: number }[]>`
    DELETE FROM observation o USING unnest(
      ${runs.map((run) => run.traceId)}::text[], ${runs.map((run) => run.spanId)}::text[]) AS t(trace_id, span_id)
    WHERE o.trace_id = t.trace_id AND o.span_id = t.span_id
    RETURNING o.trace_id || ':' || o.span_id AS key, o.turn`
  return new Set(
    [...Map.groupBy(rows, ({ key }) => key)].flatMap(([key, all]) =>
      all.length >= usesOf(all[0]?.turn ?? 0).length ? [key] : [],
    ),
  )
}

/** The uses that wait for a run, each with what it says; what is not among them was taken. */
export async function waitingOf(tx: Tx, { traceId, spanId }: RunKey) {
  const rows = await tx.observation.findMany({
    where: { traceId, spanId },
    select: { id: true, use: true, said: true },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ id, use, said }) => ({ id, use: use as Use, said: fromJson.said(said) }))
}

/** Says of waiting observations what is known of their runs now. */
export async function restateObservations(
  tx: Tx,
  all: readonly { readonly id: bigint; readonly said: Said; readonly wentWrong: boolean }[],
): Promise<void> {
  for (const { id, said, wentWrong } of all) {
    await tx.observation.update({ where: { id }, data: { said: toJson(said), wentWrong } })
  }
}

/** Counts runs of a watched rollout as having come in. */
export async function recordArrivals(
  tx: Tx,
  all: readonly { readonly rolloutId: string; readonly side: Side; readonly runs: number }[],
): Promise<void> {
  if (all.length > 0) await tx.arrival.createMany({ data: [...all] })
}

/** Takes away how many runs came in since the check before. */
export async function takeArrivals(
  tx: Tx,
  rolloutId: string,
): Promise<{ readonly candidate: number; readonly stable: number }> {
  const rows = await tx.$queryRaw<{ side: Side; runs: number }[]>`
    DELETE FROM arrival WHERE rollout_id = ${rolloutId} RETURNING side, runs`
  const sum = (side: Side) => rows.reduce((total, row) => (row.side === side ? total + row.runs : total), 0)
  return { candidate: sum('candidate'), stable: sum('stable') }
}

/** When the first of the waiting observations that went wrong would be due as a limit, or as a cohort; null of none. */
export async function nextWrong(
  tx: Tx,
  rolloutId: string,
): Promise<{ use: Use; startedAt: Date; endedAt: Date }[]> {
  const rows = await tx.$queryRaw<{ use: Use; started_at: Date; ended_at: Date }[]>`
    SELECT use, min(started_at) AS started_at, min(ended_at) AS ended_at FROM observation
    WHERE rollout_id = ${rolloutId} AND side = 'candidate' AND went_wrong AND use IN ('cohort', 'limit')
    GROUP BY use`
  return rows.map((row) => ({ use: row.use, startedAt: row.started_at, endedAt: row.ended_at }))
}
