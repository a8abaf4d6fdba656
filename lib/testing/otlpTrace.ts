/** Spans of a trace as an exporter sends them, in OTLP's JSON, each named by a number. */
export interface SentSpan {
  readonly n: number
  /** The number of its parent. */
  readonly in?: number
  /** What its flags say of the parent; absent: nothing, as older SDKs. */
  readonly parent?: 'local' | 'remote'
  readonly kind: 'run' | 'tool' | 'chat' | 'plain'
  /** Of a run the agent, of a tool its name. */
  readonly name?: string
  readonly version?: string
  readonly fails?: boolean
  readonly conversationId?: string
  readonly inputTokens?: number
  readonly costUsd?: number
  /** When it ended, in milliseconds before it is sent; default 0. It took a hundred. */
  readonly agoMs?: number
  readonly attributes?: Readonly<Record<string, string>>
}

/** The id of the span with this number. */
export function spanIdOf(n: number): string {
  return n.toString(16).padStart(16, '0')
}

/** The body of `POST /v1/traces` with these spans of one trace. */
export function traceBody(traceId: string, spans: readonly SentSpan[], nowMs = Date.now()): string {
  return JSON.stringify({
    resourceSpans: [
      { scopeSpans: [{ spans: spans.map((span) => ({ traceId, ...otlpSpan(span, nowMs) })) }] },
    ],
  })
}

const hasIsRemote = 0x100
const isRemote = 0x200

function otlpSpan(span: SentSpan, nowMs: number): object {
  const endMs = nowMs - (span.agoMs ?? 0)
  const flags = { local: 1 | hasIsRemote, remote: 1 | hasIsRemote | isRemote }
  return {
    spanId: spanIdOf(span.n),
    ...(span.in === undefined ? {} : { parentSpanId: spanIdOf(span.in) }),
    ...(span.parent ? { flags: flags[span.parent] } : {}),
    name: span.kind,
    kind: 1,
    startTimeUnixNano: `${endMs - 100}000000`,
    endTimeUnixNano: `${endMs}000000`,
    attributes: attributesOf(span),
    ...(span.fails ? { status: { code: 2 } } : {}),
  }
}

const operations = { run: 'invoke_agent', tool: 'execute_tool', chat: 'chat' } as const

function attributesOf(span: SentSpan): object[] {
  const { kind, name, version, conversationId, inputTokens, costUsd } = span
  if (kind === 'plain') return [{ key: 'http.route', value: { stringValue: '/chat' } }]
  const texts: Record<string, string | undefined> = {
    'gen_ai.operation.name': operations[kind],
    [kind === 'run' ? 'gen_ai.agent.name' : 'gen_ai.tool.name']: name,
    'gen_ai.agent.version': version,
    'gen_ai.conversation.id': conversationId,
    ...span.attributes,
  }
  const numbers = { 'gen_ai.usage.input_tokens': inputTokens, 'gen_ai.usage.cost.amount': costUsd }
  return [
    ...Object.entries(texts).flatMap(([key, value]) =>
      value === undefined ? [] : [{ key, value: { stringValue: value } }],
    ),
    ...Object.entries(numbers).flatMap(([key, value]) =>
      value === undefined ? [] : [{ key, value: { doubleValue: value } }],
    ),
  ]
}
