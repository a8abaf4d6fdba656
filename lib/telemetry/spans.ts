import { createHmac } from 'node:crypto'
import { textOf } from './attribute.ts'
import { classify, type PartKind } from './classify.ts'
import { conversationOf } from './conversation.ts'
import type { OtlpSpan } from './otlpSpan.ts'
import { errorTypeOf, hasFailed, isLeftByParent, isOutcomeWithin } from './outcome.ts'
import type { Problem } from './problem.ts'
import { runAttributes } from './runAttributes.ts'
import { usageOf } from './usage.ts'
import { attributionOf, type AgentSource, rolloutOf, type Rung } from './version.ts'

/**
 * What is kept of a span: plain JSON, no content. Traces arrive in pieces, so parts wait until their run is
 * here; (traceId, spanId) is their identity, and the same span sent again gives the same part. Of a span that
 * says nothing of agents only ids and times are kept: it may stand between a run and an agent inside.
 */
export interface SpanPart {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  /** Whether the parent is of another process; null where nobody said. */
  readonly parentRemote: boolean | null
  readonly kind: PartKind
  readonly agent: string | null
  readonly agentSource: AgentSource | null
  /** Null exactly when the rung is `unattributed`. */
  readonly version: string | null
  readonly rung: Rung
  readonly rolloutId: string | null
  /** RFC 3339, UTC. */
  readonly startedAt: string
  readonly endedAt: string
  /** From the nanoseconds of the span. */
  readonly durationMs: number
  readonly failed: boolean
  readonly errorType: string | null
  /** Whether only what is in the run says how it went. */
  readonly outcomeWithin: boolean
  readonly toolName: string | null
  /** See Usage. */
  readonly provider: string | null
  readonly model: string | null
  readonly inputTokens: number | null
  readonly cachedInputTokens: number | null
  readonly outputTokens: number | null
  readonly reasoningTokens: number | null
  readonly costUsd: number | null
  readonly conversationId: string | null
  readonly userHash: string | null
  /** The run that this one tries again, as it was named: `traceId:spanId`, or one of the two. Of runs alone. */
  readonly retryOf: string | null
  /** What was drawn a version for, where that is no conversation. Of runs alone. */
  readonly unit: string | null
  /** What else a run says of itself, as text. Of runs alone. */
  readonly attributes: Readonly<Record<string, string>> | null
}

export interface PartOptions {
  /** How far ahead of us a sender's clock may be. Default 5 minutes. */
  readonly aheadMaxMinutes?: number
  /** How long ago a span may have ended. Default 24 hours. */
  readonly behindMaxHours?: number
  /** Makes pseudonyms of user ids. Without it no id of a user is kept in any form but one already hashed. */
  readonly userHashKey?: string
  /** See attributionOf. */
  readonly metadataVersionKey?: string
}

/** The parts of these spans, one each, and why the others were not taken. */
export function partsOf(
  spans: readonly OtlpSpan[],
  receivedAt: Date,
  options: PartOptions = {},
): { readonly parts: readonly SpanPart[]; readonly rejected: readonly Problem[] } {
  const parts: SpanPart[] = []
  const rejected: Problem[] = []
  for (const span of spans) {
    const problem = impossibleTime(span, receivedAt, options)
    if (problem) {
      rejected.push(problem)
      continue
    }
    parts.push(partOf(span, options))
  }
  return { parts, rejected }
}

/** What a part says that says nothing. */
export const silentPart = {
  kind: 'link',
  agent: null,
  agentSource: null,
  version: null,
  rung: 'unattributed',
  rolloutId: null,
  failed: false,
  errorType: null,
  outcomeWithin: false,
  toolName: null,
  provider: null,
  model: null,
  inputTokens: null,
  cachedInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  costUsd: null,
  conversationId: null,
  userHash: null,
  retryOf: null,
  unit: null,
  attributes: null,
} as const satisfies Partial<SpanPart>

