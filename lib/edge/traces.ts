import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { decodeTraces, encodeTracesResponse, otlpEncodingOf, otlpEncodings } from '#lib/telemetry/otlp.ts'
import { describeProblem } from '#lib/telemetry/problem.ts'
import { partsOf, type SpanPart } from '#lib/telemetry/spans.ts'
import { writeSpans } from '#lib/telemetry/spanText.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { keepSpans, type SpanBatch } from '#lib/store/spanBatches.ts'
import type { EdgeGrant } from './grants.ts'
import type { EdgeNotes } from './notes.ts'
import { judge } from './judge.ts'
import { readBody } from './readBody.ts'
import { send, sendProblem } from './respond.ts'

export interface TraceDoorParts {
  readonly db: PrismaClient
  readonly table: () => RoutingTable | null
  readonly notes: EdgeNotes
  readonly log: Logger
  /** How long a trace is left alone after something of it came, in milliseconds. */
  readonly settledMs: number
}

/**
 * `POST /v1/traces`: OTLP over HTTP, protobuf or JSON, gzip or not. Answered with 200 only once every accepted span is
 * in the database; until then the exporter still has it. Spans that cannot be taken are named in a partial success.
 */
export function traceDoor({ db, table, notes, log, settledMs }: TraceDoorParts) {
  return async (request: IncomingMessage, response: ServerResponse, grant: EdgeGrant): Promise<void> => {
    const encoding = otlpEncodingOf(request.headers['content-type'])
    if (!encoding) {
      request.resume()
      const given = request.headers['content-type'] ?? null
      notes.add('unreadable', { detail: `the Content-Type is ${given ?? 'missing'}` })
      const error = { path: 'Content-Type', given, expected: Object.values(otlpEncodings).join(' or ') }
      return sendProblem(response, 415, 'unsupported_media_type', 'Traces come as OTLP', { errors: [error] })
    }
    const receivedAt = new Date()
    const body = await readBody(request)
    if (!body.ok) {
      notes.add('unreadable', { detail: body.detail })
      const headers = { connection: 'close' }
      return sendProblem(response, body.status, bodyProblems[body.status], body.detail, { headers })
    }
    const decoded = decodeTraces(body.bytes, encoding)
    if (!decoded.ok) {
      notes.add('unreadable', { detail: describeProblem(decoded.problem) })
      const detail = `The traces cannot be read: ${decoded.problem.expected}`
      return sendProblem(response, decoded.status, bodyProblems[decoded.status], detail, {
        errors: [decoded.problem],
      })
    }

    const read = partsOf(decoded.spans, receivedAt)
    const { kept, refused } = judge(read.parts, table(), grant, notes)
    const late = [...decoded.rejected, ...read.rejected]
    if (late[0]) notes.add('spans_refused', { detail: describeProblem(late[0]) })
    else if (kept.length > 0 && kept.every(isLink)) notes.add('no_run')
    try {
      await keepSpans(db, batchesOf(kept), receivedAt, new Date(receivedAt.getTime() + settledMs))
    } catch (error) {
      log.warn({ err: error }, 'Traces could not be kept; the sender is asked to send them again')
      return sendProblem(response, 503, 'unavailable', 'The traces could not be kept; send them again', {
        headers: { 'retry-after': '1' },
      })
    }
    const rejected = [...late, ...refused]
    if (rejected.length > 0)
      log.info({ rejected: rejected.slice(0, 3), count: rejected.length }, 'Spans were rejected')
    send(response, 200, encodeTracesResponse(rejected, encoding), { 'content-type': otlpEncodings[encoding] })
  }
}

const bodyProblems = {
  400: 'bad_input',
  408: 'too_slow',
  413: 'too_large',
  415: 'unsupported_media_type',
} as const

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
