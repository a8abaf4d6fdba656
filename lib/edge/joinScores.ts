import { readSpanText } from '#lib/telemetry/spanText.ts'
import { joinScore, type ScoredRun, type Surroundings } from '#lib/telemetry/joinScore.ts'
import { findResponses, forgetResponses } from '#lib/store/modelResponses.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { findScoredRuns } from '#lib/store/scoredRuns.ts'
import {
  dropLostScores,
  forgetScores,
  type JoinedScore,
  lockRuns,
  lookAgain,
  readRunScores,
  type ScoreRow,
  takeWaitingScores,
} from '#lib/store/scores.ts'
import { readSpans } from '#lib/store/spanBatches.ts'
import { inTransaction, type Tx } from '#lib/store/transaction.ts'
import type { EdgeNotes } from './notes.ts'
import { observeScores } from './observeScores.ts'

const takenMax = 500
const dayMs = 24 * 3_600_000
/** A score often comes before the spans that it is about, which exporters send every five seconds. Milliseconds. */
const settledMs = { span: 15_000, conversation: 15_000 }

export interface JoinOptions {
  readonly observe?: typeof observeScores
  /** How many are looked at. */
  readonly max?: number
}

/**
 * Joins the scores that wait to their runs, as far as these are here now. What finds none is looked at again, ever more
 * seldom, for a day. Answers how many were joined.
 */
export async function joinScores(
  db: PrismaClient,
  now: Date,
  { observe = observeScores, max = takenMax }: JoinOptions = {},
): Promise<number> {
  return await inTransaction(db, async (tx) => {
    const waiting = await takeWaitingScores(tx, now, max)
    if (waiting.length === 0) return 0
    const around = await surroundingsOf(tx, waiting)
    const found = waiting.flatMap((score) => {
      const run = joinScore({ ...score, isSettled: isSettled(score, now) }, around)
      return run ? [{ score, run }] : []
    })
    const joined = await withBefore(tx, found)
    await observe(tx, joined, now)
    const ids = new Set(joined.map(({ id }) => id))
    await lookAgain(
      tx,
      waiting
        .filter(({ id }) => !ids.has(id))
        .map((score) => ({ id: score.id, lookAt: nextLook(score, now) })),
    )
    return joined.length
  })
}

/** Drops what waited for a day, and notes how much it was; forgets what is as old as runs that are forgotten. */
export async function forgetOldScores(db: PrismaClient, notes: EdgeNotes, now: Date): Promise<void> {
  for (const { name, count } of await dropLostScores(db, new Date(now.getTime() - dayMs)))
    notes.add('score_without_run', { detail: `“${name}”`, count })
  await forgetScores(db, new Date(now.getTime() - 3 * dayMs))
  await forgetResponses(db, now)
}

function isSettled(score: ScoreRow, now: Date): boolean {
  const ageMs = now.getTime() - score.receivedAt.getTime()
  return ageMs >= (score.traceId === null ? settledMs.conversation : settledMs.span)
}

/** A quarter of its age from now: soon while it is new, every five minutes at last. */
function nextLook(score: ScoreRow, now: Date): Date {
  const ageMs = now.getTime() - score.receivedAt.getTime()
  return new Date(now.getTime() + Math.min(Math.max(ageMs / 4, 500), 300_000))
}

async function surroundingsOf(tx: Tx, waiting: readonly ScoreRow[]): Promise<Surroundings> {
  const responses = await findResponses(tx, textsOf(waiting.map(({ responseId }) => responseId)))
  const traceIds = textsOf([...waiting, ...responses].map(({ traceId }) => traceId))
  const runs = await findScoredRuns(tx, {
    traceIds,
    conversationIds: textsOf(waiting.map(({ conversationId }) => conversationId)),
  })
  const parents = await readParents(tx, tracesToClimb([...waiting, ...responses], runs))
  const spans = new Map(responses.map((span) => [span.responseId, span]))
  return {
    runs,
    parentOf: (traceId, spanId) => parents.get(`${traceId}:${spanId}`),
    spanOfResponse: (responseId) => spans.get(responseId) ?? null,
  }
}

/** The traces whose spans have to be known: there is a run in them, and the span that was scored is none itself. */
function tracesToClimb(
  scored: readonly { readonly traceId: string | null; readonly spanId: string | null }[],
  runs: readonly ScoredRun[],
): string[] {
  const spans = new Set(runs.map((run) => `${run.traceId}:${run.spanId}`))
  const traces = new Set(runs.map((run) => run.traceId))
  const below = scored.filter(({ traceId, spanId }) => spanId !== null && !spans.has(`${traceId}:${spanId}`))
  return textsOf(below.map(({ traceId }) => traceId)).filter((traceId) => traces.has(traceId))
}

/** Which span is below which, in these traces. */
async function readParents(tx: Tx, traceIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const parents = new Map<string, string | null>()
  for (const { traceId, spans } of await readSpans(tx, traceIds)) {
    for (const { spanId, parentSpanId } of readSpanText(traceId, spans))
      parents.set(`${traceId}:${spanId}`, parentSpanId)
  }
  return parents
}

function textsOf(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts.filter((text) => text !== null))]
}

/** With what each run had by that name before. What is older than that changes nothing and is only written down. */
async function withBefore(
  tx: Tx,
  found: readonly { readonly score: ScoreRow; readonly run: ScoredRun }[],
): Promise<JoinedScore[]> {
  await lockRuns(
    tx,
    found.map(({ run }) => run),
  )
  const keyOf = (run: { traceId: string; spanId: string }, name: string) =>
    `${run.traceId}:${run.spanId}:${name}`
  const held = await readRunScores(
    tx,
    found.map(({ run }) => run),
  )
  const newest = new Map(held.map((each) => [keyOf(each, each.name), each]))
  const inOrder = found.toSorted((a, b) => a.score.at.getTime() - b.score.at.getTime())
  return inOrder.map(({ score, run }) => {
    const { id, name, value, label, at } = score
    const key = keyOf(run, name)
    const before = newest.get(key) ?? null
    const isNewest = before === null || before.at <= at
    if (isNewest) newest.set(key, { ...run, name, value, label, at })
    return { id, run, name, value, label, at, before: before?.value ?? null, isNewest }
  })
}
