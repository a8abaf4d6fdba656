import 'server-only'
import { everyAgent, switchWords } from '#lib/domain/killSwitch.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** A capability that is denied to an agent, by its own switch or by that of every agent. */
export interface Denied {
  readonly name: string
  readonly words: string
  readonly reason: string
  readonly since: string
}

/** What is denied to this agent now. */
export async function readDenied(db: PrismaClient, agent: string): Promise<Denied[]> {
  const rows = await db.capabilityState.findMany({
    where: { agent: { in: [agent, everyAgent] }, state: 'deny' },
    orderBy: { setAt: 'asc' },
  })
  return rows.map((row) => ({
    name: row.name,
    words: switchWords(row),
    reason: row.reason,
    since: row.setAt.toISOString(),
  }))
}
