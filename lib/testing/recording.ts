import { readdirSync, readFileSync } from 'node:fs'
import { isContent } from '#lib/telemetry/content.ts'
import { genkitOutput } from '#lib/telemetry/genkitUsage.ts'

/**
 * What one framework's real packages sent in one situation: the requests of its own exporter as they came, in OTLP's
 * JSON, without content, hosts and processes. lib/testing/recorded/<framework>/<situation>.json.
 */
export interface Recording {
  readonly framework: string
  readonly situation: Situation
  /** What was installed, by package. */
  readonly packages: Readonly<Record<string, string>>
  readonly note?: string
  /** The runs that really happened. */
  readonly truth: readonly TrueRun[]
  /** What the framework or its instrumentation does not send, or sends wrongly. */
  readonly upstream?: string
  /** What can be known of the runs all the same, where that is less than the truth. */
  readonly known?: readonly TrueRun[]
  readonly requests: readonly RecordedRequest[]
}

export const situations = [
  'ok',
  'tool-throws',
  'model-fails',
  'stream',
  'cancelled',
  'sub-agent',
  'turns',
  'versions',
] as const
export type Situation = (typeof situations)[number]

export interface TrueRun {
  readonly agent: string
  readonly version: string
  /** Null when the program gave none; some frameworks make one up. */
  readonly conversationId: string | null
  readonly failed: boolean
  readonly cancelled: boolean
  /** By name: calls, failures. The call of another agent is one. */
  readonly tools: Readonly<Record<string, readonly [calls: number, failures: number]>>
  /** With those of the agents inside it. */
  readonly inputTokens: number
  readonly outputTokens: number
  /** The agent that called it, when it ran inside another's run. */
  readonly insideOf: string | null
}

export interface RecordedRequest {
  /** Milliseconds from the start of the first span to the arrival of this request. */
  readonly afterMs: number
  /** As it came over the wire: protobuf or json, gzip or not. */
  readonly encoding: string
  readonly traces: RawTraces
}

export interface ReceivedTraces {
  readonly receivedAtMs: number
  readonly encoding: string
  readonly traces: RawTraces
}

export interface RawTraces {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly RawAttribute[] }
    readonly scopeSpans?: readonly {
      readonly scope?: { readonly name?: string; readonly version?: string }
      readonly spans?: readonly RawSpan[]
    }[]
  }[]
}

export interface RawAttribute {
  readonly key: string
  readonly value?: RawValue
}

export interface RawValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values?: readonly RawValue[] }
  readonly [other: string]: unknown
}

export interface RawSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind?: number
  readonly flags?: number
  readonly startTimeUnixNano: string | number
  readonly endTimeUnixNano: string | number
  readonly attributes?: readonly RawAttribute[]
  readonly events?: readonly {
    readonly timeUnixNano: string | number
    readonly name: string
    readonly attributes?: readonly RawAttribute[]
  }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number; readonly message?: string }
}

const epochMs = Date.UTC(2026, 0, 5, 9)

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
    traces: mapSpans(traces, (span) => cleaned(moved(span, shiftNs), secrets), secrets),
  }))
}

function firstStartNs(requests: readonly RawTraces[]): bigint {
  const starts = requests.flatMap(spansIn).map((span) => BigInt(span.startTimeUnixNano))
  const [first, ...others] = starts
  if (first === undefined) throw new Error('No span was received')
  return others.reduce((least, start) => (start < least ? start : least), first)
}

/** Every span of a request. */
export function spansIn(traces: RawTraces): RawSpan[] {
  return (traces.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
    (scopeSpans ?? []).flatMap(({ spans }) => spans ?? []),
  )
}

function mapSpans(
  traces: RawTraces,
  change: (span: RawSpan) => RawSpan,
  secrets: readonly string[] = [],
): RawTraces {
  return {
    resourceSpans: (traces.resourceSpans ?? []).map(({ resource, scopeSpans }) => ({
      resource: { attributes: kept(resource?.attributes, secrets) },
      scopeSpans: (scopeSpans ?? []).map(({ scope, spans }) => ({
        scope: { name: scope?.name ?? '', ...(scope?.version ? { version: scope.version } : {}) },
        spans: (spans ?? []).map(change),
      })),
    })),
  }
}

function moved(span: RawSpan, shiftNs: bigint): RawSpan {
  const move = (time: string | number) => String(BigInt(time) + shiftNs)
  return {
    ...span,
    startTimeUnixNano: move(span.startTimeUnixNano),
    endTimeUnixNano: move(span.endTimeUnixNano),
    ...(span.events
      ? { events: span.events.map((event) => ({ ...event, timeUnixNano: move(event.timeUnixNano) })) }
      : {}),
  }
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

/** The bodies of a recording as if its first span started at `startMs`, each with when it came. */
export function replayed(
  { requests }: Recording,
  startMs: number,
): { readonly receivedAt: Date; readonly traces: RawTraces }[] {
  const shiftNs = BigInt(startMs - epochMs) * 1_000_000n
  return requests.map(({ afterMs, traces }) => ({
    receivedAt: new Date(startMs + afterMs),
    traces: mapSpans(traces, (span) => moved(span, shiftNs)),
  }))
}

const folder = new URL('recorded/', import.meta.url)

/** Every recording there is, by framework and situation. */
export function recordings(): Recording[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => JSON.parse(readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8')) as Recording)
    .sort((a, b) => order(a) - order(b) || (a.framework < b.framework ? -1 : 1))
}

function order({ situation }: Recording): number {
  return situations.indexOf(situation)
}

/** One request a line, so that two versions of a recording can be compared. */
export function recordingText({ requests, ...header }: Recording): string {
  const lines = requests.map((request) => JSON.stringify(request)).join(',\n')
  return `${JSON.stringify(header, null, 1).slice(0, -2)},\n "requests": [\n${lines}\n]}\n`
}
