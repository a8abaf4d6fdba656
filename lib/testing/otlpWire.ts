import protobuf from 'protobufjs/minimal.js'
import type { Reader, Writer } from 'protobufjs/minimal.js'
import type { RawTraces } from './recording.ts'

type Scalar = 'text' | 'hex' | 'bool' | 'enum' | 'int64' | 'fixed64' | 'fixed32' | 'double'
type Field = readonly [name: string, type: string] | readonly [name: string, type: string, many: true]

/**
 * ExportTraceServiceRequest by field number, whole, unlike the schema that the receiver reads by: a recording keeps
 * what nobody reads yet.
 */
const messages: Readonly<Record<string, Readonly<Record<number, Field>>>> = {
  Request: { 1: ['resourceSpans', 'ResourceSpans', true] },
  ResourceSpans: { 1: ['resource', 'Resource'], 2: ['scopeSpans', 'ScopeSpans', true] },
  Resource: { 1: ['attributes', 'KeyValue', true] },
  ScopeSpans: { 1: ['scope', 'Scope'], 2: ['spans', 'Span', true] },
  Scope: { 1: ['name', 'text'], 2: ['version', 'text'], 3: ['attributes', 'KeyValue', true] },
  Span: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    3: ['traceState', 'text'],
    4: ['parentSpanId', 'hex'],
    5: ['name', 'text'],
    6: ['kind', 'enum'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', 'KeyValue', true],
    11: ['events', 'Event', true],
    13: ['links', 'Link', true],
    15: ['status', 'Status'],
    16: ['flags', 'fixed32'],
  },
  Event: { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'text'], 3: ['attributes', 'KeyValue', true] },
  Link: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    4: ['attributes', 'KeyValue', true],
    6: ['flags', 'fixed32'],
  },
  Status: { 2: ['message', 'text'], 3: ['code', 'enum'] },
  KeyValue: { 1: ['key', 'text'], 2: ['value', 'AnyValue'] },
  AnyValue: {
    1: ['stringValue', 'text'],
    2: ['boolValue', 'bool'],
    3: ['intValue', 'int64'],
    4: ['doubleValue', 'double'],
    5: ['arrayValue', 'ArrayValue'],
    6: ['kvlistValue', 'KeyValueList'],
    7: ['bytesValue', 'hex'],
  },
  ArrayValue: { 1: ['values', 'AnyValue', true] },
  KeyValueList: { 1: ['values', 'KeyValue', true] },
}

/** A request of OTLP's protobuf as its JSON mapping writes it. Throws for bytes that are no such request. */
export function readOtlpProtobuf(bytes: Uint8Array): RawTraces {
  return readMessage(protobuf.Reader.create(bytes), 'Request', bytes.length) as unknown as RawTraces
}

function readMessage(reader: Reader, name: string, end: number): Record<string, unknown> {
  const message: Record<string, unknown> = {}
  while (reader.pos < end) {
    const tag = reader.uint32()
    const field = messages[name]?.[tag >>> 3]
    if (!field) {
      reader.skipType(tag & 7)
      continue
    }
    const [key, type, many] = field
    const value = type in messages ? readInner(reader, type) : readScalar(reader, type as Scalar)
    message[key] = many ? [...((message[key] as unknown[] | undefined) ?? []), value] : value
  }
  return message
}

function readInner(reader: Reader, name: string): Record<string, unknown> {
  const length = reader.uint32()
  return readMessage(reader, name, reader.pos + length)
}

function readScalar(reader: Reader, scalar: Scalar): unknown {
  switch (scalar) {
    case 'text':
      return reader.string()
    case 'hex':
      return Buffer.from(reader.bytes()).toString('hex')
    case 'bool':
      return reader.bool()
    case 'enum':
      return reader.int32()
    case 'int64':
      return String(reader.int64())
    case 'fixed32':
      return reader.fixed32()
    case 'fixed64': {
      const low = BigInt(reader.fixed32())
      return String((BigInt(reader.fixed32()) << 32n) | low)
    }
    case 'double':
      return reader.double()
  }
  return scalar satisfies never
}

const wireOf: Record<Scalar, number> = {
  text: 2,
  hex: 2,
  bool: 0,
  enum: 0,
  int64: 0,
  fixed64: 1,
  fixed32: 5,
  double: 1,
}

/** A request of OTLP's JSON mapping as protobuf; what this table does not name is left out. */
export function writeOtlpProtobuf(traces: RawTraces): Uint8Array {
  return writeMessage(
    protobuf.Writer.create(),
    'Request',
    traces as unknown as Record<string, unknown>,
  ).finish()
}

function writeMessage(writer: Writer, name: string, message: Readonly<Record<string, unknown>>): Writer {
  for (const [number, [key, type, many]] of Object.entries(messages[name] ?? {})) {
    const given = message[key]
    if (given === undefined) continue
    for (const value of many ? (given as readonly unknown[]) : [given]) {
      const isMessage = type in messages
      writer.uint32((Number(number) << 3) | (isMessage ? 2 : wireOf[type as Scalar]))
      if (isMessage) writeMessage(writer.fork(), type, value as Record<string, unknown>).ldelim()
      else writeScalar(writer, type as Scalar, value)
    }
  }
  return writer
}

function writeScalar(writer: Writer, scalar: Scalar, value: unknown): Writer {
  switch (scalar) {
    case 'text':
      return writer.string(String(value))
    case 'hex':
      return writer.bytes(Buffer.from(String(value), 'hex'))
    case 'bool':
      return writer.bool(value === true)
    case 'enum':
      return writer.int32(Number(value))
    case 'int64':
      return writer.int64(String(value))
    case 'fixed32':
      return writer.fixed32(Number(value))
    case 'fixed64': {
      const whole = BigInt(String(value))
      return writer.fixed32(Number(whole & 0xffff_ffffn)).fixed32(Number(whole >> 32n))
    }
    case 'double':
      return writer.double(Number(value))
  }
  return scalar satisfies never
}
