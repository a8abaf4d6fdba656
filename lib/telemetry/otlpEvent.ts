import type { OtlpLimits } from './otlpLimits.ts'
import { cut, type Message } from './otlpMessage.ts'

/** What happened within a span, without what was said. */
export interface OtlpEvent {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** What is read of which event; everything else is dropped, messages and stack traces too. */
const readOf: ReadonlyMap<unknown, ReadonlySet<unknown>> = new Map([
  ['exception', new Set(['exception.type'])],
])

/** Of a span that has recorded the same thing a thousand times, the last ones say what became of it. */
const eventsMax = 32

/** The events of a span that something is read from, in their order. One that cannot be read is left out alone. */
export function readEvents(span: Message, limits: OtlpLimits): readonly OtlpEvent[] {
  const events: OtlpEvent[] = []
  for (const event of messagesIn(span['events'])) {
    const { name } = event
    const keys = readOf.get(name)
    if (!keys || typeof name !== 'string') continue
    events.push({ name, attributes: textsIn(event['attributes'], keys, limits) })
  }
  return events.slice(-eventsMax)
}

function textsIn(list: unknown, keys: ReadonlySet<unknown>, limits: OtlpLimits): Record<string, string> {
  const entries: [string, string][] = []
  for (const { key, value } of messagesIn(list)) {
    if (typeof key !== 'string' || !keys.has(key)) continue
    for (const { stringValue } of messagesIn([value])) {
      if (typeof stringValue === 'string') entries.push([key, cut(stringValue, limits.textMax)])
    }
  }
  return Object.fromEntries(entries)
}

function messagesIn(list: unknown): readonly Message[] {
  if (!Array.isArray(list)) return []
  return list.filter((item): item is Message => typeof item === 'object' && item !== null)
}
