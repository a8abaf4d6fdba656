import type { Logger } from 'pino'
import type { Price } from '#lib/domain/price.ts'
import {
  type Assembled,
  type AssemblyOptions,
  assembleTrace,
  type Waits,
} from '#lib/telemetry/assembleTrace.ts'
import { bucketChanges, changesOf, type CountedRun, type RunChange } from '#lib/telemetry/runChanges.ts'
import { readSpanText } from '#lib/telemetry/spanText.ts'
import type { Received } from '#lib/telemetry/tree.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { amendRuns, insertRuns, readRuns } from '#lib/store/newRuns.ts'
import {
  type DueTrace,
  type Looked,
  putBack,
  setFirstAside,
  takeDueTraces,
} from '#lib/store/pendingTraces.ts'
import { pricesInForce } from '#lib/store/prices.ts'
import { unjoinScores } from '#lib/store/scores.ts'
import { readSpans } from '#lib/store/spanBatches.ts'
import { addToBuckets } from '#lib/store/tallies.ts'
import { inTransaction, type Tx } from '#lib/store/transaction.ts'
import { knownReader } from './known.ts'
import type { EdgeNotes } from './notes.ts'
import { observe } from './observe.ts'
import type { RecentSpans } from './recentSpans.ts'
import { countedRun, rowOf } from './runRow.ts'
import { inPieces } from './turns.ts'
import { noteUnversioned } from './uncounted.ts'

export interface FinaliserParts {
  readonly db: PrismaClient
  /** Whose buckets it counts in: this edge's alone. */
  readonly writer: string
  readonly notes: EdgeNotes
  readonly recent?: RecentSpans
  readonly log: Logger
  readonly waits?: Waits
}

const tracesMax = 500
/** Without a pause in which others are answered. */
const tracesAtOnce = 100
/** In one transaction; the first trace is taken whatever its size. */
const spansMax = 50_000
/** A larger trace is looked at no more: reading it again and again would leave no time for others. */
const traceSpansMax = 100_000
const asideMs = 3_600_000
/** How often one trace fails alone before it is set aside. */
const aloneMax = 3
const amendMs = 24 * 3_600_000
/** A trace of this many spans rests after it was looked at, so that a long one costs its share and no more. */
const restFromSpans = 2_000
const restMsPerSpan = 0.1

/**
 * Makes runs of the spans that came, amends and folds those that were counted, and counts each difference once: in the
 * buckets of the screen, and as evidence of the rollout that watches its version. Each turn is one transaction, so that a
 * crash at any point leaves the traces as they were. Answers how many runs it changed.
 */
export function runFinaliser(parts: FinaliserParts): (now: Date) => Promise<number> {
  const { db, log } = parts
  let size = tracesMax
  let failedAlone = 0
  const readKnown = knownReader()
  return async (now) => {
    // What fails between two answers of the database fails because of the trace.
    if (size === 1) await db.$queryRaw`SELECT 1`
    try {
      const changed = await turn({ ...parts, readKnown }, size, now)
      size = Math.min(tracesMax, size * 2)
      failedAlone = 0
      return changed
    } catch (error) {
      log.warn({ err: error, traces: size }, 'Runs could not be counted; they are tried again, fewer at once')
      failedAlone = size === 1 ? failedAlone + 1 : 0
      if (failedAlone >= aloneMax && (await setAside(parts, now))) failedAlone = 0
      size = Math.max(1, Math.floor(size / 2))
      return 0
    }
  }
}

/** One trace that fails would keep all others waiting for ever. */
async function setAside({ db, log }: FinaliserParts, now: Date): Promise<boolean> {
  const traceId = await setFirstAside(db, now, new Date(now.getTime() + asideMs))
  if (traceId !== null) log.error({ traceId }, 'A trace cannot be counted; it is tried again in an hour')
  return traceId !== null
}

interface TurnParts extends FinaliserParts {
  readonly readKnown: ReturnType<typeof knownReader>
}

async function turn(parts: TurnParts, size: number, now: Date): Promise<number> {
  const prices = await pricesInForce(parts.db, now)
  const { looked, changes } = await inTransaction(parts.db, async (tx) => {
    const due = within(await takeDueTraces(tx, now, size))
    if (due.length === 0) return { looked: [], changes: [] }
    const traces = await lookAt(tx, due, { ...parts, prices }, now)
    const found = traces.flatMap((each) => each.changes)
    await apply(tx, found, parts.writer, now)
    await putBack(tx, traces)
    return { looked: traces, changes: found }
  })
  for (const { unclaimed } of looked) if (unclaimed) tell(parts.notes, unclaimed)
  return changes.length
}

