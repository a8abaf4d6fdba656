import type { Frame, Place } from './family.ts'
import type { RunUsage, Spent } from './runUsage.ts'
import type { SpanPart } from './spans.ts'
import type { Rung } from './version.ts'

/** One execution of an agent, as its spans tell it. (traceId, spanId) is its identity. */
export interface Run extends RunUsage {
  readonly traceId: string
  readonly spanId: string
  readonly agent: string
  /** Null exactly when the rung is `unattributed`. */
  readonly version: string | null
  readonly rung: Rung
  readonly rolloutId: string | null
  /** A sub-agent that says none is in the conversation of its caller. */
  readonly conversationId: string | null
  readonly userHash: string | null
  /** What was drawn a version for; the conversation where nothing else is said. */
  readonly unit: string | null
  readonly startedAt: Date
  readonly endedAt: Date
  /** By the clock of the span, without the time spent waiting for a person. */
  readonly latencyMs: number
  /** Whether the run itself failed; a failed tool call alone does not make it so. Not when it was cancelled. */
  readonly failed: boolean
  /** Whether it ended because nobody wanted the answer any more: neither good nor bad. */
  readonly cancelled: boolean
  readonly errorType: string | null
  /** Its own and its calls of sub-agents; not those of the sub-agents. */
  readonly toolCalls: number
  readonly toolFailures: number
  /** By name. */
  readonly tools: readonly ToolUse[]
  /** The model that it called first. */
  readonly model: string | null
  /** How much of `costUsd` its sub-agents caused; null when there were none, or it is not known. */
  readonly subAgentCostUsd: number | null
  /** The run that this one tries again, as the agent named it. */
  readonly retryOf: string | null
  /** Whether a parent that it names, of its own process as far as anybody says, has not come. */
  readonly parentMissing: boolean
  /** The nearest run above, which is of another agent. */
  readonly insideOf: { readonly traceId: string; readonly spanId: string; readonly agent: string } | null
  readonly attributes: Readonly<Record<string, string>>
}

export interface ToolUse {
  readonly name: string
  readonly calls: number
  readonly failures: number
}

/** What runs say of themselves that those around them need. */
export interface Around {
  readonly outcome: Outcome
  readonly conversationId: string | null
  readonly userHash: string | null
  readonly spent: Spent
}

export interface Outcome {
  readonly failed: boolean
  readonly cancelled: boolean
  readonly errorType: string | null
}

/** How a run went. Cancelled is what ended with one of these types of error. */
export function outcomeOf(frame: Frame, cancelledTypes: readonly string[]): Outcome {
  const isCancelled = ({ errorType }: SpanPart) => errorType !== null && cancelledTypes.includes(errorType)
  const teller = tellerOf(frame, isCancelled)
  const cancelled = isCancelled(teller)
  return { failed: teller.failed && !cancelled, cancelled, errorType: teller.errorType }
}

/**
 * Who says how a run went: itself; or the last model call in it, where that was cancelled and the run knows nothing of
 * it; or what ended last in it, where the framework lets nothing else tell it.
 */
function tellerOf({ head, owned }: Frame, isCancelled: (part: SpanPart) => boolean): SpanPart {
  if (head.failed || head.errorType !== null) return head
  const within = owned.map(({ part }) => part).filter((part) => part !== head)
  const calls = within.filter(({ kind }) => kind === 'inference')
  const call = lastOf(calls)
  if (call && isCancelled(call)) return call
  const last = head.outcomeWithin ? lastOf([...calls, ...within.filter(({ kind }) => kind === 'run')]) : null
  return last ?? head
}

function lastOf(parts: readonly SpanPart[]): SpanPart | null {
  return parts.reduce<SpanPart | null>(
    (last, part) => (last === null || part.endedAt >= last.endedAt ? part : last),
    null,
  )
}

/** The run of a frame, once it is known of every run in it and above it what that says. */
export function runOf(frame: Frame, around: (frame: Frame) => Around, waits: readonly SpanPart[]): Run {
  const { head, caller, owned, spent } = frame
  const { conversationId, userHash, outcome, spent: usage } = around(frame)
  const tools = toolsOf(frame, (called) => around(called).outcome.failed)
  const { isTold: _, ...used } = usage
  return {
    traceId: head.traceId,
    spanId: head.spanId,
    agent: frame.agent,
    version: head.version,
    rung: head.rung,
    rolloutId: head.rolloutId ?? firstSaid(owned, 'rolloutId'),
    conversationId,
    userHash,
    unit: head.unit ?? conversationId,
    startedAt: new Date(head.startedAt),
    endedAt: new Date(head.endedAt),
    latencyMs: Math.max(0, head.durationMs - waitedMs(head, waits)),
    ...outcome,
    toolCalls: tools.reduce((sum, tool) => sum + tool.calls, 0),
    toolFailures: tools.reduce((sum, tool) => sum + tool.failures, 0),
    tools,
    model: modelOf(head, spent),
    ...used,
    subAgentCostUsd: subAgentCost(frame.inner.map((inner) => around(inner).spent)),
    retryOf: head.retryOf,
    parentMissing: frame.node.top.ending !== 'root',
    insideOf: caller && { traceId: head.traceId, spanId: caller.head.spanId, agent: caller.agent },
    attributes: head.attributes ?? {},
  }
}

/** The first of these that says it; the places are in order. */
export function firstSaid(
  places: readonly Place[],
  key: 'conversationId' | 'userHash' | 'rolloutId',
): string | null {
  return places.find(({ part }) => part[key] !== null)?.part[key] ?? null
}

function modelOf(head: SpanPart, spent: readonly Place[]): string | null {
  const call = spent.find(({ part }) => part.kind === 'inference' && part.model !== null)
  return call?.part.model ?? head.model
}

function subAgentCost(inner: readonly Spent[]): number | null {
  const told = inner.filter((each) => each.isTold)
  if (told.length === 0) return null
  return told.reduce<number | null>(
    (sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd),
    0,
  )
}

/** A call failed if it says so, or anything that tells of the same call does, or the sub-agent that it called failed. */
function toolsOf({ owned, called }: Frame, hasFailed: (called: Frame) => boolean): ToolUse[] {
  const uses = new Map<string, { name: string; calls: number; failures: number }>()
  const count = (name: string, failed: boolean) => {
    const use = uses.get(name) ?? { name, calls: 0, failures: 0 }
    uses.set(name, use)
    use.calls += 1
    if (failed) use.failures += 1
  }
  const failed = new Set<SpanPart | null>()
  for (const { part, call } of owned) {
    if (part.failed && (part.kind === 'tool' || part.kind === 'execution')) failed.add(call)
  }
  for (const each of called) if (each.call && hasFailed(each)) failed.add(each.call)
  for (const { part, call } of owned) if (call === part) count(part.toolName ?? 'unnamed', failed.has(part))
  for (const each of called) if (!each.call) count(each.agent, hasFailed(each))
  return [...uses.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Milliseconds of the run in which at least one of these waited for a person. They are in order of start. */
function waitedMs(head: SpanPart, waits: readonly SpanPart[]): number {
  const begin = Date.parse(head.startedAt)
  const end = begin + head.durationMs
  let waited = 0
  let until = begin
  for (const part of waits) {
    const from = Math.max(Date.parse(part.startedAt), until)
    const to = Math.min(Date.parse(part.startedAt) + part.durationMs, end)
    if (to <= from) continue
    waited += to - from
    until = to
  }
  return waited
}
