import type { SpanPart } from '#lib/telemetry/spans.ts'
import type { Received } from '#lib/telemetry/tree.ts'

/**
 * The spans that this edge took a moment ago and has written down: most traces are looked at while they are here, so that
 * nothing has to be read back. What is not here, or is here in part, is in the database as ever.
 */
export interface RecentSpans {
  /** Adds spans that were written down. */
  add(parts: readonly SpanPart[], receivedAt: Date): void
  /** Every span of the trace, taken away; null unless so many are here. */
  take(traceId: string, spanCount: number): readonly Received[] | null
}

const spansMax = 20_000
/** Longer than a trace waits for its last spans; another edge may have counted it meanwhile. */
const heldMs = 5_000

interface Held {
  readonly since: number
  readonly received: Received[]
}

export function recentSpans(): RecentSpans {
  const held = new Map<string, Held>()
  let spans = 0

  function drop(traceId: string): Held | null {
    const found = held.get(traceId)
    if (!found) return null
    held.delete(traceId)
    spans -= found.received.length
    return found
  }

  /** The oldest stand first. */
  function forgetOld(now: number): void {
    for (const [traceId, { since }] of held) {
      if (Math.abs(now - since) < heldMs) return
      drop(traceId)
    }
  }

  return {
    add(parts, receivedAt) {
      const since = receivedAt.getTime()
      forgetOld(since)
      for (const part of parts) {
        if (spans >= spansMax) return
        const found = held.get(part.traceId)
        if (found) found.received.push({ part, receivedAt })
        else held.set(part.traceId, { since, received: [{ part, receivedAt }] })
        spans += 1
      }
    },
    take(traceId, spanCount) {
      const found = drop(traceId)
      return found?.received.length === spanCount ? found.received : null
    },
  }
}