function within(due: readonly DueTrace[]): DueTrace[] {
  let spans = 0
  return due.filter(({ spanCount }, index) => {
    spans += spanCount > traceSpansMax ? 0 : spanCount
    return index === 0 || spans <= spansMax
  })
}

interface LookedAt extends Looked {
  readonly changes: readonly RunChange[]
  readonly unclaimed: Assembled['unclaimed'] | null
}

async function lookAt(
  tx: Tx,
  due: readonly DueTrace[],
  { log, waits, recent, prices, readKnown }: TurnParts & { readonly prices: readonly Price[] },
  now: Date,
): Promise<LookedAt[]> {
  const ids = due.filter(({ spanCount }) => spanCount <= traceSpansMax).map(({ traceId }) => traceId)
  const options = { now, prices, ...(await readKnown(tx, now)), ...(waits ? { waits } : {}) }
  const here = new Map(
    due.map(({ traceId, spanCount }) => [traceId, recent?.take(traceId, spanCount) ?? null]),
  )
  const elsewhere = ids.filter((id) => !here.get(id))
  const batches = Map.groupBy(await readSpans(tx, elsewhere), (batch) => batch.traceId)
  const counted = Map.groupBy((await readRuns(tx, ids)).map(countedRun), ({ run }) => run.traceId)
  return await inPieces(due, tracesAtOnce, ({ traceId, spanCount }): LookedAt => {
    try {
      if (spanCount > traceSpansMax) throw new RangeError(`${spanCount} spans; at most ${traceSpansMax}`)
      const received =
        here.get(traceId) ??
        (batches.get(traceId) ?? []).flatMap(({ receivedAt, spans }) =>
          readSpanText(traceId, spans).map((part): Received => ({ part, receivedAt })),
        )
      return assemble(traceId, received, options, counted.get(traceId) ?? [])
    } catch (error) {
      log.error({ traceId, err: error }, 'A trace cannot be counted; it is tried again in an hour')
      const later = new Date(now.getTime() + asideMs)
      return { traceId, again: later, restUntil: later, changes: [], unclaimed: null }
    }
  })
}

function assemble(
  traceId: string,
  received: readonly Received[],
  options: AssemblyOptions,
  counted: readonly CountedRun[],
): LookedAt {
  const assembled = assembleTrace(received, options)
  const now = options.now.getTime()
  const rests = received.length >= restFromSpans
  return {
    traceId,
    again: assembled.again,
    restUntil: rests ? new Date(now + received.length * restMsPerSpan) : null,
    changes: changesOf(assembled, counted, new Date(now - amendMs)),
    unclaimed: assembled.runs.length + assembled.waiting.length === 0 ? assembled.unclaimed : null,
  }
}

async function apply(tx: Tx, changes: readonly RunChange[], writer: string, now: Date): Promise<void> {
  if (changes.length === 0) return
  const rows = (kinds: readonly RunChange['kind'][]) =>
    changes.filter(({ kind }) => kinds.includes(kind)).map((each) => rowOf(each, now))
  const fresh = await insertRuns(tx, rows(['new']))
  await amendRuns(tx, rows(['amended', 'folded']))
  const folded = changes.filter(({ kind }) => kind === 'folded').map(({ run }) => run)
  await unjoinScores(tx, folded, now)
  // Whoever holds a trace is alone with its runs; one that is there nevertheless is not counted again.
  const counted = changes.filter(
    ({ kind, run }) => kind !== 'new' || fresh.has(`${run.traceId}:${run.spanId}`),
  )
  await addToBuckets(tx, writer, bucketChanges(counted))
  await noteUnversioned(tx, counted, now)
  await observe(tx, counted, now)
}

/** What was in a trace without a run; said where somebody connects an agent. */
function tell(notes: EdgeNotes, { agents, hasCalls }: Assembled['unclaimed']): void {
  for (const agent of agents) notes.add('agent_unknown', { agent })
  if (hasCalls && agents.length === 0) notes.add('no_run')
}
