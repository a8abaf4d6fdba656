import 'server-only'
import { type Actor, may, mayForAll } from '#lib/domain/actor.ts'
import {
  formatRunId,
  parseRunId,
  type RunEvidence,
  type RunOutcome,
  runOutcome,
} from '#lib/domain/runEvidence.ts'
import { traceLink } from '#lib/domain/traceUrl.ts'
import type { ToolUse } from '#lib/telemetry/run.ts'
import type { Rung } from '#lib/telemetry/version.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient, Run } from '#lib/store/generated/client.ts'
import { readRunEvidence } from '#lib/store/runPages.ts'
import { readTraceUrl } from '#lib/store/settings.ts'
import { readAround, type RelatedRun } from './runsAround.ts'
import { readRunSpans, type RunSpans } from './runSpans.ts'

/** One run: how it went, what it belongs to, and what it was made of. */
export interface RunView {
  readonly id: string
  readonly traceId: string
  readonly spanId: string
  readonly agent: string
  /** Null: it named none. */
  readonly version: string | null
  /** Where the version was read from. */
  readonly rung: Rung
  readonly outcome: RunOutcome
  readonly errorType: string | null
  readonly startedAt: string
  readonly receivedAt: string
  readonly latencyMs: number
  readonly conversationId: string | null
  /** What a version was drawn for, where that is not the conversation. */
  readonly unit: string | null
  readonly evidence: RunEvidence
  /** Which runs of the conversation have its place; of a counted run. */
  readonly turn: number | null
  /** The rollout that it is evidence on; null where it is none. */
  readonly rolloutId: string | null
  readonly tools: readonly ToolUse[]
  readonly model: string | null
  readonly tokens: {
    readonly input: number
    readonly cached: number | null
    readonly output: number
    readonly reasoning: number | null
  }
  readonly cost: {
    readonly usd: number | null
    readonly estimated: boolean
    readonly subAgentsUsd: number | null
    /** The models that have no price: why the cost is not known. */
    readonly unpriced: readonly { readonly provider: string | null; readonly model: string | null }[]
  }
  /** Whether this person may add a price, or a link to traces. */
  readonly canEditSettings: boolean
  readonly scores: readonly RunScore[]
  /** A parent that it names has not come. */
  readonly parentMissing: boolean
  /** The runs that it is inside of, the nearest first. */
  readonly insideOf: readonly RelatedRun[]
  /** The runs that it is directly around; of agents that this person may not see only how many. */
  readonly inside: readonly RelatedRun[]
  readonly insideHidden: number
  /** The run that it tries again, as it named it. */
  readonly retryOf: { readonly named: string; readonly id: string | null } | null
  readonly amendedAt: string | null
  /** The run that it turned out to be a part of; its figures are counted there. */
  readonly foldedInto: RelatedRun | null
  /** Runs that turned out to be a part of this one. */
  readonly folded: readonly RelatedRun[]
  readonly attributes: Readonly<Record<string, string>>
  /** The trace in this installation's own viewer; null where nobody gave its address. */
  readonly traceUrl: string | null
  /** Null: none is kept (any more). */
  readonly spans: RunSpans | null
}

export interface RunScore {
  readonly id: string
  readonly name: string
  readonly value: number
  readonly label: string | null
  readonly source: string
  readonly at: string
}

const scoresMax = 100

/** The run; null when there is none of this id, or it is of an agent that is not this person's to see. */
export async function readRun(
  id: string,
  actor: Actor,
  db: PrismaClient = database(),
): Promise<RunView | null> {
  const key = parseRunId(id)
  if (!key) return null
  const row = await db.run.findUnique({ where: { traceId_spanId: key } })
  if (!row || !may(actor, 'view', row.agent)) return null
  const maySee = (agent: string) => may(actor, 'view', agent)
  const [{ evidence, rolloutId }, around, scores, template, spans] = await Promise.all([
    readRunEvidence(db, key),
    readAround(row, maySee, db),
    db.score.findMany({
      where: { runTraceId: row.traceId, runSpanId: row.spanId },
      orderBy: [{ name: 'asc' }, { at: 'desc' }],
      take: scoresMax,
    }),
    readTraceUrl(db),
    readRunSpans(row, maySee, db),
  ])
  const isCounted = evidence === 'first' || evidence === 'later'
  return {
    id: formatRunId(row),
    ...factsOf(row),
    evidence,
    turn: isCounted ? row.turn : null,
    rolloutId: isCounted ? rolloutId : null,
    canEditSettings: mayForAll(actor, 'settings.edit'),
    scores: scores.map(({ id: scoreId, name, value, label, source, at }) => ({
      id: scoreId,
      name,
      value,
      label,
      source,
      at: at.toISOString(),
    })),
    ...around,
    traceUrl:
      template === null
        ? null
        : traceLink(template, { ...row, version: row.version === '' ? null : row.version }),
    spans,
  }
}

function factsOf(row: Run) {
  return {
    traceId: row.traceId,
    spanId: row.spanId,
    agent: row.agent,
    version: row.version === '' ? null : row.version,
    rung: row.rung as Rung,
    outcome: runOutcome(row),
    errorType: row.errorType,
    startedAt: row.startedAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    latencyMs: row.latencyMs,
    conversationId: row.conversationId,
    unit: row.unit === row.conversationId ? null : row.unit,
    tools: row.tools as unknown as readonly ToolUse[],
    model: row.model,
    tokens: {
      input: row.inputTokens,
      cached: row.cachedInputTokens,
      output: row.outputTokens,
      reasoning: row.reasoningTokens,
    },
    cost: {
      usd: row.costUsd,
      estimated: row.costEstimated,
      subAgentsUsd: row.subAgentCostUsd,
      unpriced: row.unpriced as unknown as RunView['cost']['unpriced'],
    },
    parentMissing: row.parentMissing,
    amendedAt: row.amendedAt?.toISOString() ?? null,
    attributes: row.attributes as Readonly<Record<string, string>>,
  }
}
