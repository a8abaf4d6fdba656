import { type OtlpLimits, otlpLimits } from './otlpLimits.ts'
import { type OtlpLog, readLogs } from './otlpLog.ts'
import { readProtobuf, writeProtobufResponse } from './otlpProtobuf.ts'
import { asMessage, type Message } from './otlpMessage.ts'
import { type OtlpSpan, readSpans } from './otlpSpan.ts'
import { readCleanSpans } from './readCleanSpans.ts'
import { describeProblem, type Problem, Unreadable } from './problem.ts'

export const otlpEncodings = { protobuf: 'application/x-protobuf', json: 'application/json' } as const
export type OtlpEncoding = keyof typeof otlpEncodings

/** The signals of OTLP, each with what the JSON mapping calls its requests' items and its refusals. */
export const otlpSignals = {
  traces: { items: 'resourceSpans', rejected: 'rejectedSpans' },
  logs: { items: 'resourceLogs', rejected: 'rejectedLogRecords' },
  metrics: { items: 'resourceMetrics', rejected: 'rejectedDataPoints' },
} as const
export type OtlpSignal = keyof typeof otlpSignals

/** The encoding a Content-Type names; null when OTLP over HTTP does not know it. */
export function otlpEncodingOf(contentType: string | undefined): OtlpEncoding | null {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === otlpEncodings.protobuf) return 'protobuf'
  return type === otlpEncodings.json ? 'json' : null
}

export interface NotDecoded {
  readonly ok: false
  readonly status: 400 | 413
  readonly problem: Problem
}

export type Decoded =
  | {
      readonly ok: true
      readonly spans: readonly OtlpSpan[]
      /** One for each span that is well-formed but cannot be used. */
      readonly rejected: readonly Problem[]
    }
  | NotDecoded

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
  const clean = encoding === 'protobuf' ? readCleanSpans(bytes, limits) : null
  if (clean) return { ok: true, spans: clean, rejected: [] }
  return orProblem(() => {
    const request = encoding === 'protobuf' ? readProtobuf(bytes, limits) : readJson(bytes, 'traces')
    return { ok: true, ...readSpans(request, limits) }
  })
}

export type DecodedLogs =
  | {
      readonly ok: true
      readonly logs: readonly OtlpLog[]
      readonly rejected: readonly Problem[]
    }
  | NotDecoded

/** The log records of an ExportLogsServiceRequest: which event, of which span, with what attributes. Never a body. */
export function decodeLogs(
  bytes: Uint8Array,
  encoding: OtlpEncoding,
  limits: OtlpLimits = otlpLimits,
): DecodedLogs {
  return orProblem(() => {
    const request =
      encoding === 'protobuf' ? readProtobuf(bytes, limits, 'LogsRequest') : readJson(bytes, 'logs')
    return { ok: true, ...readLogs(request, limits) }
  })
}

function orProblem<Read>(read: () => Read): Read | NotDecoded {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { ok: false, status: error.status, problem: error.problem }
  }
}

function readJson(bytes: Uint8Array, signal: OtlpSignal): Message {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Unreadable({ path: '', given: 'bytes that are not UTF-8', expected: 'JSON' })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Unreadable({ path: '', given: 'text that is not JSON', expected: 'JSON' })
  }
  const request = asMessage(value, '')
  refuseOtherNames(request, signal)
  return request
}

/**
 * OTLP ignores names that it does not know. A whole request in names that are not OTLP's would thus be answered as if
 * all had been taken: such a one is refused, and told which name is right.
 */
function refuseOtherNames(request: Message, signal: OtlpSignal): void {
  const { items } = otlpSignals[signal]
  const scopes = items.replace('resource', 'scope')
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  refuseSnakeCase(request, '', items, snake(items))
  const list = request[items]
  if (Array.isArray(list)) {
    for (const [index, each] of (list as unknown[]).entries()) {
      if (typeof each === 'object' && each !== null)
        refuseSnakeCase(each as Message, `${items}[${index}].`, scopes, snake(scopes))
    }
    return
  }
  for (const [other, { items: itsItems }] of Object.entries(otlpSignals)) {
    if (other === signal || request[itsItems] === undefined) continue
    throw new Unreadable({ path: itsItems, given: other, expected: `${signal}; ${other} go to /v1/${other}` })
  }
}

function refuseSnakeCase(message: Message, path: string, camel: string, snake: string): void {
  if (message[camel] !== undefined || message[snake] === undefined) return
  throw new Unreadable({
    path: `${path}${snake}`,
    given: 'a name in snake_case',
    expected: `${camel}: OTLP as JSON has its names in lowerCamelCase`,
  })
}

const shownMax = 5

/** The response to an export, in the encoding of its request. Says how many items were refused, and why. */
export function encodeExportResponse(
  signal: OtlpSignal,
  rejected: readonly Problem[],
  encoding: OtlpEncoding,
): Uint8Array {
  const shown = rejected.slice(0, shownMax).map(describeProblem)
  if (rejected.length > shownMax) shown.push(`and ${rejected.length - shownMax} more`)
  const errorMessage = shown.join('. ')
  if (encoding === 'protobuf') return writeProtobufResponse(rejected.length, errorMessage)
  // A 64-bit number is text in the JSON mapping of protobuf.
  const partialSuccess = { [otlpSignals[signal].rejected]: String(rejected.length), errorMessage }
  return new TextEncoder().encode(JSON.stringify(rejected.length === 0 ? {} : { partialSuccess }))
}
