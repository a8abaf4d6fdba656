import { Prisma, type Run } from './generated/client.ts'
import type { Tx } from './transaction.ts'

export type NewRun = Prisma.RunCreateManyInput
export type RunRow = Run

/** Each column of a run with its type, so that any number of runs goes as one value. */
const columns = {
  traceId: ['trace_id', 'text'],
  spanId: ['span_id', 'text'],
  agent: ['agent', 'text'],
  version: ['version', 'text'],
  rung: ['rung', 'text'],
  conversationId: ['conversation_id', 'text'],
  userHash: ['user_hash', 'text'],
  startedAt: ['started_at', 'timestamptz'],
  endedAt: ['ended_at', 'timestamptz'],
  receivedAt: ['received_at', 'timestamptz'],
  latencyMs: ['latency_ms', 'float8'],
  failed: ['failed', 'bool'],
  errorType: ['error_type', 'text'],
  toolCalls: ['tool_calls', 'int'],
  toolFailures: ['tool_failures', 'int'],
  tools: ['tools', 'jsonb'],
  inputTokens: ['input_tokens', 'int'],
  outputTokens: ['output_tokens', 'int'],
  costUsd: ['cost_usd', 'float8'],
  voted: ['voted', 'bool'],
  cancelled: ['cancelled', 'bool'],
  model: ['model', 'text'],
  cachedInputTokens: ['cached_input_tokens', 'int'],
  reasoningTokens: ['reasoning_tokens', 'int'],
  costUncachedUsd: ['cost_uncached_usd', 'float8'],
  costEstimated: ['cost_estimated', 'bool'],
  subAgentCostUsd: ['sub_agent_cost_usd', 'float8'],
  retryOf: ['retry_of', 'text'],
  unit: ['unit', 'text'],
  parentMissing: ['parent_missing', 'bool'],
  insideOf: ['inside_of', 'jsonb'],
  attributes: ['attributes', 'jsonb'],
  foldedInto: ['folded_into', 'text'],
  amendedAt: ['amended_at', 'timestamptz'],
} as const satisfies Record<keyof NewRun, readonly [string, string]>

const all = Object.values(columns)
const names = Prisma.raw(all.map(([name]) => name).join(', '))
const types = Prisma.raw(all.map(([name, type]) => `${name} ${type}`).join(', '))
/** When it came and whether it voted is what was counted, and does not change. */
const fixed: ReadonlySet<string> = new Set(['trace_id', 'span_id', 'received_at', 'voted'])
const changes = Prisma.raw(
  all.flatMap(([name]) => (fixed.has(name) ? [] : [`${name} = t.${name}`])).join(', '),
)

const absent = { cancelled: false, cost_estimated: false, parent_missing: false, attributes: {} }

function recordsOf(runs: readonly NewRun[]): string {
  const records = runs.map((run) => {
    const record: Record<string, unknown> = { ...absent }
    for (const [key, value] of Object.entries(run)) {
      if (value !== undefined) record[columns[key as keyof NewRun][0]] = value
    }
    return record
  })
  return JSON.stringify(records)
}

/** Writes runs down; one that is there already changes nothing. Answers the keys `traceId:spanId` of the new ones. */
export async function insertRuns(tx: Tx, runs: readonly NewRun[]): Promise<ReadonlySet<string>> {
  if (runs.length === 0) return new Set()
  const rows = await tx.$queryRaw<{ trace_id: string; span_id: string }[]>`
    INSERT INTO run (${names}) SELECT ${names} FROM jsonb_to_recordset(${recordsOf(runs)}::jsonb) AS t(${types})
    ON CONFLICT DO NOTHING RETURNING trace_id, span_id`
  return new Set(rows.map((row) => `${row.trace_id}:${row.span_id}`))
}

/** Changes runs that are there, whole. */
export async function amendRuns(tx: Tx, runs: readonly NewRun[]): Promise<void> {
  if (runs.length === 0) return
  await tx.$executeRaw`
    UPDATE run r SET ${changes} FROM jsonb_to_recordset(${recordsOf(runs)}::jsonb) AS t(${types})
    WHERE r.trace_id = t.trace_id AND r.span_id = t.span_id`
}

/** The runs of these traces that were counted. */
export async function readRuns(tx: Tx, traceIds: readonly string[]): Promise<RunRow[]> {
  return await tx.run.findMany({ where: { traceId: { in: [...traceIds] } } })
}
