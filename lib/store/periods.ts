import type { Period } from '#lib/domain/observation/period.ts'
import type { PrismaClient } from './generated/client.ts'
import { aliveBeats } from './heartbeats.ts'
import type { Tx } from './transaction.ts'

/** Writes down that a share was ordered: the next period of its rollout. */
export async function orderPeriod(
  tx: Tx,
  order: { readonly rolloutId: string; readonly weightBp: number; readonly rev: bigint; readonly now: Date },
): Promise<void> {
  const { rolloutId, weightBp, rev, now } = order
  const number = await tx.period.count({ where: { rolloutId } })
  await tx.period.create({ data: { rolloutId, number, weightBp, rev, orderedAt: now } })
}

/** The periods of a rollout, in their order. */
export async function readPeriods(db: Tx | PrismaClient, rolloutId: string): Promise<readonly Period[]> {
  const rows = await db.period.findMany({ where: { rolloutId }, orderBy: { number: 'asc' } })
  return rows.map(({ number, weightBp, orderedAt, inForceAt }) => ({
    number,
    share: weightBp / 10_000,
    orderedAt: orderedAt.getTime(),
    inForceAt: inForceAt?.getTime() ?? null,
  }))
}

/**
 * Writes down since when the newest period is served, as soon as every edge that is alive serves it: the latest of the
 * moments at which they took it up, never before the order.
 */
export async function confirmPeriod(tx: Tx, rolloutId: string, now: Date): Promise<void> {
  const open = await tx.period.findFirst({
    where: { rolloutId, inForceAt: null },
    orderBy: { number: 'desc' },
  })
  if (!open) return
  const edges = await aliveBeats(tx, 'edge', now)
  if (edges.length === 0 || edges.some(({ facts }) => BigInt(facts['rev'] ?? 0) < open.rev)) return
  const since = edges.map(({ facts, at }) => Number(facts['since'] ?? at.getTime()))
  const inForceAt = new Date(Math.min(Math.max(open.orderedAt.getTime(), ...since), now.getTime()))
  await tx.period.update({
    where: { rolloutId_number: { rolloutId, number: open.number } },
    data: { inForceAt },
  })
}

/** How many of the candidate's first runs a period has brought so far. */
export async function readFirstRuns(tx: Tx, rolloutId: string, number: number): Promise<number> {
  const row = await tx.period.findUnique({ where: { rolloutId_number: { rolloutId, number } } })
  return row?.firstRuns ?? 0
}

export async function addFirstRuns(
  tx: Tx,
  rolloutId: string,
  added: ReadonlyMap<number, number>,
): Promise<void> {
  for (const [number, runs] of added) {
    await tx.period.update({
      where: { rolloutId_number: { rolloutId, number } },
      data: { firstRuns: { increment: runs } },
    })
  }
}
