import protobuf from 'protobufjs/minimal.js'
import type { Reader } from 'protobufjs/minimal.js'
import type { OtlpLimits } from './otlpLimits.ts'
import type { Message } from './otlpMessage.ts'
import { type Field, type MessageName, response, type Scalar, schema } from './otlpSchema.ts'
import { Unreadable } from './problem.ts'

type Fields = Record<string, unknown>

interface Walk {
  readonly reader: Reader
  readonly limits: OtlpLimits
  /** Where the reader stands, as in `['resourceSpans', 0, 'scopeSpans', 2]`. */
  readonly trail: (string | number)[]
  messages: number
  spans: number
}

/**
 * Reads the fields of the schema out of a protobuf body. Throws Unreadable, and stops at the first limit it
 * meets.
 */
export function readProtobuf(bytes: Uint8Array, limits: OtlpLimits, root: MessageName = 'Request'): Message {
  const reader = protobuf.Reader.create(bytes)
  const walk: Walk = { reader, limits, trail: [], messages: 0, spans: 0 }
  try {
    return readMessage(walk, root, bytes.length)
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw malformed(
      walk,
      `bytes that end or break off at byte ${reader.pos} of ${bytes.length}`,
      'whole protobuf',
    )
  }
}

/** One message alone, and how many are in it with itself; null when it cannot be read. */
export function readMessageAt(
  bytes: Uint8Array,
  name: MessageName,
  limits: OtlpLimits,
): { readonly message: Message; readonly messages: number } | null {
  const reader = protobuf.Reader.create(bytes)
  const walk: Walk = { reader, limits, trail: [], messages: 0, spans: 0 }
  try {
    return { message: readMessage(walk, name, bytes.length), messages: walk.messages }
  } catch {
    return null
  }
}

function readMessage(walk: Walk, name: MessageName, end: number): Message {
  const { reader } = walk
  count(walk, name)
  const message: Fields = {}
  while (reader.pos < end) {
    const tag = reader.uint32()
    const field = schema[name][tag >>> 3]
    const wire = tag & 7
    if (field) readField(walk, message, field, wire)
    else reader.skipType(wire, 0, tag >>> 3)
  }
  if (reader.pos !== end)
    throw malformed(walk, 'a field that runs past the end of its message', 'whole protobuf')
  return message
}

function readField(walk: Walk, message: Fields, field: Field, wire: number): void {
  const wireExpected = 'message' in field ? 2 : wireOf[field.scalar]
  if (wire !== wireExpected) {
    walk.trail.push(field.name)
    throw malformed(walk, `wire type ${wire}`, `wire type ${wireExpected}`)
  }
  if (!('message' in field)) {
    message[field.name] = readScalar(walk.reader, field.scalar)
    return
  }
  const before = message[field.name]
  const list: unknown[] = Array.isArray(before) ? before : []
  walk.trail.push(field.name)
  if (field.repeated) walk.trail.push(list.length)
  const length = walk.reader.uint32()
  const value = readMessage(walk, field.message, walk.reader.pos + length)
  walk.trail.length -= field.repeated ? 2 : 1
  if (field.repeated) list.push(value)
  message[field.name] = field.repeated ? list : value
}

const wireOf: Record<Scalar, number> = {
  string: 2,
  id: 2,
  bool: 0,
  enum: 0,
  int64: 0,
  fixed32: 5,
  fixed64: 1,
  double: 1,
}

function readScalar(reader: Reader, scalar: Scalar): unknown {
  switch (scalar) {
    case 'string':
      return reader.string()
    case 'id':
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
      return (BigInt(reader.fixed32()) << 32n) | low
    }
    case 'double':
      return reader.double()
  }
  return scalar satisfies never
}

function count(walk: Walk, name: MessageName): void {
  const { messagesMax, spansMax } = walk.limits
  walk.messages += 1
  if (name === 'Span' || name === 'LogRecord') walk.spans += 1
  if (walk.messages > messagesMax) throw tooMany(walk, `more than ${messagesMax} messages`, messagesMax)
  if (walk.spans > spansMax)
    throw tooMany(walk, `more than ${spansMax} ${itemsOf[name] ?? 'items'}`, spansMax)
}

const itemsOf: Partial<Record<MessageName, string>> = { Span: 'spans', LogRecord: 'log records' }

function malformed(walk: Walk, given: string, expected: string): Unreadable {
  return new Unreadable({ path: pathOf(walk.trail), given, expected })
}

function tooMany(walk: Walk, given: string, max: number): Unreadable {
  return new Unreadable({ path: pathOf(walk.trail), given, expected: `at most ${max} in one request` }, 413)
}

function pathOf(trail: readonly (string | number)[]): string {
  return trail.reduce<string>((path, part) => {
    if (typeof part === 'number') return `${path}[${part}]`
    return path ? `${path}.${part}` : part
  }, '')
}

/** The response to an export as protobuf; no bytes at all when everything was taken. */
export function writeProtobufResponse(rejected: number, errorMessage: string): Uint8Array {
  if (rejected === 0 && errorMessage === '') return new Uint8Array(0)
  const tag = (field: number, wire: number) => (field << 3) | wire
  return protobuf.Writer.create()
    .uint32(tag(response.partialSuccess, 2))
    .fork()
    .uint32(tag(response.rejected, 0))
    .int64(rejected)
    .uint32(tag(response.errorMessage, 2))
    .string(errorMessage)
    .ldelim()
    .finish()
}
