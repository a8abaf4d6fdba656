import type { PrismaClient, Score as ScoreRow } from './generated/client.ts'
import type { Tx } from './transaction.ts'

export type { ScoreRow }

export type NewScore = Omit<ScoreRow, 'runTraceId' | 'runSpanId' | 'joinedAt'>

/** Keeps scores; one that is there already changes nothing. Answers how many were new. */
export async function keepScores(db: PrismaClient, scores: readonly NewScore[]): Promise<number> {
  if (scores.length === 0) return 0
  const { count } = await db.score.createMany({ data: scores.map(copied), skipDuplicates: true })
  return count
}

function copied(score: NewScore) {
  return { ...score, agents: [...score.agents] }
}

/** The scores without a run that are to be looked at now, the longest due first. No other edge takes the same ones. */
export async function takeWaitingScores(tx: Tx, now: Date, max: number): Promise<ScoreRow[]> {
  const ids = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM score WHERE joined_at IS NULL AND look_at <= ${now}
    ORDER BY look_at LIMIT ${max} FOR UPDATE SKIP LOCKED`
  if (ids.length === 0) return []
  return await tx.score.findMany({ where: { id: { in: ids.map(({ id }) => id) } } })
}

/** Puts off what found no run. */
export async function lookAgain(tx: Tx, later: readonly { id: string; lookAt: Date }[]): Promise<void> {
  if (later.length === 0) return
  await tx.$executeRaw`
    UPDATE score s SET look_at = t.look_at
    FROM unnest(${later.map(({ id }) => id)}::text[], ${later.map(({ lookAt }) => lookAt)}::timestamptz[])
      AS t(id, look_at) WHERE s.id = t.id`
}

export interface RunKey {
  readonly traceId: string
  readonly spanId: string
}

/** A score and the run that it turned out to be of. */
export interface JoinedScore {
  readonly id: string
  readonly run: RunKey & { readonly agent: string }
  readonly name: string
  readonly value: number
  readonly label: string | null
  readonly at: Date
  /** What the run had by this name before; null when this is its first: only then is it news that there is one. */
  readonly before: number | null
  /** False of one that came after a newer one: it changes nothing. */
  readonly isNewest: boolean
}

/** Locks these runs until the end of the transaction, so that two edges do not both find a first score. */
export async function lockRuns(tx: Tx, runs: readonly RunKey[]): Promise<void> {
  if (runs.length === 0) return
  await tx.$queryRaw`
    SELECT 1 FROM run r
    JOIN unnest(${runs.map((run) => run.traceId)}::text[], ${runs.map((run) => run.spanId)}::text[])
      AS t(trace_id, span_id) USING (trace_id, span_id)
    ORDER BY r.trace_id, r.span_id FOR NO KEY UPDATE OF r`
}

/** The newest score of each name that these runs have, by the time at which it was given. */
export async function readRunScores(
  db: PrismaClient | Tx,
  runs: readonly RunKey[],
): Promise<(RunKey & Pick<ScoreRow, 'name' | 'value' | 'label' | 'at'>)[]> {
  if (runs.length === 0) return []
  return await db.$queryRaw`
    SELECT DISTINCT ON (s.run_trace_id, s.run_span_id, s.name)
      s.run_trace_id AS "traceId", s.run_span_id AS "spanId", s.name, s.value, s.label, s.at
    FROM score s
    JOIN unnest(${runs.map((run) => run.traceId)}::text[], ${runs.map((run) => run.spanId)}::text[])
      AS t(trace_id, span_id) ON s.run_trace_id = t.trace_id AND s.run_span_id = t.span_id
    ORDER BY s.run_trace_id, s.run_span_id, s.name, s.at DESC, s.received_at DESC, s.id`
}

/** Writes down whose these scores are. */
export async function markJoined(
  tx: Tx,
  joined: readonly { readonly id: string; readonly run: RunKey & { readonly agent: string } }[],
  now: Date,
): Promise<void> {
  if (joined.length === 0) return
  await tx.$executeRaw`
    UPDATE score s SET joined_at = ${now}, agent = t.agent, run_trace_id = t.trace_id, run_span_id = t.span_id
    FROM unnest(
      ${joined.map(({ id }) => id)}::text[], ${joined.map(({ run }) => run.agent)}::text[],
      ${joined.map(({ run }) => run.traceId)}::text[], ${joined.map(({ run }) => run.spanId)}::text[]
    ) AS t(id, agent, trace_id, span_id) WHERE s.id = t.id`
}

/** Lets the scores of runs that are no longer runs of their own look for theirs again. */
export async function unjoinScores(tx: Tx, runs: readonly RunKey[], now: Date): Promise<void> {
  if (runs.length === 0) return
  await tx.$executeRaw`
    UPDATE score s SET joined_at = NULL, run_trace_id = NULL, run_span_id = NULL, look_at = ${now}
    FROM unnest(${runs.map((run) => run.traceId)}::text[], ${runs.map((run) => run.spanId)}::text[])
      AS t(trace_id, span_id) WHERE s.run_trace_id = t.trace_id AND s.run_span_id = t.span_id`
}

/** Drops scores whose run never came. Answers how many there were, by name. */
export async function dropLostScores(
  db: PrismaClient,
  receivedBefore: Date,
): Promise<readonly { readonly name: string; readonly count: number }[]> {
  return await db.$queryRaw<{ name: string; count: number }[]>`
    WITH lost AS (
      DELETE FROM score WHERE joined_at IS NULL AND received_at < ${receivedBefore} RETURNING name)
    SELECT name, count(*)::int AS count FROM lost GROUP BY name ORDER BY name`
}

/** Forgets scores as old as runs that are forgotten. */
export async function forgetScores(db: PrismaClient, receivedBefore: Date): Promise<void> {
  await db.score.deleteMany({ where: { receivedAt: { lt: receivedBefore } } })
}
