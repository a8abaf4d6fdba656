/**
 * Protobuf as every exporter writes it, read without making an object for each message. What could be written otherwise
 * (a number in more bytes than it needs, a group, a length past the end) is left to the reader that knows why it refuses.
 */
export interface Wire {
  readonly bytes: Buffer
  readonly view: DataView
  /** Where it stands. */
  at: number
  /** How many more messages may be begun. */
  messagesLeft: number
}

/** Thrown for what is not read here; it says nothing, since whoever reads the same bytes next does. */
export const unclean = Symbol('left to the whole reader')

export function wireOf(given: Uint8Array, messagesMax: number): Wire {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { bytes, view, at: 0, messagesLeft: messagesMax }
}

/** A number of at most 28 bits: tags, lengths, enums, booleans. */
export function readSmall(wire: Wire, end: number): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    if (wire.at >= end) throw unclean
    const byte = wire.bytes[wire.at++] ?? 0
    value |= (byte & 127) << shift
    if (byte < 128) return value
  }
  throw unclean
}

/** A whole number of at most 49 bits that is not below zero. */
export function readWhole(wire: Wire, end: number): number {
  let value = 0
  for (let factor = 1; factor < 2 ** 49; factor *= 128) {
    if (wire.at >= end) throw unclean
    const byte = wire.bytes[wire.at++] ?? 0
    value += (byte & 127) * factor
    if (byte < 128) return value
  }
  throw unclean
}

/** The end of what has its length before it, which lies before `end`. */
export function readEnd(wire: Wire, end: number): number {
  const length = readSmall(wire, end)
  if (wire.at + length > end) throw unclean
  return wire.at + length
}

/** The end of the message that begins there. */
export function openMessage(wire: Wire, end: number): number {
  wire.messagesLeft -= 1
  if (wire.messagesLeft < 0) throw unclean
  return readEnd(wire, end)
}

/** Moves on by so many bytes; answers where it stood. */
export function readFixed(wire: Wire, size: number, end: number): number {
  const at = wire.at
  if (at + size > end) throw unclean
  wire.at = at + size
  return at
}

/** Bits for these numbers of fields. */
export function fields(...numbers: readonly number[]): number {
  return numbers.reduce((bits, number) => bits | (1 << number), 0)
}

/** Past a field that is none of `known`, a bit for each number: one of those that stands otherwise is a mistake. */
export function skip(wire: Wire, tag: number, end: number, known: number): void {
  const field = tag >>> 3
  if (field === 0 || (field < 32 && ((known >>> field) & 1) === 1)) throw unclean
  switch (tag & 7) {
    case 0:
      readWhole(wire, end)
      return
    case 1:
      readFixed(wire, 8, end)
      return
    case 2:
      wire.at = readEnd(wire, end)
      return
    case 5:
      readFixed(wire, 4, end)
      return
    default:
      throw unclean
  }
}

/** Text up to there. */
export function readText(wire: Wire, end: number): string {
  const text =
    end - wire.at <= heldBytesMax ? heldText(wire.bytes, wire.at, end) : decode(wire.bytes, wire.at, end)
  wire.at = end
  return text
}

function decode(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to)
}

/** Names and most values are the same in every span: the last text of each hash is held, so that it need not be made again. */
const heldBytesMax = 40
const heldMax = 4_096
const held: ({ readonly bytes: Buffer; readonly text: string } | undefined)[] = Array.from({
  length: heldMax,
})

function heldText(bytes: Buffer, from: number, to: number): string {
  if (from === to) return ''
  let hash = to - from
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0
  const slot = (hash ^ (hash >>> 12)) & (heldMax - 1)
  const before = held[slot]
  if (before && isSame(before.bytes, bytes, from, to)) return before.text
  const text = decode(bytes, from, to)
  held[slot] = { bytes: Buffer.from(bytes.subarray(from, to)), text }
  return text
}

function isSame(one: Buffer, other: Buffer, from: number, to: number): boolean {
  if (one.length !== to - from) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[from + at]) return false
  return true
}
