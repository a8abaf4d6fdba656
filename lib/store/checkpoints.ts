import { checkpointActions, type Head } from '#lib/domain/checkpoint.ts'
import type { AuditCheckpoint, PrismaClient } from './generated/client.ts'
import { Prisma } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** Held while a checkpoint is made; any number only has to be ours. */
const checkpointLock = 7_146_302_512

/** The last checkpoint, held against anybody who would make the next one; null when there is none. */
export async function newestCheckpoint(tx: Tx): Promise<AuditCheckpoint | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${checkpointLock}::bigint)`
  return await tx.auditCheckpoint.findFirst({ orderBy: { number: 'desc' } })
}

/** Whether an entry came after this position that is not itself about a checkpoint. */
export async function wasWrittenSince(tx: Tx, position: bigint): Promise<boolean> {
  const found = await tx.auditEntry.findFirst({
    where: { position: { gt: position }, action: { notIn: [...checkpointActions] } },
    orderBy: { position: 'asc' },
    select: { position: true },
  })
  return found !== null
}

/** Where every chain ends, all at one moment, and the newest position there is. */
export async function readHeads(tx: Tx): Promise<{ heads: Head[]; position: bigint }> {
  const rows = await tx.$queryRaw<
    { chain: string; seq: bigint; hash: string; position: bigint }[]
  >(Prisma.sql`
    SELECT chain, seq, hash, (SELECT max(position) FROM audit_entry) AS position
    FROM audit_chain WHERE seq > 0 ORDER BY chain COLLATE "C"`)
  return {
    heads: rows.map(({ chain, seq, hash }) => ({ chain, seq: Number(seq), hash })),
    position: rows[0]?.position ?? 0n,
  }
}

/** The checkpoints after this number, oldest first, each as the line that is published. */
export async function checkpointLines(db: PrismaClient, after: number, max: number): Promise<string[]> {
  const rows = await db.auditCheckpoint.findMany({
    where: { number: { gt: after } },
    orderBy: { number: 'asc' },
    take: max,
  })
  return rows.map(lineOf)
}

/** The newest checkpoints, oldest first, each as the line that is published. */
export async function newestCheckpointLines(db: PrismaClient, max: number): Promise<string[]> {
  const rows = await db.auditCheckpoint.findMany({ orderBy: { number: 'desc' }, take: max })
  return rows.toReversed().map(lineOf)
}

function lineOf({ body, signature }: AuditCheckpoint): string {
  const { kind, ...rest } = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify({ kind, ...rest, signature })
}
