import type { Logger } from 'pino'
import { decodeTraces } from '#lib/telemetry/otlp.ts'
import { describeProblem, type Problem } from '#lib/telemetry/problem.ts'
import { responsesOf, scoresOfSpans } from '#lib/telemetry/scoresOfTelemetry.ts'
import { partsOf, type SpanPart } from '#lib/telemetry/spans.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { keepResponses } from '#lib/store/modelResponses.ts'
import { keepScores } from '#lib/store/scores.ts'
import { keepParts } from '#lib/store/spanParts.ts'
import type { AcceptExport } from './acceptExport.ts'
import type { EdgeGrant } from './grants.ts'
import type { EdgeNotes } from './notes.ts'
import { newScores, noteRefused } from './scores.ts'

export interface TraceParts {
  readonly db: PrismaClient
  readonly table: () => RoutingTable | null
  readonly notes: EdgeNotes
  readonly log: Logger
}

/**
 * Takes the spans of one export, however it came. `ok` only once every accepted part is in the database; until then the
 * exporter still has it. Spans that cannot be taken are named one by one.
 */
export function acceptTraces({ db, table, notes, log }: TraceParts): AcceptExport {
  return async (bytes, encoding, grant) => {
    const receivedAt = new Date()
    const decoded = decodeTraces(bytes, encoding)
    if (!decoded.ok) return decoded

    const read = partsOf(decoded.spans, receivedAt)
    const { taken, refused } = sort(read.parts, table(), grant, notes)
    const late = [...decoded.rejected, ...read.rejected]
    if (late[0]) notes.add('spans_refused', { detail: describeProblem(late[0]) })
    else if (decoded.spans.length > 0 && !read.parts.some((part) => part.kind === 'run')) notes.add('no_run')
    const scores = scoresOfSpans(decoded.spans, receivedAt)
    noteRefused(notes, scores.rejected)
    try {
      await keepParts(db, taken.map(keptPart), receivedAt)
      await keepResponses(db, responsesOf(decoded.spans), receivedAt)
      await keepScores(db, newScores(scores.scores, grant, receivedAt))
    } catch (error) {
      log.warn({ err: error }, 'Traces could not be kept; the sender is asked to send them again')
      return { ok: false, status: 503, detail: 'The traces could not be kept; send them again' }
    }
    const rejected = [...late, ...refused]
    if (rejected.length > 0)
      log.info({ rejected: rejected.slice(0, 3), count: rejected.length }, 'Spans were rejected')
    return { ok: true, rejected }
  }
}

/** A run has to be of an agent that is registered and that the token may speak for; what is inside a run goes with it. */
function sort(parts: readonly SpanPart[], table: RoutingTable | null, grant: EdgeGrant, notes: EdgeNotes) {
  const taken: SpanPart[] = []
  const refused: Problem[] = []
  for (const part of parts) {
    const refusal = part.kind === 'run' ? whyRefused(part, table, grant) : null
    if (refusal) {
      notes.add(refusal.kind, { agent: part.agent })
      refused.push(refusal.problem)
    } else taken.push(part)
  }
  return { taken, refused }
}

interface RunRefusal {
  readonly kind: 'agent_unknown' | 'agent_foreign'
  readonly problem: Problem
}

function whyRefused(part: SpanPart, table: RoutingTable | null, grant: EdgeGrant): RunRefusal | null {
  const path = `span ${part.spanId}.gen_ai.agent.name`
  const given = part.agent ?? 'none'
  const refuse = (kind: RunRefusal['kind'], expected: string) => ({
    kind,
    problem: { path, given, expected },
  })
  if (part.agent === null) return refuse('agent_unknown', 'the name of a registered agent')
  if (grant.agents !== '*' && !grant.agents.includes(part.agent)) {
    return refuse('agent_foreign', `an agent of this token: ${grant.agents.join(', ')}`)
  }
  // Without a table nobody knows which agents there are; the run is kept and counted under its name.
  if (table && !Object.hasOwn(table.agents, part.agent)) {
    return refuse('agent_unknown', 'a registered agent; PUT /api/v1/agents/{agent} registers one')
  }
  return null
}

function keptPart(part: SpanPart) {
  return { traceId: part.traceId, spanId: part.spanId, isRun: part.kind === 'run', part: { ...part } }
}