/** What is kept of this span. */
export function partOf(span: OtlpSpan, options: PartOptions = {}): SpanPart {
  const kind = classify(span)
  const known = {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    parentRemote: isLeftByParent(span) ? null : span.parentRemote,
    startedAt: dateOf(span.startNs).toISOString(),
    endedAt: dateOf(span.endNs).toISOString(),
    durationMs: Number(span.endNs - span.startNs) / 1e6,
  }
  if (kind === null) return { ...known, ...silentPart }
  const { attributes } = span
  const speaks = kind !== 'link'
  const failed = speaks && hasFailed(span)
  const isRun = kind === 'run' || kind === 'chain'
  return {
    ...known,
    kind,
    ...attributionOf(span, options.metadataVersionKey),
    rolloutId: rolloutOf(span),
    failed,
    errorType: speaks ? short(errorTypeOf(span, kind, failed)) : null,
    outcomeWithin: isOutcomeWithin(span, kind),
    toolName: kind === 'tool' ? toolNameOf(span) : null,
    ...usageOf(attributes, span.name),
    conversationId: short(conversationOf(attributes)),
    userHash: userHashOf(span, options.userHashKey),
    retryOf: isRun ? short(textOf(attributes, 'switchback.retry_of')) : null,
    unit: isRun ? short(textOf(attributes, 'switchback.unit')) : null,
    attributes: isRun ? runAttributes(attributes) : null,
  }
}

/** A span that began longer ago has a broken clock. */
const lengthMaxDays = 7

function impossibleTime(span: OtlpSpan, receivedAt: Date, options: PartOptions): Problem | null {
  const { aheadMaxMinutes = 5, behindMaxHours = 24 } = options
  const { startNs, endNs } = span
  // Milliseconds are exact enough here: what is asked is in minutes.
  const [start, end, now] = [Number(startNs) / 1e6, Number(endNs) / 1e6, receivedAt.getTime()]
  const told = (field: 'start' | 'end', at: bigint, expected: string): Problem => ({
    path: `${span.path}.${field}TimeUnixNano`,
    given: `${at} (${shownDate(at)})`,
    expected,
  })
  const received = () => receivedAt.toISOString()
  if (endNs < startNs) return told('end', endNs, `an end that is not before the start, ${startNs}`)
  if (end > now + aheadMaxMinutes * 60_000)
    return told('end', endNs, `at most ${aheadMaxMinutes} minutes after ${received()}`)
  if (end < now - behindMaxHours * 3_600_000)
    return told('end', endNs, `at most ${behindMaxHours} hours before ${received()}`)
  if (start < now - lengthMaxDays * 86_400_000)
    return told('start', startNs, `at most ${lengthMaxDays} days before ${received()}`)
  return null
}

function dateOf(nanoseconds: bigint): Date {
  return new Date(Number(nanoseconds / 1_000_000n))
}

function shownDate(nanoseconds: bigint): string {
  const date = dateOf(nanoseconds)
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString()
}

const toolNameKeys = [
  'gen_ai.tool.name',
  'tool.name',
  'ai.toolCall.name',
  'traceloop.entity.name',
  'tool_name',
]

function toolNameOf(span: OtlpSpan): string {
  const named = textOf(span.attributes, ...toolNameKeys) ?? span.name.replace(/^execute_tool /, '')
  return named.slice(0, 128).toWellFormed() || 'unnamed'
}

const userKeys = [
  'user.id',
  'enduser.id',
  'enduser.pseudo.id',
  'traceloop.association.properties.user_id',
  'langsmith.metadata.user_id',
  'mastra.metadata.userId',
  'ai.telemetry.metadata.userId',
]

function userHashOf(span: OtlpSpan, key: string | undefined): string | null {
  const given = textOf(span.attributes, 'user.hash')
  if (given !== null) return given.slice(0, 64).toWellFormed()
  const id = key === undefined ? null : textOf(span.attributes, ...userKeys)
  if (id === null || key === undefined) return null
  return createHmac('sha256', key).update(id).digest('hex').slice(0, 32)
}

function short(text: string | null): string | null {
  return text === null ? null : text.slice(0, 200).toWellFormed()
}
