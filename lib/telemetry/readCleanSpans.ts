import { readEvents } from './otlpEvent.ts'
import type { OtlpLimits } from './otlpLimits.ts'
import { readMessageAt } from './otlpProtobuf.ts'
import {
  type Attributes,
  type OtlpSpan,
  remoteOf,
  spanKinds,
  statusCodes,
  statusMessageMax,
} from './otlpSpan.ts'
import { readCleanAttribute, shortened, type Values } from './readCleanAttributes.ts'
import {
  fields,
  openMessage,
  readEnd,
  readFixed,
  readSmall,
  readText,
  skip,
  unclean,
  type Wire,
  wireOf,
} from './wire.ts'

/*
 * The numbers are tags: a field of otlpSchema.ts times eight, and how it stands on the wire.
 */

const one = fields(1)
const oneAndTwo = fields(1, 2)
const twoAndThree = fields(2, 3)
const ofSpan = fields(1, 2, 4, 5, 6, 7, 8, 9, 11, 15, 16)

interface Reading {
  readonly wire: Wire
  readonly limits: OtlpLimits
  readonly spans: OtlpSpan[]
}

/**
 * The spans of an ExportTraceServiceRequest in protobuf, straight from its bytes; null when anything in it is not as it
 * should be, or is rare: then `readProtobuf` and `readSpans` read it, and say what is wrong. What both read, they read
 * alike.
 */
export function readCleanSpans(bytes: Uint8Array, limits: OtlpLimits): readonly OtlpSpan[] | null {
  const reading: Reading = { wire: wireOf(bytes, limits.messagesMax - 1), limits, spans: [] }
  const { wire } = reading
  try {
    for (let index = 0; wire.at < bytes.length;) {
      const field = readSmall(wire, bytes.length)
      if (field !== 10) skip(wire, field, bytes.length, one)
      else readResourceSpans(reading, openMessage(wire, bytes.length), `resourceSpans[${index++}]`)
    }
    return reading.spans
  } catch (error) {
    if (error === unclean) return null
    throw error
  }
}

/** The resource first, wherever it stands. */
function readResourceSpans(reading: Reading, end: number, path: string): void {
  const { wire, limits } = reading
  const begin = wire.at
  let resource: Attributes = {}
  while (wire.at < end) {
    const field = readSmall(wire, end)
    if (field === 10) resource = readResource(wire, openMessage(wire, end), limits)
    else if (field === 18) wire.at = readEnd(wire, end)
    else skip(wire, field, end, oneAndTwo)
  }
  wire.at = begin
  for (let index = 0; wire.at < end;) {
    const field = readSmall(wire, end)
    if (field === 18)
      readScopeSpans(reading, openMessage(wire, end), { resource, path: `${path}.scopeSpans[${index++}]` })
    else if (field === 10) wire.at = readEnd(wire, end)
    else skip(wire, field, end, oneAndTwo)
  }
}

function readResource(wire: Wire, end: number, limits: OtlpLimits): Attributes {
  const values: Values = {}
  let count = 0
  while (wire.at < end) {
    const field = readSmall(wire, end)
    if (field !== 10) skip(wire, field, end, one)
    else {
      count += 1
      if (count > limits.attributesMax) throw unclean
      readCleanAttribute(wire, end, values, limits)
    }
  }
  return values
}

function readScopeSpans(
  reading: Reading,
  end: number,
  { resource, path }: { readonly resource: Attributes; readonly path: string },
): void {
  const { wire, limits, spans } = reading
  const begin = wire.at
  let scopeName = ''
  while (wire.at < end) {
    const field = readSmall(wire, end)
    if (field === 10) scopeName = readScopeName(wire, openMessage(wire, end), limits)
    else if (field === 18) wire.at = readEnd(wire, end)
    else skip(wire, field, end, oneAndTwo)
  }
  wire.at = begin
  for (let index = 0; wire.at < end;) {
    const field = readSmall(wire, end)
    if (field === 10) wire.at = readEnd(wire, end)
    else if (field !== 18) skip(wire, field, end, oneAndTwo)
    else {
      if (spans.length >= limits.spansMax) throw unclean
      const around = { resource, scopeName, path: `${path}.spans[${index++}]` }
      spans.push(readSpan(wire, openMessage(wire, end), around, limits))
    }
  }
}

