import { isContent } from '#lib/telemetry/content.ts'
import { genkitOutput } from '#lib/telemetry/genkitUsage.ts'
import {
  epochMs,
  mapSpans,
  moved,
  type RawAttribute,
  type RawSpan,
  type RawTraces,
  type RawValue,
  type ReceivedTraces,
  type RecordedRequest,
  type Recording,
  spansIn,
} from './recording.ts'

/**
 * Received requests as test data: content, hosts and processes are left out, the first span starts at a fixed moment.
 * `secrets` are texts that no value may contain, such as the name of the machine.
 */
export function recordedRequests(
  received: readonly ReceivedTraces[],
  secrets: readonly string[],
): RecordedRequest[] {
  const startNs = firstStartNs(received.map(({ traces }) => traces))
  const shiftNs = BigInt(epochMs) * 1_000_000n - startNs
  return received.map(({ receivedAtMs, encoding, traces }) => ({
    afterMs: receivedAtMs - Number(startNs / 1_000_000n),
    encoding,
    traces: mapSpans(
      traces,
      (span) => cleaned(moved(span, shiftNs), secrets),
      (attributes) => kept(attributes, secrets),
    ),
  }))
}

function firstStartNs(requests: readonly RawTraces[]): bigint {
  const starts = requests.flatMap(spansIn).map((span) => BigInt(span.startTimeUnixNano))
  const [first, ...others] = starts
  if (first === undefined) throw new Error('No span was received')
  return others.reduce((least, start) => (start < least ? start : least), first)
}

function cleaned(span: RawSpan, secrets: readonly string[]): RawSpan {
  const { traceId, spanId, parentSpanId, traceState, name, kind, flags, events, links, status } = span
  return {
    traceId,
    spanId,
    ...(parentSpanId ? { parentSpanId } : {}),
    ...(traceState ? { traceState } : {}),
    name,
    ...(kind === undefined ? {} : { kind }),
    ...(flags === undefined ? {} : { flags }),
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: span.endTimeUnixNano,
    attributes: kept(span.attributes, secrets),
    ...eventsOf(events, secrets),
    ...(links?.length
      ? { links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })) }
      : {}),
    status: { code: status?.code ?? 0, ...messageOf(status?.message) },
  }
}

/** The other events carry what was said, under names of their own. */
const keptEvents = ['exception', 'gen_ai.evaluation.result']

function eventsOf(events: RawSpan['events'], secrets: readonly string[]): Pick<RawSpan, 'events'> {
  const those = (events ?? []).filter(({ name }) => keptEvents.includes(name))
  if (those.length === 0) return {}
  return { events: those.map((event) => ({ ...event, attributes: kept(event.attributes, secrets) })) }
}

/** Some instrumentations put the kind of an error on the first line of the message, and nowhere else. */
function messageOf(message: string | undefined): { readonly message?: string } {
  const [line = ''] = message?.split('\n') ?? []
  return /^\w*(abort|cancel|error|exception)\w*$/i.test(line) ? { message: line } : {}
}

const machineKeys =
  /^(host|process|os|container|server|network|net|url|http|peer)\.|^service\.instance\.id$|\.(address|port|url|base_url|endpoint)$/

/** Times of day, which do not move with the recording, and long descriptions that tell of no run. */
const idleKeys =
  /_time$|\.timestamp$|\.json_schema$|\.description$|^logfire\.|^gen_ai\.agent\.tools$|^mastra\.metadata\.(headers|modelMetadata)$/

/** Longer text may be content under a name that nobody knows yet. */
const textMax = 200

function kept(attributes: readonly RawAttribute[] | undefined, secrets: readonly string[]): RawAttribute[] {
  return (attributes ?? [])
    .map(withoutPlaces)
    .map(usageAlone)
    .filter(({ key, value }) => {
      if ((isContent(key) && key !== genkitOutput) || machineKeys.test(key) || idleKeys.test(key))
        return false
      const texts = textsOf(value ?? {})
      if (texts === null) return false
      return texts.every((text) => text.length <= textMax && !secrets.some((secret) => text.includes(secret)))
    })
}

/** Of an answer of Genkit, only the tokens; they are nowhere else. */
function usageAlone(attribute: RawAttribute): RawAttribute {
  if (attribute.key !== genkitOutput) return attribute
  const answer = JSON.parse(attribute.value?.stringValue ?? 'null') as { readonly usage?: unknown } | null
  return { key: genkitOutput, value: { stringValue: JSON.stringify({ usage: answer?.usage ?? null }) } }
}

/** LangGraph repeats on every span where in the graph it stands; that is most of a recording otherwise. */
const placeKeys = /^langgraph_(path|triggers|checkpoint_ns)$|^checkpoint_ns$|versions$/

function withoutPlaces(attribute: RawAttribute): RawAttribute {
  const json = attribute.key === 'metadata' ? attribute.value?.stringValue : undefined
  if (json === undefined) return attribute
  const metadata = Object.entries(JSON.parse(json) as Record<string, unknown>)
  const rest = metadata.filter(([key]) => !placeKeys.test(key))
  return { key: 'metadata', value: { stringValue: JSON.stringify(Object.fromEntries(rest)) } }
}

/** The texts in a value; null for a kind of value that the receiver does not carry either. */
function textsOf(value: RawValue): string[] | null {
  if (value.kvlistValue !== undefined || value.bytesValue !== undefined) return null
  if (!value.arrayValue) return value.stringValue === undefined ? [] : [value.stringValue]
  const texts = (value.arrayValue.values ?? []).map(textsOf)
  return texts.includes(null) ? null : texts.flatMap((each) => each ?? [])
}

/** One request a line, so that two versions of a recording can be compared. */
export function recordingText({ requests, ...header }: Recording): string {
  const lines = requests.map((request) => JSON.stringify(request)).join(',\n')
  return `${JSON.stringify(header, null, 1).slice(0, -2)},\n "requests": [\n${lines}\n]}\n`
}
