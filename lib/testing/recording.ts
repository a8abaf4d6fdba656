import { readdirSync, readFileSync } from 'node:fs'

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

/** When the first span of every recording starts, in milliseconds since 1970. */
export const epochMs = Date.UTC(2026, 0, 5, 9)

/** Every span of a request. */
export function spansIn(traces: RawTraces): RawSpan[] {
  return (traces.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
    (scopeSpans ?? []).flatMap(({ spans }) => spans ?? []),
  )
}

/** A request with its spans changed, and the attributes of its resources. */
export function mapSpans(
  traces: RawTraces,
  change: (span: RawSpan) => RawSpan,
  changeResource = (attributes: readonly RawAttribute[]) => attributes,
): RawTraces {
  return {
    resourceSpans: (traces.resourceSpans ?? []).map(({ resource, scopeSpans }) => ({
      resource: { attributes: changeResource(resource?.attributes ?? []) },
      scopeSpans: (scopeSpans ?? []).map(({ scope, spans }) => ({
        scope: { name: scope?.name ?? '', ...(scope?.version ? { version: scope.version } : {}) },
        spans: (spans ?? []).map(change),
      })),
    })),
  }
}

/** A span that happened so much later, in nanoseconds. */
export function moved(span: RawSpan, shiftNs: bigint): RawSpan {
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
