import { database } from '#lib/store/database.ts'
import type { AuditEntry } from '#lib/store/generated/client.ts'

export interface AuditQuery {
  /** One agent's chain; without it every chain that the reader may see, in the order of writing. */
  readonly agent?: string
  /** With an agent, the `seq` after which to begin; without one, the `position`. */
  readonly after: bigint
  readonly limit: number
  /** The agents that the reader may see. */
  readonly agents: '*' | readonly string[]
}

/** Entries of the record, oldest first, each as one JSON line with its place in the hash chain. */
export async function readAuditLines(query: AuditQuery): Promise<string[]> {
  const rows = await database().auditEntry.findMany({
    where: query.agent
      ? { chain: query.agent, seq: { gt: query.after } }
      : {
          position: { gt: query.after },
          ...(query.agents === '*' ? {} : { agent: { in: [...query.agents] } }),
        },
    orderBy: query.agent ? { seq: 'asc' } : { position: 'asc' },
    take: query.limit,
  })
  return rows.map(lineOf)
}

/** The entry as it was hashed, and after it what proves its place. */
export function lineOf(row: AuditEntry): string {
  const body = JSON.parse(row.body) as object
  return JSON.stringify({ ...body, position: Number(row.position), prev_hash: row.prevHash, hash: row.hash })
}
