import type { OtlpLimits } from './otlpLimits.ts'
import { cut, type Message } from './otlpMessage.ts'

/** What happened within a span, without what was said. */
export interface OtlpEvent {
  readonly name: string
  /** Nanoseconds since 1970; absent where it is not said. */
  readonly atNs?: bigint
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

/** What is read of which event; everything else is dropped, messages and stack traces too. */
const readOf: ReadonlyMap<unknown, ReadonlySet<unknown>> = new Map([
  ['exception', new Set(['exception.type'])],
  [
    'gen_ai.evaluation.result',
    new Set([
      'gen_ai.evaluation.name',
      'gen_ai.evaluation.score.value',
      'gen_ai.evaluation.score.label',
      'gen_ai.response.id',
      'error.type',
    ]),
  ],
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
    const atNs = nanosecondsOf(event['timeUnixNano'])
    const attributes = valuesIn(event['attributes'], keys, limits)
    events.push(atNs === null ? { name, attributes } : { name, atNs, attributes })
  }
  return events.slice(-eventsMax)
}

function nanosecondsOf(given: unknown): bigint | null {
  if (typeof given === 'bigint') return given
  return typeof given === 'string' && /^\d{1,20}$/.test(given) ? BigInt(given) : null
}

function valuesIn(list: unknown, keys: ReadonlySet<unknown>, limits: OtlpLimits): OtlpEvent['attributes'] {
  const entries: [string, string | number | boolean][] = []
  for (const { key, value } of messagesIn(list)) {
    if (typeof key !== 'string' || !keys.has(key)) continue
    for (const one of messagesIn([value])) {
      const read = valueOf(one, limits)
      if (read !== null) entries.push([key, read])
    }
  }
  return Object.fromEntries(entries)
}

function valueOf(
  { stringValue, doubleValue, intValue, boolValue }: Message,
  limits: OtlpLimits,
): string | number | boolean | null {
  if (typeof stringValue === 'string') return cut(stringValue, limits.textMax)
  if (typeof boolValue === 'boolean') return boolValue
  const number = Number(doubleValue ?? intValue ?? Number.NaN)
  return Number.isFinite(number) ? number : null
}

function messagesIn(list: unknown): readonly Message[] {
  if (!Array.isArray(list)) return []
  return list.filter((item): item is Message => typeof item === 'object' && item !== null)
}
