import { type Place, hasUsage, placesOf } from './family.ts'
import { estimateUsd, type Price } from './price.ts'
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
  readonly outputTokens: number
  /** Null when it is not known for the whole of the run. */
  readonly costUsd: number | null
  /** Whether any of the cost was worked out from a list of prices. */
  readonly costEstimated: boolean
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

type RunUsage = Pick<Run, 'inputTokens' | 'outputTokens' | 'costUsd' | 'costEstimated'>

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
    inputTokens: sumOf(tellers, 'inputTokens'),
    outputTokens: sumOf(tellers, 'outputTokens'),
    ...costOfRun(head, tellers, prices),
  }
}

/** The most that the count of one run can be: what 31 bits hold. */
const tokensMax = 2 ** 31 - 1

function sumOf(tellers: readonly SpanPart[], key: 'inputTokens' | 'outputTokens'): number {
  const sum = tellers.reduce((before, part) => before + (part[key] ?? 0), 0)
  return Math.min(sum, tokensMax)
}

/**
 * What the calls say they cost, if all of them do; else what the run says; else as far as prices are known.
 */
function costOfRun(
  head: SpanPart,
  tellers: readonly SpanPart[],
  prices: readonly Price[],
): Pick<Run, 'costUsd' | 'costEstimated'> {
  const isTold = tellers.every((part) => part.costUsd !== null)
  if (!isTold && head.costUsd !== null) return { costUsd: head.costUsd, costEstimated: false }
  let costUsd = 0
  for (const part of tellers) {
    const cost = part.costUsd ?? estimateOf(part, prices)
    if (cost === null) return { costUsd: null, costEstimated: false }
    costUsd += cost
  }
  return tellers.length === 0 ? { costUsd: null, costEstimated: false } : { costUsd, costEstimated: !isTold }
}

function estimateOf(part: SpanPart, prices: readonly Price[]): number | null {
  if (part.model === null) return null
  const tokens = { input: part.inputTokens ?? 0, output: part.outputTokens ?? 0 }
  return estimateUsd(prices, part.model, new Date(part.startedAt), tokens)
}
