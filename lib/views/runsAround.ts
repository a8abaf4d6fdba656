import { formatRunId, type RunOutcome, runOutcome } from '#lib/domain/runEvidence.ts'
import type { PrismaClient, Run } from '#lib/store/generated/client.ts'

/** A run beside another one. */
export interface RelatedRun {
  /** Null where there is no such run, or it may not be seen. */
  readonly id: string | null
  /** Null where it may not be seen. */
  readonly agent: string | null
  readonly outcome: RunOutcome | null
  readonly latencyMs: number | null
}

const relatedMax = 100
/** Runs inside of each other: deeper than anybody nests agents. */
const aboveMax = 20

/** The runs of its trace that have to do with it. */
export async function readAround(row: Run, maySee: (agent: string) => boolean, db: PrismaClient) {
  const { traceId, spanId } = row
  const retried = row.retryOf === null ? null : retriedKey(row.retryOf, traceId)
  const [insideOf, inside, insideCount, into, folded, retriedRow] = await Promise.all([
    readAbove(row, maySee, db),
    db.run.findMany({
      where: { traceId, foldedInto: null, insideOf: { path: ['spanId'], equals: spanId } },
      orderBy: [{ startedAt: 'asc' }, { spanId: 'asc' }],
      take: relatedMax,
    }),
    db.run.count({ where: { traceId, foldedInto: null, insideOf: { path: ['spanId'], equals: spanId } } }),
    row.foldedInto === null
      ? null
      : db.run.findUnique({ where: { traceId_spanId: { traceId, spanId: row.foldedInto } } }),
    db.run.findMany({ where: { traceId, foldedInto: spanId }, take: relatedMax }),
    retried && db.run.findUnique({ where: { traceId_spanId: retried } }),
  ])
  const related = (run: Run | null) => relatedOf(run, maySee)
  const seen = inside.filter(({ agent }) => maySee(agent))
  return {
    insideOf,
    inside: seen.map(related),
    insideHidden: insideCount - seen.length,
    foldedInto: row.foldedInto === null ? null : related(into),
    folded: folded.filter(({ agent }) => maySee(agent)).map(related),
    retryOf: row.retryOf === null ? null : { named: row.retryOf, id: related(retriedRow).id },
  }
}

/** Climbs from run to run: each tells of the one above it alone. */
async function readAbove(
  { traceId, insideOf }: Run,
  maySee: (agent: string) => boolean,
  db: PrismaClient,
): Promise<readonly RelatedRun[]> {
  const found: RelatedRun[] = []
  let above = insideOf as { readonly spanId: string; readonly agent: string } | null
  while (above !== null && found.length < aboveMax) {
    const { spanId, agent } = above
    const run = await db.run.findUnique({ where: { traceId_spanId: { traceId, spanId } } })
    found.push({ ...relatedOf(run, maySee), agent: maySee(agent) ? agent : null })
    above = (run?.insideOf ?? null) as typeof above
  }
  return found
}

function relatedOf(run: Run | null, maySee: (agent: string) => boolean): RelatedRun {
  return run && maySee(run.agent)
    ? { id: formatRunId(run), agent: run.agent, outcome: runOutcome(run), latencyMs: run.latencyMs }
    : { id: null, agent: null, outcome: null, latencyMs: null }
}

/** `traceId:spanId`, or a span of the same trace; null where only a trace is named. */
function retriedKey(named: string, traceId: string): { traceId: string; spanId: string } | null {
  const [, trace, span] = /^(?:([0-9a-f]{32}):)?([0-9a-f]{16})$/.exec(named) ?? []
  return span ? { traceId: trace ?? traceId, spanId: span } : null
}
