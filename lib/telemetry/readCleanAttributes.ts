import { isContent } from './content.ts'
import { genkitOutput, genkitUsage } from './genkitUsage.ts'
import { cut } from './otlpMessage.ts'
import type { OtlpLimits } from './otlpLimits.ts'
import type { Primitive } from './otlpSpan.ts'
import {
  fields,
  openMessage,
  readEnd,
  readFixed,
  readSmall,
  readText,
  readWhole,
  skip,
  unclean,
  type Wire,
} from './wire.ts'

const ofPair = fields(1, 2)
const ofValue = fields(1, 2, 3, 4, 5)

export type Values = Record<string, Primitive | Primitive[]>

/** Reads one attribute, a KeyValue, into `values`, as `readAttributes` does: content is passed over and not decoded. */
export function readCleanAttribute(wire: Wire, outer: number, values: Values, limits: OtlpLimits): void {
  const end = openMessage(wire, outer)
  let key = ''
  let valueAt = -1
  while (wire.at < end) {
    const field = readSmall(wire, end)
    if (field === 10) key = readText(wire, readEnd(wire, end))
    else if (field === 18) {
      valueAt = wire.at
      wire.at = readEnd(wire, end)
    } else skip(wire, field, end, ofPair)
  }
  if (key.length > Math.min(256, limits.textMax) || key === '__proto__' || key.includes('\0')) throw unclean
  if (valueAt < 0) return
  wire.at = valueAt
  const inner = openMessage(wire, end)
  if (key === '' || isHidden(key)) {
    const text = passValue(wire, inner)
    if (key === genkitOutput && text >= 0) addGenkit(values, wire.bytes.toString('utf8', text, inner))
  } else {
    const value = readValue(wire, inner, limits)
    if (value !== null) values[key] = value
  }
  wire.at = end
}

/** Past a value that is text and nothing else; where the text begins, -1 for an empty one. */
function passValue(wire: Wire, end: number): number {
  if (wire.at === end) return -1
  if (readSmall(wire, end) !== 10 || readEnd(wire, end) !== end) throw unclean
  return wire.at
}

function addGenkit(values: Values, output: string): void {
  for (const [name, tokens] of genkitUsage(output)) values[name] = tokens
}

/** Whether names are content is asked of the same few again and again. */
const hidden = new Map<string, boolean>()
const hiddenMax = 2_000

function isHidden(key: string): boolean {
  const before = hidden.get(key)
  if (before !== undefined) return before
  const is = isContent(key)
  if (hidden.size < hiddenMax) hidden.set(key, is)
  return is
}

/** An AnyValue that says one thing; null for what is not carried. */
function readValue(wire: Wire, end: number, limits: OtlpLimits): Primitive | Primitive[] | null {
  if (wire.at === end) return null
  const field = readSmall(wire, end)
  const value = field === 42 ? readArray(wire, end, limits) : readPrimitive(wire, field, end, limits)
  if (wire.at !== end) throw unclean
  return value
}

function readArray(wire: Wire, outer: number, limits: OtlpLimits): Primitive[] {
  const end = openMessage(wire, outer)
  const values: Primitive[] = []
  let count = 0
  while (wire.at < end) {
    if (readSmall(wire, end) !== 10) throw unclean
    const inner = openMessage(wire, end)
    count += 1
    const value = wire.at === inner ? null : readPrimitive(wire, readSmall(wire, inner), inner, limits)
    if (wire.at !== inner) throw unclean
    if (value !== null && count <= limits.itemsMax) values.push(value)
  }
  return values
}

function readPrimitive(wire: Wire, field: number, end: number, limits: OtlpLimits): Primitive | null {
  switch (field) {
    case 10:
      return shortened(readText(wire, readEnd(wire, end)), limits.textMax)
    case 16:
      return readSmall(wire, end) !== 0
    case 24:
      return readWhole(wire, end)
    case 33: {
      const double = wire.view.getFloat64(readFixed(wire, 8, end), true)
      return Number.isFinite(double) ? double : null
    }
    default:
      skip(wire, field, end, ofValue)
      return null
  }
}

/** As `cut` does it, which has nothing to do for nearly all. */
export function shortened(text: string, textMax: number): string {
  return text.length > textMax || text.includes('\0') ? cut(text, textMax) : text
}
