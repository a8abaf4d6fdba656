import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import { formatRunId, type RunEvidence, type RunOutcome, runOutcome } from '#lib/domain/runEvidence.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import {
  readRecentTools,
  readRunPage,
  type RunConditions,
  type RunKeyset,
  type RunLineRow,
  scannedMax,
} from '#lib/store/runPages.ts'

/** What is asked for. Null narrows nothing; `before` is where the page before this one ended. */
export interface RunFilter extends Pick<
  RunConditions,
  'version' | 'outcome' | 'tool' | 'cost' | 'evidence' | 'from' | 'until'
> {
  readonly before: string | null
}

export const everyRun: RunFilter = {
  version: null,
  outcome: null,
  tool: null,
  cost: null,
  evidence: null,
  from: null,
  until: null,
  before: null,
}

/** One page of an agent's runs, the newest to arrive first. */
export interface RunsPage {
  readonly agent: string
  readonly runs: readonly RunLine[]
  /** What to give as `before` for what is older; null at the oldest run. */
  readonly older: string | null
  /** Until where was looked when the search stopped before it had a page; null when it did not stop. */
  readonly searchedTo: string | null
}

export interface RunLine {
  readonly id: string
  /** Null: it named none. */
  readonly version: string | null
  readonly receivedAt: string
  readonly outcome: RunOutcome
  readonly errorType: string | null
  readonly latencyMs: number
  readonly toolCalls: number
  readonly toolFailures: number
  readonly tokens: number
  readonly costUsd: number | null
  readonly costEstimated: boolean
  readonly evidence: RunEvidence
  /** Something that came late changed it. */
  readonly amended: boolean
}

const beforePattern = /^(\d{1,13})\.([0-9a-f]{32})\.([0-9a-f]{16})$/

/** One page of runs; null when there is no such agent, or it is not this person's to see. */
export async function readRuns(
  agent: string,
  filter: RunFilter,
  actor: Actor,
  db: PrismaClient = database(),
  { pageSize = 50, scanMax = scannedMax } = {},
): Promise<RunsPage | null> {
  if (!may(actor, 'view', agent)) return null
  const row = await db.agent.findUnique({ where: { name: agent }, select: { name: true } })
  if (!row) return null
  const budgetUsd = filter.cost === 'over' ? await readBudget(agent, db) : null
  const conditions = { ...filter, agent, budgetUsd, before: keysetOf(filter.before) }
  const { rows, stoppedAt } = await readRunPage(db, conditions, pageSize + 1, scanMax)
  const shown = rows.slice(0, pageSize)
  const isFull = rows.length > pageSize
  const end = isFull ? shown.at(-1) : stoppedAt
  return {
    agent,
    runs: shown.map(lineOf),
    older: end ? `${end.receivedAt.getTime()}.${end.traceId}.${end.spanId}` : null,
    searchedTo: isFull || !stoppedAt ? null : stoppedAt.receivedAt.toISOString(),
  }
}

function keysetOf(before: string | null): RunKeyset | null {
  const [, ms, traceId, spanId] = beforePattern.exec(before ?? '') ?? []
  if (!ms || !traceId || !spanId) return null
  return { receivedAt: new Date(Number(ms)), traceId, spanId }
}

function lineOf(row: RunLineRow): RunLine {
  return {
    id: formatRunId(row),
    version: row.version === '' ? null : row.version,
    receivedAt: row.receivedAt.toISOString(),
    outcome: runOutcome(row),
    errorType: row.errorType,
    latencyMs: row.latencyMs,
    toolCalls: row.toolCalls,
    toolFailures: row.toolFailures,
    tokens: row.inputTokens + row.outputTokens,
    costUsd: row.costUsd,
    costEstimated: row.costEstimated,
    evidence: row.evidence,
    amended: row.amended,
  }
}

/** What the runs of an agent can be narrowed to. */
export interface RunChoices {
  readonly versions: readonly string[]
  /** Of the newest runs. */
  readonly tools: readonly string[]
  /** The limit on the cost of a run; null where the policy has none. */
  readonly budgetUsd: number | null
}

/** The choices for whoever may see this agent; none for anybody else. */
export async function readRunChoices(
  agent: string,
  actor: Actor,
  db: PrismaClient = database(),
): Promise<RunChoices> {
  if (!may(actor, 'view', agent)) return { versions: [], tools: [], budgetUsd: null }
  const [versions, tools, budgetUsd] = await Promise.all([
    db.version.findMany({
      where: { agent },
      select: { name: true },
      orderBy: { createdAt: 'desc' },
      take: 200,
    }),
    readRecentTools(db, agent),
    readBudget(agent, db),
  ])
  return { versions: versions.map(({ name }) => name), tools, budgetUsd }
}

/** By the policy in force. */
async function readBudget(agent: string, db: PrismaClient): Promise<number | null> {
  const row = await db.agent.findUnique({ where: { name: agent }, select: { livePolicy: true } })
  const number = row?.livePolicy ?? null
  if (number === null) return null
  const version = await db.policyVersion.findUnique({
    where: { agent_number: { agent, number } },
    select: { policy: true },
  })
  if (!version) return null
  const { triggers } = fromJson.policy(version.policy)
  return triggers.find(({ metric }) => metric === 'cost_per_run_usd')?.limit ?? null
}
