import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { decodeTraces, encodeTracesResponse, otlpEncodingOf, otlpEncodings } from '#lib/telemetry/otlp.ts'
import { describeProblem, type Problem } from '#lib/telemetry/problem.ts'
import { partsOf, type SpanPart } from '#lib/telemetry/spans.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { keepParts } from '#lib/store/spanParts.ts'
import { addUncounted } from '#lib/store/uncounted.ts'
import type { EdgeGrant } from './grants.ts'
import type { EdgeNotes } from './notes.ts'
import { readBody } from './readBody.ts'
import { send, sendProblem } from './respond.ts'
import { refusedAsTooLarge, refusedByClock } from './uncounted.ts'

export interface TraceDoorParts {
  readonly db: PrismaClient
  readonly table: () => RoutingTable | null
  readonly notes: EdgeNotes
  readonly log: Logger
}

/**
 * `POST /v1/traces`: OTLP over HTTP, protobuf or JSON, gzip or not. Answered with 200 only once every accepted part is
 * in the database; until then the exporter still has it. Spans that cannot be taken are named in a partial success.
 */
export function traceDoor({ db, table, notes, log }: TraceDoorParts) {
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
      if (body.status === 413)
        void addUncounted(db, refusedAsTooLarge(grant), receivedAt).catch(() => undefined)
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
    const { taken, refused } = sort(read.parts, table(), grant, notes)
    const late = [...decoded.rejected, ...read.rejected]
    if (late[0]) notes.add('spans_refused', { detail: describeProblem(late[0]) })
    else if (decoded.spans.length > 0 && !read.parts.some((part) => part.kind === 'run')) notes.add('no_run')
    try {
      await keepParts(db, taken.map(keptPart), receivedAt)
      if (late.length > 0)
        await addUncounted(db, refusedByClock(decoded.spans, receivedAt, table(), grant), receivedAt)
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

/** A run has to be of an agent that is registered and that the token may speak for; what is inside a run goes with it. */
function sort(parts: readonly SpanPart[], table: RoutingTable | null, grant: EdgeGrant, notes: EdgeNotes) {
  const taken: SpanPart[] = []
  const refused: Problem[] = []
  for (const part of parts) {
    const refusal = part.kind === 'run' ? whyRefused(part, table, grant) : null
    if (refusal) {
      notes.add(refusal.kind, { agent: part.agent })
      refused.push(refusal.problem)
    } else taken.push(part)
  }
  return { taken, refused }
}

interface RunRefusal {
  readonly kind: 'agent_unknown' | 'agent_foreign'
  readonly problem: Problem
}

function whyRefused(part: SpanPart, table: RoutingTable | null, grant: EdgeGrant): RunRefusal | null {
  const path = `span ${part.spanId}.gen_ai.agent.name`
  const given = part.agent ?? 'none'
  const refuse = (kind: RunRefusal['kind'], expected: string) => ({
    kind,
    problem: { path, given, expected },
  })
  if (part.agent === null) return refuse('agent_unknown', 'the name of a registered agent')
  if (grant.agents !== '*' && !grant.agents.includes(part.agent)) {
    return refuse('agent_foreign', `an agent of this token: ${grant.agents.join(', ')}`)
  }
  // Without a table nobody knows which agents there are; the run is kept and counted under its name.
  if (table && !Object.hasOwn(table.agents, part.agent)) {
    return refuse('agent_unknown', 'a registered agent; PUT /api/v1/agents/{agent} registers one')
  }
  return null
}

function keptPart(part: SpanPart) {
  return { traceId: part.traceId, spanId: part.spanId, isRun: part.kind === 'run', part: { ...part } }
}
