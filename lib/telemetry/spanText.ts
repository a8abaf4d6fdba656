import { silentPart, type SpanPart } from './spans.ts'

/**
 * How the spans of one trace are kept: one text for those that came together. What a part does not say is left
 * out, and the words that every part has are one letter, since most of them are links that say no more.
 */

const silent: Readonly<Record<string, unknown>> = silentPart

/** The spans as text. All of them are of one trace, whose id is kept beside it. */
export function writeSpans(parts: readonly SpanPart[]): string {
  return JSON.stringify(parts.map(shorten))
}

function shorten(part: SpanPart): Record<string, unknown> {
  const {
    traceId: _,
    spanId,
    parentSpanId,
    parentRemote,
    kind,
    startedAt,
    endedAt,
    durationMs,
    ...said
  } = part
  const begin = Date.parse(startedAt)
  const short: Record<string, unknown> = {
    s: spanId,
    b: begin,
    e: Date.parse(endedAt) - begin,
    d: durationMs,
  }
  if (parentSpanId !== null) short['p'] = parentSpanId
  if (parentRemote !== null) short['r'] = parentRemote
  if (kind !== silentPart.kind) short['k'] = kind
  for (const key in said) {
    const value = said[key as keyof typeof said]
    if (value !== silent[key]) short[key] = value
  }
  return short
}

/** The spans of a text that `writeSpans` wrote, or of a list of whole parts without the id of the trace. */
export function readSpanText(traceId: string, text: string): SpanPart[] {
  const list = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[]
  return list.map((short) => {
    const { s, p = null, r = null, b, e, k, d, ...said } = short
    if (typeof s !== 'string') return { ...silentPart, parentRemote: null, ...said, traceId } as SpanPart
    const begin = Number(b)
    return {
      ...silentPart,
      ...said,
      traceId,
      spanId: s,
      parentSpanId: p as string | null,
      parentRemote: r as boolean | null,
      kind: (k ?? silentPart.kind) as SpanPart['kind'],
      startedAt: new Date(begin).toISOString(),
      endedAt: new Date(begin + Number(e)).toISOString(),
      durationMs: Number(d),
    }
  })
}
