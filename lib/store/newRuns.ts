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
  unpriced: ['unpriced', 'jsonb'],
  turn: ['turn', 'int'],
  unitBeganAt: ['unit_began_at', 'timestamptz'],
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
/** When it came and where it stood in its conversation is what was counted, and does not change. */
const fixed: ReadonlySet<string> = new Set(['trace_id', 'span_id', 'received_at', 'turn', 'unit_began_at'])
const changes = Prisma.raw(
  all.flatMap(([name]) => (fixed.has(name) ? [] : [`${name} = t.${name}`])).join(', '),
)

const keys = Object.entries(columns).map(([key, [name]]) => [key as keyof NewRun, name] as const)

const absent = {
  cancelled: false,
  cost_estimated: false,
  parent_missing: false,
  attributes: {},
  unpriced: [],
}

function recordsOf(runs: readonly NewRun[]): string {
  const records = runs.map((run) => {
    const record: Record<string, unknown> = { ...absent }
    for (const [key, name] of keys) {
      const value = run[key]
      if (value !== undefined) record[name] = value
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

/** Writes down where runs stand in their conversations: the turn, and when it began (milliseconds since 1970). */
export async function placeRuns(
  tx: Tx,
  runs: readonly {
    readonly traceId: string
    readonly spanId: string
    readonly turn: number
    readonly unitBeganAt: number
  }[],
): Promise<void> {
  if (runs.length === 0) return
  await tx.$executeRaw`
    UPDATE run r SET turn = t.turn, unit_began_at = t.began_at
    FROM unnest(
      ${runs.map((run) => run.traceId)}::text[], ${runs.map((run) => run.spanId)}::text[],
      ${runs.map((run) => run.turn)}::int[],
      ${runs.map((run) => new Date(run.unitBeganAt).toISOString())}::text[]::timestamptz[]
    ) AS t(trace_id, span_id, turn, began_at)
    WHERE r.trace_id = t.trace_id AND r.span_id = t.span_id`
}

/** Where a run stands in its conversation. */
export interface RunPlace {
  readonly turn: number
  /** Milliseconds since 1970. */
  readonly unitBeganAt: number
}

/** Where these runs stand, by `traceId:spanId`; runs that are no evidence are left out. */
export async function readPlaces(
  tx: Tx,
  runs: readonly { readonly traceId: string; readonly spanId: string }[],
): Promise<ReadonlyMap<string, RunPlace>> {
  if (runs.length === 0) return new Map()
  const rows = await tx.run.findMany({
    where: { OR: runs.map(({ traceId, spanId }) => ({ traceId, spanId })) },
    select: { traceId: true, spanId: true, turn: true, unitBeganAt: true },
  })
  return new Map(
    rows.flatMap(({ traceId, spanId, turn, unitBeganAt }) =>
      turn === null || unitBeganAt === null
        ? []
        : [[`${traceId}:${spanId}`, { turn, unitBeganAt: unitBeganAt.getTime() }] as const],
    ),
  )
}
