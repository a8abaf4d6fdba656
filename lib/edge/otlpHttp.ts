import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  encodeExportResponse,
  type OtlpEncoding,
  otlpEncodingOf,
  otlpEncodings,
  type OtlpSignal,
} from '#lib/telemetry/otlp.ts'
import { describeProblem } from '#lib/telemetry/problem.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import type { Accepted, AcceptExport } from './acceptExport.ts'
import type { EdgeGrant } from './grants.ts'
import type { InFlight } from './inFlight.ts'
import type { EdgeNotes } from './notes.ts'
import { type Body, bodyLimits, readBody } from './readBody.ts'
import { send, sendProblem, sendProblemUnread } from './respond.ts'
import { noteTooLarge } from './uncounted.ts'

export interface OtlpHttpParts {
  readonly db: PrismaClient
  readonly notes: EdgeNotes
  readonly inFlight: InFlight
}

/** A door of OTLP over HTTP: protobuf or JSON, gzip or not. What cannot be taken is said so that an exporter acts right. */
export function otlpDoor(signal: OtlpSignal, accept: AcceptExport, { db, notes, inFlight }: OtlpHttpParts) {
  return async (request: IncomingMessage, response: ServerResponse, grant: EdgeGrant): Promise<void> => {
    const encoding = otlpEncodingOf(request.headers['content-type'])
    if (!encoding) {
      request.resume()
      const given = request.headers['content-type'] ?? null
      notes.add('unreadable', { detail: `the Content-Type is ${given ?? 'missing'}` })
      const error = { path: 'Content-Type', given, expected: Object.values(otlpEncodings).join(' or ') }
      return sendProblem(response, 415, 'unsupported_media_type', 'Telemetry comes as OTLP', {
        errors: [error],
      })
    }
    const share = inFlight.open()
    try {
      const body = await readBody(request, bodyLimits, share)
      if (!body.ok) {
        if (body.status === 413 && signal === 'traces') noteTooLarge(db, grant, new Date())
        return refuseBody(request, response, body, notes)
      }
      answer(response, await accept(body.bytes, encoding, grant), { signal, encoding, notes })
    } finally {
      share.end()
    }
  }
}

/** Answers a body that was not read to its end. */
export function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  { status, detail }: Body & { ok: false },
  notes: EdgeNotes,
): void {
  const isOverload = status === 429
  notes.add(isOverload ? 'overloaded' : 'unreadable', isOverload ? {} : { detail })
  const headers: Record<string, string> = isOverload ? { 'retry-after': '1' } : {}
  sendProblemUnread(request, response, { status, kind: bodyProblems[status], detail }, headers)
}

function answer(
  response: ServerResponse,
  accepted: Accepted,
  about: { readonly signal: OtlpSignal; readonly encoding: OtlpEncoding; readonly notes: EdgeNotes },
): void {
  const { signal, encoding, notes } = about
  if (accepted.ok) {
    const body = encodeExportResponse(signal, accepted.rejected, encoding)
    return send(response, 200, body, { 'content-type': otlpEncodings[encoding] })
  }
  if (accepted.status === 503) {
    const headers = { 'retry-after': '1' }
    return sendProblem(response, 503, 'unavailable', accepted.detail, { headers })
  }
  notes.add('unreadable', { detail: describeProblem(accepted.problem) })
  const detail = `The ${signal} cannot be read: ${accepted.problem.expected}`
  sendProblem(response, accepted.status, bodyProblems[accepted.status], detail, {
    errors: [accepted.problem],
  })
}

const bodyProblems = {
  400: 'bad_input',
  408: 'too_slow',
  413: 'too_large',
  415: 'unsupported_media_type',
  429: 'overloaded',
} as const
