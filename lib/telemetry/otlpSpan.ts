import { isContent } from './content.ts'
import { genkitOutput, genkitUsage } from './genkitUsage.ts'
import type { OtlpLimits } from './otlpLimits.ts'
import { type OtlpEvent, readEvents } from './otlpEvent.ts'
import {
  asMessage,
  cut,
  enumAt,
  isGiven,
  listAt,
  type Message,
  messageAt,
  messagesAt,
  nanosecondsAt,
  textAt,
  wrongType,
} from './otlpMessage.ts'
import { type Problem, Unreadable } from './problem.ts'

export type Primitive = string | number | boolean
export type Attributes = Readonly<Record<string, Primitive | readonly Primitive[]>>

/**
 * One span, in whatever encoding it came. Without prompts, answers, or what tools were given and gave back.
 */
export interface OtlpSpan {
  /** Where it stood in its request, for messages. */
  readonly path: string
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits. */
  readonly spanId: string
  readonly parentSpanId: string | null
  /** Whether the parent is of another process; null where the SDK does not say. */
  readonly parentRemote: boolean | null
  readonly name: string
  readonly kind: SpanKind
  /** Nanoseconds since 1970. */
  readonly startNs: bigint
  readonly endNs: bigint
  readonly attributes: Attributes
  readonly statusCode: 'unset' | 'ok' | 'error'
  readonly statusMessage: string
  readonly resource: Attributes
  readonly scopeName: string
  /** Those that something is read from. */
  readonly events: readonly OtlpEvent[]
}

export const spanKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
export type SpanKind = (typeof spanKinds)[number]

export const statusCodes = ['unset', 'ok', 'error'] as const
export const statusMessageMax = 256

/**
 * The spans of a request, and those that cannot be used though the request can be read. Throws Unreadable.
 */
export function readSpans(
  request: Message,
  limits: OtlpLimits,
): { readonly spans: readonly OtlpSpan[]; readonly rejected: readonly Problem[] } {
  const spans: OtlpSpan[] = []
  const rejected: Problem[] = []
  let given = 0
  for (const [ofResource, resourcePath] of messagesAt(request, 'resourceSpans', '')) {
    const resource = readAttributes(
      messageAt(ofResource, 'resource', resourcePath),
      `${resourcePath}.resource`,
      limits,
    )
    for (const [ofScope, scopePath] of messagesAt(ofResource, 'scopeSpans', resourcePath)) {
      const scopeName = textAt(messageAt(ofScope, 'scope', scopePath), 'name', `${scopePath}.scope`)
      for (const [message, path] of messagesAt(ofScope, 'spans', scopePath)) {
        given += 1
        if (given > limits.spansMax) throw tooManySpans(path, limits.spansMax)
        const read = readSpan(message, path, { resource, scopeName: cut(scopeName, limits.textMax) }, limits)
        if ('traceId' in read) spans.push(read)
        else rejected.push(read)
      }
    }
  }
  return { spans, rejected }
}

function tooManySpans(path: string, max: number): Unreadable {
  return new Unreadable(
    { path, given: `more than ${max} spans`, expected: `at most ${max} in one request` },
    413,
  )
}

function readSpan(
  message: Message,
  path: string,
  around: { readonly resource: Read; readonly scopeName: string },
  limits: OtlpLimits,
): OtlpSpan | Problem {
  const traceId = textAt(message, 'traceId', path).toLowerCase()
  const spanId = textAt(message, 'spanId', path).toLowerCase()
  const parent = textAt(message, 'parentSpanId', path).toLowerCase()
  const own = readAttributes(message, path, limits)
  const status = messageAt(message, 'status', path)
  const span: OtlpSpan = {
    path,
    traceId,
    spanId,
    parentSpanId: isId(parent, 16) ? parent : null,
    parentRemote: remoteOf(flagsAt(message, path)),
    name: cut(textAt(message, 'name', path), limits.textMax),
    kind: spanKinds[enumAt(message, 'kind', path, 'SPAN_KIND_', spanKinds)] ?? 'unspecified',
    startNs: nanosecondsAt(message, 'startTimeUnixNano', path),
    endNs: nanosecondsAt(message, 'endTimeUnixNano', path),
    attributes: own.attributes,
    statusCode: statusCodes[enumAt(status, 'code', `${path}.status`, 'STATUS_CODE_', statusCodes)] ?? 'unset',
    statusMessage: cut(textAt(status, 'message', `${path}.status`), statusMessageMax),
    resource: around.resource.attributes,
    scopeName: around.scopeName,
    events: readEvents(message, limits),
  }
  if (!isId(traceId, 32)) return badId(`${path}.traceId`, traceId, 32)
  if (!isId(spanId, 16)) return badId(`${path}.spanId`, spanId, 16)
  return own.problem ?? around.resource.problem ?? span
}

