import { stringify } from 'csv-stringify/sync'
import { type Actor, mayForAll } from '#lib/domain/actor.ts'
import type { AuditBody } from '#lib/domain/audit.ts'
import { readEntries } from '#lib/store/auditPage.ts'
import { database } from '#lib/store/database.ts'
import type { AuditEntry, PrismaClient } from '#lib/store/generated/client.ts'
import { type AuditFilter, conditionsOf } from './audit.ts'
import { lineOf } from './auditExport.ts'

/** The record as a file, oldest first, a page at a time: as much as it is, it is never in memory as a whole. */

export const exportFormats = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

const pageSize = 2_000

/** The pieces of the file, each some lines of it. Times are UTC. */
export async function* auditFile(
  filter: AuditFilter,
  format: ExportFormat,
  actor: Actor,
  db: PrismaClient = database(),
): AsyncGenerator<string> {
  const conditions = conditionsOf(filter, actor)
  const ends = await chainEnds(db)
  if (format === 'csv') yield csv([columns])
  let after = 0n
  for (;;) {
    const rows = await readEntries(db, { ...conditions, after }, 'oldest', pageSize)
    const last = rows.at(-1)
    if (!last) return
    after = last.position
    const known = rows.filter((row) => row.seq <= (ends.get(row.chain) ?? 0n))
    yield format === 'csv' ? csv(known.map(cells)) : known.map((row) => `${lineOf(row)}\n`).join('')
    if (rows.length < pageSize) return
  }
}

/**
 * Where every chain ended when the file began. Entries come in the order of their positions, and one with a lower
 * position may be committed after one with a higher: without a common end a chain could seem to have a hole.
 */
async function chainEnds(db: PrismaClient): Promise<ReadonlyMap<string, bigint>> {
  const rows = await db.auditChain.findMany()
  return new Map(rows.map(({ chain, seq }) => [chain, seq]))
}

/** Whether the file holds every entry of every chain. */
export function isWhole(filter: AuditFilter, actor: Actor): boolean {
  return Object.keys(filter).length === 0 && mayForAll(actor, 'audit.read')
}

/** `audit_agent-support-agent_reason-error_spike.csv`: what it was narrowed to, in the name. */
export function fileName(filter: AuditFilter, format: ExportFormat): string {
  const parts = Object.entries(filter).map(([key, value]) => `_${key}-${value.replace(/[^\w.@-]+/g, '-')}`)
  return `audit${parts.join('').slice(0, 150)}.${format}`
}

const columns = [
  'position',
  'timestamp',
  'chain',
  'seq',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'outcome',
  'reason',
  'agent',
  'rollout',
  'incident',
  'run_id',
  'from_version',
  'to_version',
  'stage',
  'switch_status',
  'policy_version',
  'details',
  'hash',
]

function cells(row: AuditEntry): (string | number | null)[] {
  const body = JSON.parse(row.body) as AuditBody
  return [
    Number(row.position),
    body.timestamp,
    body.chain,
    body.seq,
    body.actor.kind,
    body.actor.id,
    body.actor.name,
    body.action,
    body.outcome,
    body.reason,
    body.agent,
    body.rollout,
    body.incident,
    body.run_id,
    body.from_version,
    body.to_version,
    body.stage,
    body.switch_status,
    body.policy_version,
    body.details ? JSON.stringify(body.details) : null,
    row.hash,
  ]
}

/** A cell that a spreadsheet would read as a formula gets a quote before it. */
function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, record_delimiter: 'windows' },
  )
}