function readScopeName(wire: Wire, end: number, limits: OtlpLimits): string {
  let name = ''
  while (wire.at < end) {
    const field = readSmall(wire, end)
    if (field === 10) name = shortened(readText(wire, readEnd(wire, end)), limits.textMax)
    else skip(wire, field, end, one)
  }
  return name
}

function readSpan(
  wire: Wire,
  end: number,
  around: Pick<OtlpSpan, 'resource' | 'scopeName' | 'path'>,
  limits: OtlpLimits,
): OtlpSpan {
  let [traceId, spanId, name] = ['', '', '']
  let parentSpanId: string | null = null
  let [startNs, endNs] = [0n, 0n]
  let [kind, flags, count] = [0, 0, 0]
  let status: Pick<OtlpSpan, 'statusCode' | 'statusMessage'> = { statusCode: 'unset', statusMessage: '' }
  const attributes: Values = {}
  const events: unknown[] = []
  while (wire.at < end) {
    const field = readSmall(wire, end)
    switch (field) {
      case 10:
        traceId = readId(wire, 16, end)
        break
      case 18:
        spanId = readId(wire, 8, end)
        break
      case 34:
        parentSpanId = readParent(wire, end)
        break
      case 42:
        name = shortened(readText(wire, readEnd(wire, end)), limits.textMax)
        break
      case 48:
        kind = readSmall(wire, end)
        break
      case 57:
        startNs = wire.view.getBigUint64(readFixed(wire, 8, end), true)
        break
      case 65:
        endNs = wire.view.getBigUint64(readFixed(wire, 8, end), true)
        break
      case 74:
        count += 1
        readCleanAttribute(wire, end, attributes, limits)
        break
      case 90:
        events.push(readEvent(wire, end, limits))
        break
      case 122:
        status = readStatus(wire, openMessage(wire, end))
        break
      case 133:
        flags = wire.view.getUint32(readFixed(wire, 4, end), true)
        break
      default:
        skip(wire, field, end, ofSpan)
    }
  }
  if (traceId === '' || spanId === '' || count > limits.attributesMax) throw unclean
  return {
    path: around.path,
    traceId,
    spanId,
    parentSpanId,
    parentRemote: remoteOf(flags),
    name,
    kind: spanKinds[kind] ?? 'unspecified',
    startNs,
    endNs,
    attributes,
    ...status,
    resource: around.resource,
    scopeName: around.scopeName,
    events: events.length === 0 ? noEvents : readEvents({ events }, limits),
  }
}

const noEvents: OtlpSpan['events'] = []

/** Some exporters write a parent of no bytes where there is none. */
function readParent(wire: Wire, outer: number): string | null {
  if (wire.bytes[wire.at] !== 0) return readId(wire, 8, outer)
  wire.at = readEnd(wire, outer)
  return null
}

/** An id of so many bytes, not all of them zero. */
function readId(wire: Wire, bytes: number, outer: number): string {
  const end = readEnd(wire, outer)
  const begin = wire.at
  if (end - begin !== bytes) throw unclean
  wire.at = end
  const id = wire.bytes.toString('hex', begin, end)
  if (wire.bytes[begin] === 0 && /^0+$/.test(id)) throw unclean
  return id
}

/** Events are few: they are read as they are in JSON. */
function readEvent(wire: Wire, outer: number, limits: OtlpLimits): unknown {
  const end = readEnd(wire, outer)
  const event = readMessageAt(wire.bytes.subarray(wire.at, end), 'Event', limits)
  wire.at = end
  if (event === null) throw unclean
  wire.messagesLeft -= event.messages
  if (wire.messagesLeft < 0) throw unclean
  return event.message
}

function readStatus(wire: Wire, end: number): Pick<OtlpSpan, 'statusCode' | 'statusMessage'> {
  let message = ''
  let code = 0
  while (wire.at < end) {
    const field = readSmall(wire, end)
    if (field === 18) message = readText(wire, readEnd(wire, end))
    else if (field === 24) code = readSmall(wire, end)
    else skip(wire, field, end, twoAndThree)
  }
  return { statusCode: statusCodes[code] ?? 'unset', statusMessage: shortened(message, statusMessageMax) }
}