/** Bits of Span.flags: whether remoteness is said, and what it is (opentelemetry-proto, SpanFlags). */
const hasIsRemote = 0x100
const isRemote = 0x200

export function remoteOf(flags: number): boolean | null {
  return (flags & hasIsRemote) === 0 ? null : (flags & isRemote) !== 0
}

/** Zero when it is not given; also as text, as some write every number. */
function flagsAt(message: Message, path: string): number {
  const given = message['flags']
  if (!isGiven(given)) return 0
  const flags = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (typeof flags === 'number' && Number.isInteger(flags) && flags >= 0) return flags % 2 ** 32
  throw wrongType(`${path}.flags`, given, 'a whole number')
}

const hex = /^[0-9a-f]+$/
const zeroes = /^0+$/

/** Whether an id has so many hex digits, not all of them zero. */
export function isId(id: string, digits: number): boolean {
  return id.length === digits && hex.test(id) && !zeroes.test(id)
}

function badId(path: string, id: string, digits: number): Problem {
  const given = id === '' ? 'nothing' : JSON.stringify(id.slice(0, 64))
  return { path, given, expected: `${digits} hex digits that are not all zero` }
}

export interface Read {
  readonly attributes: Attributes
  readonly problem: Problem | null
}

/** The attributes of a message without content, or the one reason why it has too many of them. */
export function readAttributes(message: Message, path: string, limits: OtlpLimits): Read {
  const list = listAt(message, 'attributes', path)
  if (list.length > limits.attributesMax) {
    const given = `${list.length} attributes`
    const problem = { path: `${path}.attributes`, given, expected: `at most ${limits.attributesMax}` }
    return { attributes: {}, problem }
  }
  const entries: [string, Primitive | Primitive[]][] = []
  list.forEach((item, index) => {
    const at = `${path}.attributes[${index}]`
    const pair = asMessage(item, at)
    const key = cut(textAt(pair, 'key', at), limits.textMax)
    if (key === genkitOutput)
      entries.push(...genkitUsage(textAt(messageAt(pair, 'value', at), 'stringValue', at)))
    if (key === '' || key.length > 256 || isContent(key)) return
    const value = readValue(messageAt(pair, 'value', at), `${at}.value`, limits)
    if (value !== null) entries.push([key, value])
  })
  return { attributes: Object.fromEntries(entries), problem: null }
}

/** Null for what is empty, or of a kind that is not carried: bytes, key-value lists, arrays in arrays. */
function readValue(value: Message, path: string, limits: OtlpLimits): Primitive | Primitive[] | null {
  if (value['arrayValue'] === undefined || value['arrayValue'] === null)
    return readPrimitive(value, path, limits)
  const items = listAt(messageAt(value, 'arrayValue', path), 'values', `${path}.arrayValue`)
  return items
    .slice(0, limits.itemsMax)
    .map((item) => readPrimitive(asMessage(item, `${path}.arrayValue.values`), path, limits))
    .filter((item) => item !== null)
}

function readPrimitive(value: Message, path: string, limits: OtlpLimits): Primitive | null {
  const { stringValue, boolValue, intValue, doubleValue } = value
  if (isGiven(stringValue)) return cut(textAt(value, 'stringValue', path), limits.textMax)
  if (isGiven(boolValue)) {
    if (typeof boolValue === 'boolean') return boolValue
    throw wrongType(`${path}.boolValue`, boolValue, 'true or false')
  }
  if (isGiven(intValue)) {
    if (typeof intValue === 'number' && Number.isInteger(intValue)) return intValue
    if (typeof intValue === 'string' && /^-?\d{1,20}$/.test(intValue)) return Number(intValue)
    throw wrongType(`${path}.intValue`, intValue, 'a whole number, or the same as text')
  }
  if (!isGiven(doubleValue)) return null
  const double = typeof doubleValue === 'string' && doubleValue !== '' ? Number(doubleValue) : doubleValue
  if (typeof double !== 'number') throw wrongType(`${path}.doubleValue`, doubleValue, 'a number')
  return Number.isFinite(double) ? double : null
}
