import { type OtlpLimits, otlpLimits } from './otlpLimits.ts'
import { readProtobuf, writeProtobufResponse } from './otlpProtobuf.ts'
import { asMessage, type Message } from './otlpMessage.ts'
import { type OtlpSpan, readSpans } from './otlpSpan.ts'
import { describeProblem, type Problem, Unreadable } from './problem.ts'

export const otlpEncodings = { protobuf: 'application/x-protobuf', json: 'application/json' } as const
export type OtlpEncoding = keyof typeof otlpEncodings

/** The encoding a Content-Type names; null when OTLP over HTTP does not know it. */
export function otlpEncodingOf(contentType: string | undefined): OtlpEncoding | null {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === otlpEncodings.protobuf) return 'protobuf'
  return type === otlpEncodings.json ? 'json' : null
}

export type Decoded =
  | {
      readonly ok: true
      readonly spans: readonly OtlpSpan[]
      /** One for each span that is well-formed but cannot be used. */
      readonly rejected: readonly Problem[]
    }
  | { readonly ok: false; readonly status: 400 | 413; readonly problem: Problem }

/**
 * The spans of an ExportTraceServiceRequest, without content (content.ts). A body that cannot be read, or
 * asks for too much, is refused whole; a span without usable ids or with too many attributes is refused
 * alone.
 */
export function decodeTraces(
  bytes: Uint8Array,
  encoding: OtlpEncoding,
  limits: OtlpLimits = otlpLimits,
): Decoded {
  try {
    const request = encoding === 'protobuf' ? readProtobuf(bytes, limits) : readJson(bytes)
    return { ok: true, ...readSpans(request, limits) }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { ok: false, status: error.status, problem: error.problem }
  }
}

function readJson(bytes: Uint8Array): Message {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Unreadable({ path: '', given: 'bytes that are not UTF-8', expected: 'JSON' })
  }
  try {
    return asMessage(JSON.parse(text), '')
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw new Unreadable({ path: '', given: 'text that is not JSON', expected: 'JSON' })
  }
}

const shownMax = 5

/**
 * The ExportTraceServiceResponse, in the encoding of its request. Says how many spans were refused, and why.
 */
export function encodeTracesResponse(rejected: readonly Problem[], encoding: OtlpEncoding): Uint8Array {
  const shown = rejected.slice(0, shownMax).map(describeProblem)
  if (rejected.length > shownMax) shown.push(`and ${rejected.length - shownMax} more`)
  const errorMessage = shown.join('. ')
  if (encoding === 'protobuf') return writeProtobufResponse(rejected.length, errorMessage)
  // A 64-bit number is text in the JSON mapping of protobuf.
  const partialSuccess = { rejectedSpans: String(rejected.length), errorMessage }
  return new TextEncoder().encode(JSON.stringify(rejected.length === 0 ? {} : { partialSuccess }))
}
