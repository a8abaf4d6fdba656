import type { Logger } from 'pino'
import { decodeTraces } from '#lib/telemetry/otlp.ts'
import { describeProblem } from '#lib/telemetry/problem.ts'
import { responsesOf, scoresOfSpans } from '#lib/telemetry/scoresOfTelemetry.ts'
import { partsOf, type SpanPart } from '#lib/telemetry/spans.ts'
import { writeSpans } from '#lib/telemetry/spanText.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { keepResponses } from '#lib/store/modelResponses.ts'
import { keepScores } from '#lib/store/scores.ts'
import { keepSpans, type SpanBatch } from '#lib/store/spanBatches.ts'
import { addUncounted } from '#lib/store/uncounted.ts'
import type { AcceptExport } from './acceptExport.ts'
import { judge } from './judge.ts'
import type { EdgeNotes } from './notes.ts'
import type { RecentSpans } from './recentSpans.ts'
import { newScores, noteRefused } from './scores.ts'
import { turns } from './turns.ts'
import { noteTooLarge, refusedByClock } from './uncounted.ts'

export interface TraceParts {
  readonly db: PrismaClient
  readonly table: () => RoutingTable | null
  readonly notes: EdgeNotes
  readonly recent: RecentSpans
  readonly log: Logger
  /** How long a run waits for late spans of its trace. */
  readonly settledMs: number
  /** What time it is when a request comes; the time of this machine when absent. */
  readonly clock?: () => Date
}

/**
 * Takes the spans of one export, however it came. `ok` only once every accepted span is in the database; until then the
 * exporter still has it. Spans that cannot be taken are named one by one.
 */
export function acceptTraces(parts: TraceParts): AcceptExport {
  const { db, table, notes, recent, log, settledMs, clock = () => new Date() } = parts
  const turn = turns()
  return async (bytes, encoding, grant) => {
    const receivedAt = clock()
    await turn()
    const decoded = decodeTraces(bytes, encoding)
    if (!decoded.ok) {
      if (decoded.status === 413) noteTooLarge(db, grant, receivedAt)
      return decoded
    }

    await turn()
    const read = partsOf(decoded.spans, receivedAt)
    const { kept, refused } = judge(read.parts, table(), grant, notes)
    const late = [...decoded.rejected, ...read.rejected]
    if (late[0]) notes.add('spans_refused', { detail: describeProblem(late[0]) })
    else if (kept.length > 0 && kept.every(isLink)) notes.add('no_run')
    const scores = scoresOfSpans(decoded.spans, receivedAt)
    noteRefused(notes, scores.rejected)
    await turn()
    try {
      await keepSpans(db, batchesOf(kept), receivedAt, new Date(receivedAt.getTime() + settledMs))
      recent.add(kept, receivedAt)
      if (late.length > 0)
        await addUncounted(db, refusedByClock(decoded.spans, receivedAt, table(), grant), receivedAt)
      await keepResponses(db, responsesOf(decoded.spans), receivedAt)
      await keepScores(db, newScores(scores.scores, grant, receivedAt))
    } catch (error) {
      log.warn({ err: error }, 'Traces could not be kept; the sender is asked to send them again')
      return { ok: false, status: 503, detail: 'The traces could not be kept; send them again' }
    }
    const rejected = [...late, ...refused]
    if (rejected.length > 0)
      log.info({ rejected: rejected.slice(0, 3), count: rejected.length }, 'Spans were rejected')
    return { ok: true, rejected }
  }
}

function isLink(part: SpanPart): boolean {
  return part.kind === 'link'
}

function batchesOf(parts: readonly SpanPart[]): SpanBatch[] {
  return [...Map.groupBy(parts, (part) => part.traceId)].map(([traceId, all]) => ({
    traceId,
    spanCount: all.length,
    bare: all.every(isLink),
    spans: writeSpans(all),
  }))
}
