import { formatRunId } from '#lib/domain/runEvidence.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { readFirstSpans } from '#lib/store/spanBatches.ts'
import { familyOf } from '#lib/telemetry/family.ts'
import type { SpanPart } from '#lib/telemetry/spans.ts'
import { readSpanText } from '#lib/telemetry/spanText.ts'
import { type Node, type Received, treeOf } from '#lib/telemetry/tree.ts'

/** The spans of one run, and those beneath it, as a timeline. */
export interface RunSpans {
  /** The first of them, each after the one that it is in. */
  readonly shown: readonly SpanLine[]
  readonly total: number
  /** How many spans of the trace were looked at, and how many there are. */
  readonly read: number
  readonly inTrace: number
  /** How much time the timeline spans, in milliseconds, and how long before the run it begins. */
  readonly lengthMs: number
  readonly leadMs: number
}

export interface SpanLine {
  readonly spanId: string
  /** How deep it is in the run, which is 0. */
  readonly depth: number
  /** `other`: of an agent that this person may not see; nothing is said of it but its times. */
  readonly kind: SpanPart['kind'] | 'other'
  /** The agent, the tool or the model; null where it has no such name. */
  readonly name: string | null
  /** Of a run inside: its id. */
  readonly runId: string | null
  /** From the beginning of the timeline. */
  readonly startMs: number
  readonly durationMs: number
  readonly failed: boolean
  readonly errorType: string | null
  readonly model: string | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly costUsd: number | null
}

export interface SpannedRun {
  readonly traceId: string
  readonly spanId: string
  readonly agent: string
  readonly startedAt: Date
}

const shownMax = 500
const readMax = 20_000

/** Reads the spans that are kept of a run; null when none is. Whose a span is, its ancestors say. */
export async function readRunSpans(
  run: SpannedRun,
  maySee: (agent: string) => boolean,
  db: PrismaClient,
  max = { shown: shownMax, read: readMax },
): Promise<RunSpans | null> {
  const { batches, spanCount } = await readFirstSpans(db, run.traceId, max.read)
  const received = batches.flatMap(({ receivedAt, spans }) =>
    readSpanText(run.traceId, spans).map((part): Received => ({ part, receivedAt })),
  )
  if (received.length === 0) return null
  const nodes = treeOf(received)
  const named = [...new Set(nodes.flatMap(({ part }) => part.agent ?? []))]
  const registered = await db.agent.findMany({ where: { name: { in: named } }, select: { name: true } })
  const agents = new Set(registered.map(({ name }) => name))
  const { places } = familyOf(nodes, (agent) => agents.has(agent))
  const isHidden = ({ index, part }: Node) => {
    // Whatever no run above it claims is the run's own: it is beneath it.
    const owner = places[index]?.owner?.agent ?? run.agent
    return !maySee(owner) || (part.agent !== null && agents.has(part.agent) && !maySee(part.agent))
  }
  const isRun = ({ index, part }: Node) => places[index]?.owner?.head === part
  const beneath = subtreeOf(nodes, run.spanId)
  const first = beneath.slice(0, max.shown)
  const begins = first.map(({ node }) => Date.parse(node.part.startedAt))
  const begin = begins.reduce((least, each) => Math.min(least, each), run.startedAt.getTime())
  const lines = first.map(({ node, depth }) =>
    lineOf(node, depth, begin, {
      hidden: isHidden(node),
      isRun: node.part.spanId !== run.spanId && isRun(node),
    }),
  )
  return {
    shown: lines,
    total: beneath.length,
    read: received.length,
    inTrace: spanCount,
    lengthMs: lines.reduce((most, { startMs, durationMs }) => Math.max(most, startMs + durationMs), 1),
    leadMs: run.startedAt.getTime() - begin,
  }
}

/** The span and all beneath it, each before those in it, otherwise in order of start. */
function subtreeOf(nodes: readonly Node[], spanId: string): { node: Node; depth: number }[] {
  const children = Map.groupBy(nodes, ({ part }) => part.parentSpanId)
  const head = nodes.find(({ part }) => part.spanId === spanId)
  const found: { node: Node; depth: number }[] = []
  const seen = new Set<string>()
  const pending = head
    ? [{ node: head, depth: 0 }]
    : (children.get(spanId) ?? []).toReversed().map((node) => ({ node, depth: 1 }))
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next
    // A circle of parents ends where it began.
    if (seen.has(node.part.spanId)) continue
    seen.add(node.part.spanId)
    found.push(next)
    const inside = (children.get(node.part.spanId) ?? []).toSorted(byStart)
    for (const each of inside.toReversed()) pending.push({ node: each, depth: depth + 1 })
  }
  return found
}

function byStart({ part: a }: Node, { part: b }: Node): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1
  return a.spanId < b.spanId ? -1 : 1
}

function lineOf(
  { part }: Node,
  depth: number,
  begin: number,
  { hidden, isRun }: { readonly hidden: boolean; readonly isRun: boolean },
): SpanLine {
  const place = {
    spanId: part.spanId,
    depth,
    startMs: Date.parse(part.startedAt) - begin,
    durationMs: part.durationMs,
  }
  return hidden
    ? { ...place, ...silent }
    : {
        ...place,
        kind: part.kind,
        name: nameOf(part),
        runId: isRun ? formatRunId(part) : null,
        failed: part.failed,
        errorType: part.errorType,
        model: part.model,
        inputTokens: part.inputTokens,
        outputTokens: part.outputTokens,
        costUsd: part.costUsd,
      }
}

const silent = {
  kind: 'other',
  name: null,
  runId: null,
  failed: false,
  errorType: null,
  model: null,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
} as const

function nameOf({ kind, agent, toolName, model }: SpanPart): string | null {
  if (kind === 'run' || kind === 'chain') return agent
  return kind === 'inference' ? model : toolName
}
