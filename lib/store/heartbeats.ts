import type { Prisma, PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** Which processes are alive. A process says so about once a second; one that was not heard for so long is gone. */
export const aliveForMs = 6_000

export type ProcessKind = 'panel' | 'guard' | 'edge' | 'launcher'

export interface Beat {
  readonly kind: ProcessKind
  readonly instance: string
  readonly startedAt: Date
  readonly at: Date
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
}

/** Says that a process is alive, and what it says of itself. */
export async function beat(db: Tx | PrismaClient, said: Beat): Promise<void> {
  const { kind, instance, startedAt, at } = said
  const facts: Prisma.InputJsonObject = { ...said.facts }
  await db.heartbeat.upsert({
    where: { kind_instance: { kind, instance } },
    create: { kind, instance, startedAt, at, facts },
    update: { at, facts },
  })
}

/** The processes of a kind that were heard lately. */
export async function aliveBeats(db: Tx | PrismaClient, kind: ProcessKind, now: Date): Promise<Beat[]> {
  const since = new Date(now.getTime() - aliveForMs)
  const rows = await db.heartbeat.findMany({ where: { kind, at: { gte: since } } })
  return rows.map((row) => ({ ...row, kind, facts: row.facts as Beat['facts'] }))
}

/** Takes a process off the list: it said goodbye. */
export async function sayGoodbye(db: PrismaClient, kind: ProcessKind, instance: string): Promise<void> {
  await db.heartbeat.deleteMany({ where: { kind, instance } })
}
