import type { SpanPart } from './spans.ts'

/** A span and when it first came. */
export interface Received {
  readonly part: SpanPart
  readonly receivedAt: Date
}

/**
 * How the ancestors of a span end, as far as they are here: at one that has no parent, or whose parent is of
 * another process; at one whose parent of the same process has not come; or where nobody said which.
 */
export type Ending = 'root' | 'local' | 'silent'

/** The highest of a span's ancestors that are here; the span itself when none is. */
export interface Top {
  readonly part: SpanPart
  /** When it first came, in milliseconds since 1970. */
  readonly at: number
  readonly ending: Ending
}

/** A span and where it hangs. */
export interface Node {
  readonly index: number
  readonly part: SpanPart
  /** When it first came, in milliseconds since 1970. */
  readonly at: number
  readonly parent: Node | null
  readonly top: Top
}

/**
 * Every span of one trace once, each after its ancestors, otherwise in order of start. Neither the order in
 * which they are given matters nor that some are given twice.
 */
export function treeOf(received: readonly Received[]): readonly Node[] {
  const once = new Map<string, { part: SpanPart; at: number }>()
  for (const { part, receivedAt } of received) {
    const at = receivedAt.getTime()
    const before = once.get(part.spanId)
    if (!before) once.set(part.spanId, { part, at })
    else {
      before.at = Math.min(before.at, at)
      if (isLater(part, before.part)) before.part = part
    }
  }
  const nodes = new Map<string, Node>()
  const ordered: Node[] = []
  for (const { part } of [...once.values()].sort(byStart)) hang(part, once, nodes, ordered)
  return ordered
}

/** Of two tellings of one span, the one that ended later; never a matter of which came first. */
function isLater(a: SpanPart, b: SpanPart): boolean {
  if (a.endedAt !== b.endedAt) return a.endedAt > b.endedAt
  return JSON.stringify(a) > JSON.stringify(b)
}

function byStart({ part: a }: { readonly part: SpanPart }, { part: b }: { readonly part: SpanPart }): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1
  return a.spanId < b.spanId ? -1 : 1
}

/** Climbs to the first ancestor that hangs already, then comes down again: each span is hung once. */
function hang(
  part: SpanPart,
  once: ReadonlyMap<string, { readonly part: SpanPart; readonly at: number }>,
  nodes: Map<string, Node>,
  ordered: Node[],
): void {
  const climbed: { readonly part: SpanPart; readonly at: number }[] = []
  const seen = new Set<string>()
  let next = once.get(part.spanId)
  // A span that is its own ancestor is a lie; the climb ends where it would begin again.
  while (next && !nodes.has(next.part.spanId) && !seen.has(next.part.spanId)) {
    climbed.push(next)
    seen.add(next.part.spanId)
    const { parentSpanId } = next.part
    next = parentSpanId === null ? undefined : once.get(parentSpanId)
  }
  let parent = next ? (nodes.get(next.part.spanId) ?? null) : null
  const isCircle = next !== undefined && parent === null
  for (const { part: each, at } of climbed.reverse()) {
    const top: Top = parent?.top ?? { part: each, at, ending: isCircle ? 'root' : endingOf(each) }
    const node: Node = { index: ordered.length, part: each, at, parent, top }
    nodes.set(each.spanId, node)
    ordered.push(node)
    parent = node
  }
}

function endingOf({ parentSpanId, parentRemote }: SpanPart): Ending {
  if (parentSpanId === null || parentRemote === true) return 'root'
  return parentRemote === false ? 'local' : 'silent'
}
