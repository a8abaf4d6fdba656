import type { SpanPart } from './spans.ts'

/** Where a part stands among its ancestors, as far as they are known. */
export interface Place {
  readonly part: SpanPart
  /** The outermost run it is in; itself when that is it; null when no ancestor is known to be a run. */
  readonly head: SpanPart | null
  /** The tool call it is, or is in. The same call told by two instruments is the outer one. */
  readonly call: SpanPart | null
  /**
   * Whether the model call, or the agent inside the run, that it is in tells the tokens or the cost of it
   * too.
   */
  readonly toldByCall: boolean
  readonly toldByAgent: boolean
  /** The nearest that says anything: itself, unless it is a link. */
  readonly near: SpanPart | null
}

/**
 * Every part of one trace once, in order of start, with its place. The order in which they are given is no
 * matter.
 */
export function placesOf(parts: readonly SpanPart[]): readonly Place[] {
  const once = new Map<string, SpanPart>()
  for (const part of parts) {
    const before = once.get(part.spanId)
    if (!before || isLater(part, before)) once.set(part.spanId, part)
  }
  const ordered = [...once.values()].sort(byStart)
  const places = new Map<string, Place>()
  for (const part of ordered) settle(part, once, places)
  return ordered.flatMap((part) => places.get(part.spanId) ?? [])
}

/** Of two tellings of one span, the one that ended later; never a matter of which came first. */
function isLater(a: SpanPart, b: SpanPart): boolean {
  if (a.endedAt !== b.endedAt) return a.endedAt > b.endedAt
  return JSON.stringify(a) > JSON.stringify(b)
}

function byStart(a: SpanPart, b: SpanPart): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1
  return a.spanId < b.spanId ? -1 : 1
}

/** Climbs to the first ancestor whose place is known, then comes down again: each part is placed once. */
function settle(part: SpanPart, once: ReadonlyMap<string, SpanPart>, places: Map<string, Place>): void {
  const climbed: SpanPart[] = []
  const seen = new Set<string>()
  let at: SpanPart | undefined = part
  // A span that is its own ancestor is a lie; the climb ends where it would begin again.
  while (at && !places.has(at.spanId) && !seen.has(at.spanId)) {
    climbed.push(at)
    seen.add(at.spanId)
    at = at.parentSpanId === null ? undefined : once.get(at.parentSpanId)
  }
  let above = at ? (places.get(at.spanId) ?? null) : null
  for (const next of climbed.reverse()) {
    above = placeUnder(above, next)
    places.set(next.spanId, above)
  }
}

function placeUnder(above: Place | null, part: SpanPart): Place {
  const head = above?.head ?? (part.kind === 'run' ? part : null)
  const isRetold =
    part.kind === 'tool' && above?.near?.kind === 'tool' && above.near.toolName === part.toolName
  const isCall = part.kind === 'tool' && !isRetold
  const telling = above && above.part !== above.head && hasUsage(above.part) ? above.part.kind : null
  return {
    part,
    head,
    call: isCall ? part : (above?.call ?? null),
    toldByCall: above?.toldByCall === true || telling === 'inference',
    toldByAgent: above?.toldByAgent === true || telling === 'run',
    near: part.kind === 'link' ? (above?.near ?? null) : part,
  }
}

/** Whether it says anything of tokens or cost. */
export function hasUsage(part: SpanPart): boolean {
  return part.inputTokens !== null || part.outputTokens !== null || part.costUsd !== null
}
