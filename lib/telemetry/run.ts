import type { Price } from '#lib/domain/price.ts'
import { type Cost, costOfPart, sumOfCosts, type UnpricedModel } from './cost.ts'
import { type Place, hasUsage, placesOf } from './family.ts'
import type { SpanPart } from './spans.ts'
import type { Rung } from './version.ts'

/** One execution of an agent, as its spans tell it. (traceId, spanId) is its identity. */
export interface Run {
  readonly traceId: string
  readonly spanId: string
  readonly agent: string | null
  /** Null exactly when the rung is `unattributed`. */
  readonly version: string | null
  readonly rung: Rung
  readonly rolloutId: string | null
  readonly conversationId: string | null
  readonly userHash: string | null
  readonly startedAt: Date
  readonly endedAt: Date
  /** By the clock of the span, without the time spent waiting for a person. */
  readonly latencyMs: number
  /** Whether the run itself failed; a failed tool call alone does not make it so. */
  readonly failed: boolean
  readonly errorType: string | null
  readonly toolCalls: number
  readonly toolFailures: number
  /** By name. */
  readonly tools: readonly ToolUse[]
  readonly inputTokens: number
  /** Of the input, what was read from a cache; null when no call says anything of it. */
  readonly cachedInputTokens: number | null
  readonly outputTokens: number
  /** Of the output, what the model thought; null when no call says anything of it. */
  readonly reasoningTokens: number | null
  /** Null when it is not known for the whole of the run. */
  readonly costUsd: number | null
  /** As if nothing had come from a cache; the same as `costUsd` where the cost was told. */
  readonly costUncachedUsd: number | null
  /** Whether any of the cost was worked out from a list of prices. */
  readonly costEstimated: boolean
  /** The models that were called and have no price, where that is why the cost is not known. */
  readonly unpriced: readonly UnpricedModel[]
}

export interface ToolUse {
  readonly name: string
  readonly calls: number
  readonly failures: number
}

/**
 * The runs of one trace: its run-parts that are in no other run. What is in a run, however deep, belongs to
 * it, also an agent called by an agent. A part whose ancestors are not here belongs to the run that was going
 * on when it began. Neither order nor repetition of the parts matters.
 */
export function assembleRun(parts: readonly SpanPart[], prices: readonly Price[] = []): Run[] {
  const places = placesOf(parts)
  const heads = places.filter(({ part, head }) => head === part).map(({ part }) => part)
  const members = new Map<SpanPart, Place[]>(heads.map((head) => [head, []]))
  for (const place of places) {
    const head = place.head ?? adopt(place.part, heads)
    if (head) members.get(head)?.push(place)
  }
  return heads.map((head) => runOf(head, members.get(head) ?? [], prices))
}

/** Both are ordered by start. */
function adopt(part: SpanPart, heads: readonly SpanPart[]): SpanPart | null {
  const begun = heads.filter((head) => head.startedAt <= part.startedAt)
  const during = begun.findLast((head) => part.startedAt <= head.endedAt)
  return during ?? begun.at(-1) ?? heads[0] ?? null
}

function runOf(head: SpanPart, places: readonly Place[], prices: readonly Price[]): Run {
  const firstOf = (key: 'conversationId' | 'userHash' | 'rolloutId') =>
    head[key] ?? places.find(({ part }) => part[key] !== null)?.part[key] ?? null
  const tools = toolsOf(places)
  return {
    traceId: head.traceId,
    spanId: head.spanId,
    agent: head.agent,
    version: head.version,
    rung: head.rung,
    rolloutId: firstOf('rolloutId'),
    conversationId: firstOf('conversationId'),
    userHash: firstOf('userHash'),
    startedAt: new Date(head.startedAt),
    endedAt: new Date(head.endedAt),
    latencyMs: Math.max(0, head.durationMs - waitedMs(head, places)),
    failed: head.failed,
    errorType: head.errorType,
    toolCalls: tools.reduce((sum, tool) => sum + tool.calls, 0),
    toolFailures: tools.reduce((sum, tool) => sum + tool.failures, 0),
    tools,
    ...usageOfRun(head, places, prices),
  }
}

/** A call failed if it says so, or anything that tells of the same call does. */
function toolsOf(places: readonly Place[]): ToolUse[] {
  const calls = places.filter(({ part, call }) => call === part).map(({ part }) => part)
  const failed = new Set(
    places
      .filter(({ part }) => part.failed && (part.kind === 'tool' || part.kind === 'execution'))
      .map(({ call }) => call),
  )
  const byName = Map.groupBy(calls, (call) => call.toolName ?? 'unnamed')
  return [...byName]
    .map(([name, all]) => ({
      name,
      calls: all.length,
      failures: all.filter((call) => failed.has(call)).length,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Milliseconds of the run in which at least one part of it waited for a person. */
function waitedMs(head: SpanPart, places: readonly Place[]): number {
  const begin = Date.parse(head.startedAt)
  const end = begin + head.durationMs
  let waited = 0
  let until = begin
  for (const { part } of places) {
    if (part.kind !== 'wait') continue
    const from = Math.max(Date.parse(part.startedAt), until)
    const to = Math.min(Date.parse(part.startedAt) + part.durationMs, end)
    if (to <= from) continue
    waited += to - from
    until = to
  }
  return waited
}

type RunUsage = Pick<
  Run,
  | 'inputTokens'
  | 'cachedInputTokens'
  | 'outputTokens'
  | 'reasoningTokens'
  | 'costUsd'
  | 'costUncachedUsd'
  | 'costEstimated'
  | 'unpriced'
>

/** From the model calls; from the run, or else the agents in it, only where no model call says anything. */
function usageOfRun(head: SpanPart, places: readonly Place[], prices: readonly Price[]): RunUsage {
  const calls = places
    .filter(({ part, toldByCall }) => part.kind === 'inference' && hasUsage(part) && !toldByCall)
    .map(({ part }) => part)
  const agents = places.filter(
    ({ part, toldByAgent }) => part.kind === 'run' && part !== head && hasUsage(part) && !toldByAgent,
  )
  const fallback = hasUsage(head) ? [head] : agents.map(({ part }) => part)
  const tellers = calls.length > 0 ? calls : fallback
  return {
    inputTokens: sumOf(tellers, 'inputTokens') ?? 0,
    cachedInputTokens: sumOf(tellers, 'cachedInputTokens'),
    outputTokens: sumOf(tellers, 'outputTokens') ?? 0,
    reasoningTokens: sumOf(tellers, 'reasoningTokens'),
    ...costOfRun(head, tellers, prices),
  }
}

/** The most that the count of one run can be: what 31 bits hold. */
const tokensMax = 2 ** 31 - 1

type Tokens = 'inputTokens' | 'cachedInputTokens' | 'outputTokens' | 'reasoningTokens'

/** Null when none of them says anything. Spans that were kept by an older edge lack the newer counts. */
function sumOf(tellers: readonly SpanPart[], key: Tokens): number | null {
  const known = tellers.map((part) => part[key] ?? null).filter((count) => count !== null)
  if (known.length === 0) return null
  return Math.min(
    known.reduce((sum, count) => sum + count, 0),
    tokensMax,
  )
}

/**
 * What the calls say they cost, if all of them do; else what the run says; else as far as prices are known.
 */
function costOfRun(head: SpanPart, tellers: readonly SpanPart[], prices: readonly Price[]): Cost {
  const sum = sumOfCosts(tellers.map((part) => costOfPart(part, prices)))
  const isTold = sum.costUsd !== null && !sum.costEstimated
  return isTold || head.costUsd === null ? sum : costOfPart(head, prices)
}
