import type { Problem } from '#lib/telemetry/problem.ts'
import type { SpanPart } from '#lib/telemetry/spans.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { EdgeGrant } from './grants.ts'
import type { EdgeNotes } from './notes.ts'

/** What is kept of a request, and which of its runs will not be counted. */
export interface Judged {
  readonly kept: readonly SpanPart[]
  readonly refused: readonly Problem[]
}

/**
 * A run of a registered agent that the token may not speak for becomes nobody's: it stands between what is above and
 * beneath it, and is no run. One of an agent that nobody registered is named only where it cannot be a part of another:
 * it has no parent in its process, and no registered agent ran in it as far as this request tells.
 */
export function judge(
  parts: readonly SpanPart[],
  table: RoutingTable | null,
  grant: EdgeGrant,
  notes: EdgeNotes,
): Judged {
  const kept: SpanPart[] = []
  const refused: Problem[] = []
  const isKnown = (agent: string) => table !== null && Object.hasOwn(table.agents, agent)
  const busy = new Set(
    parts
      .filter(({ kind, agent }) => kind === 'run' && agent !== null && isKnown(agent))
      .map((part) => part.traceId),
  )
  for (const part of parts) {
    const { agent } = part
    if (part.kind !== 'run' && part.kind !== 'chain') {
      kept.push(part)
      continue
    }
    const isForeign = agent !== null && grant.agents !== '*' && !grant.agents.includes(agent)
    const isTop = part.parentSpanId === null || part.parentRemote === true
    // Without a table nobody knows which agents there are, so any may be somebody else's.
    const isOthers = isForeign && (table === null || isKnown(agent))
    kept.push(isOthers ? nobodys(part) : part)
    const refusal = refusalOf(
      part,
      { isForeign, isOthers, isTop, isBusy: busy.has(part.traceId) },
      table,
      grant,
    )
    if (!refusal) continue
    notes.add(refusal.kind, { agent })
    refused.push(refusal.problem)
  }
  return { kept, refused }
}

/** Its source stays: it is not one that named no agent. */
function nobodys(part: SpanPart): SpanPart {
  return { ...part, agent: null, version: null, rung: 'unattributed' }
}

interface Standing {
  readonly isForeign: boolean
  readonly isOthers: boolean
  readonly isTop: boolean
  /** Whether a registered agent runs in the same trace. */
  readonly isBusy: boolean
}

interface RunRefusal {
  readonly kind: 'agent_unknown' | 'agent_foreign'
  readonly problem: Problem
}

function refusalOf(
  part: SpanPart,
  { isForeign, isOthers, isTop, isBusy }: Standing,
  table: RoutingTable | null,
  grant: EdgeGrant,
): RunRefusal | null {
  const { agent } = part
  const refuse = (kind: RunRefusal['kind'], expected: string) => ({
    kind,
    problem: { path: `span ${part.spanId}.gen_ai.agent.name`, given: agent ?? 'none', expected },
  })
  // A chain is a run only where nothing else is; the steps in it are many.
  if (part.kind === 'chain' && !isTop) return null
  if (isOthers || (isForeign && isTop && !isBusy)) {
    const ofToken = grant.agents === '*' ? '' : grant.agents.join(', ')
    return refuse('agent_foreign', `an agent of this token: ${ofToken}`)
  }
  if (part.kind === 'chain' || !isTop || isBusy) return null
  if (agent === null) return refuse('agent_unknown', 'the name of a registered agent')
  // Without a table nobody knows which agents there are; whether it is one is seen when it is counted.
  if (table === null || Object.hasOwn(table.agents, agent)) return null
  return refuse('agent_unknown', 'a registered agent; PUT /api/v1/agents/{agent} registers one')
}
