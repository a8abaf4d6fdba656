import type { RunDoor } from './otlpRuns.ts'

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
  /** When it ended, in milliseconds before it is sent; default 0. */
  readonly agoMs?: number
  /** Default 100. */
  readonly tookMs?: number
  readonly attributes?: Readonly<Record<string, string>>
}

/** Posts the spans of one trace. Resolves once they were accepted. */
export async function postTrace(
  { edgeUrl, token }: RunDoor,
  traceId: string,
  spans: readonly SentSpan[],
): Promise<void> {
  const answer = await fetch(`${edgeUrl}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: traceBody(traceId, spans),
  })
  if (!answer.ok) throw new Error(`The edge answered ${answer.status}: ${await answer.text()}`)
}

/**
 * A run of one agent as people meet it: model calls with a model that nobody has a price for, tools, another agent inside, an
 * error, and a request around it all.
 */
export function aTracedRun(agent: string, inner: string): readonly SentSpan[] {
  const model = { 'gen_ai.request.model': 'unpriced-model', 'gen_ai.provider.name': 'acme' }
  const within = (n: number, parent: number) => ({ n, in: parent, parent: 'local' }) as const
  return [
    { n: 1, kind: 'plain', agoMs: 0, tookMs: 8_400 },
    {
      ...within(2, 1),
      kind: 'run',
      name: agent,
      version: '2.4.0',
      conversationId: 'conversation-7f3a',
      fails: true,
      agoMs: 40,
      tookMs: 8_300,
      attributes: { 'error.type': 'RefundRefused', 'app.channel': 'chat', 'app.region': 'eu-west' },
    },
    { ...within(3, 2), kind: 'chat', inputTokens: 2_140, agoMs: 6_900, tookMs: 1_400, attributes: model },
    { ...within(4, 2), kind: 'tool', name: 'lookup_order', agoMs: 6_500, tookMs: 380 },
    { ...within(5, 2), kind: 'tool', name: 'ask_billing', agoMs: 2_100, tookMs: 4_300 },
    { ...within(6, 5), kind: 'run', name: inner, version: '2.3.3', agoMs: 2_150, tookMs: 4_200 },
    { ...within(7, 6), kind: 'chat', inputTokens: 1_020, agoMs: 4_300, tookMs: 2_000, attributes: model },
    { ...within(8, 6), kind: 'tool', name: 'charge_lookup', agoMs: 3_900, tookMs: 350 },
    { ...within(9, 6), kind: 'chat', inputTokens: 1_600, agoMs: 2_200, tookMs: 1_600, attributes: model },
    {
      ...within(10, 2),
      kind: 'tool',
      name: 'refund',
      fails: true,
      agoMs: 1_500,
      tookMs: 540,
      attributes: { 'error.type': 'RefundRefused' },
    },
    { ...within(11, 2), kind: 'chat', inputTokens: 3_900, agoMs: 80, tookMs: 1_380, attributes: model },
  ]
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
    startTimeUnixNano: `${endMs - (span.tookMs ?? 100)}000000`,
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
