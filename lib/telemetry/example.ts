import type { OtlpSpan } from './otlpSpan.ts'
import type { Run } from './run.ts'
import { silentPart, type SpanPart } from './spans.ts'

/** Examples for tests: a span, a part and a run that are in order, but for what a test says of them. */

export const exampleAt = new Date('2026-11-23T14:00:00.000Z')

const traceId = '5b8efff798038103d269b633813fc60c'
const spanId = 'eee19b7ec3c1b174'

export function exampleSpan(given: Partial<OtlpSpan> = {}): OtlpSpan {
  const startNs = BigInt(exampleAt.getTime()) * 1_000_000n
  return {
    path: 'resourceSpans[0].scopeSpans[0].spans[0]',
    traceId,
    spanId,
    parentSpanId: null,
    parentRemote: null,
    name: 'invoke_agent support-agent',
    kind: 'internal',
    startNs,
    endNs: startNs + 1_500_000_000n,
    attributes: { 'gen_ai.operation.name': 'invoke_agent' },
    statusCode: 'unset',
    statusMessage: '',
    resource: {},
    scopeName: 'gen_ai',
    events: [],
    ...given,
  }
}

/** `startMs` counts from `exampleAt`. */
export function examplePart(given: Partial<SpanPart> & { readonly startMs?: number } = {}): SpanPart {
  const { startMs = 0, durationMs = 1500, ...rest } = given
  const startedAt = exampleAt.getTime() + startMs
  return {
    traceId,
    spanId,
    ...silentPart,
    parentSpanId: null,
    parentRemote: null,
    kind: 'run',
    agent: 'support-agent',
    agentSource: 'gen_ai',
    version: '2.4.0',
    rung: 'span',
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(startedAt + durationMs).toISOString(),
    durationMs,
    ...rest,
  }
}

export function exampleRun(given: Partial<Run> = {}): Run {
  return {
    traceId,
    spanId,
    agent: 'support-agent',
    version: '2.4.0',
    rung: 'span',
    rolloutId: null,
    conversationId: null,
    userHash: null,
    unit: null,
    startedAt: exampleAt,
    endedAt: new Date(exampleAt.getTime() + 1500),
    latencyMs: 1500,
    failed: false,
    cancelled: false,
    errorType: null,
    toolCalls: 0,
    toolFailures: 0,
    tools: [],
    model: null,
    inputTokens: 0,
    cachedInputTokens: null,
    outputTokens: 0,
    reasoningTokens: null,
    costUsd: null,
    costUncachedUsd: null,
    costEstimated: false,
    subAgentCostUsd: null,
    retryOf: null,
    parentMissing: false,
    insideOf: null,
    attributes: {},
    unpriced: [],
    ...given,
  }
}
