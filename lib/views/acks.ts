import 'server-only'
import { type Acks, acksOf, forgottenMs } from '#lib/domain/acknowledgement.ts'
import type { PrismaClient, Rollout as RolloutRow } from '#lib/store/generated/client.ts'
import { readInstances } from '#lib/store/instances.ts'

/** Something ordered that instances acknowledge: a rollback's switch, or a kill switch. */
export interface AckedOrder {
  /** The agent, or `*`. */
  readonly agent: string
  readonly rev: bigint | null
  readonly at: Date | null
  /** Whether an instance whose lease ran out stands as if it had it. */
  readonly fences: boolean
  /** As it was written down once all had it, or once it was no longer waited for; null before. */
  readonly kept: unknown
}

/** What the instances acknowledge of an order now; as it was written down once it is old. Null when nothing was ordered. */
export async function readAcks(db: PrismaClient, order: AckedOrder, now: Date): Promise<Acks | null> {
  const { agent, rev, at } = order
  const kept = order.kept as Acks | null
  if (rev === null || at === null) return null
  if (kept !== null && (kept.complete || now.getTime() - at.getTime() > forgottenMs)) return kept
  const head = await db.routingHead.findUnique({ where: { id: 1 } })
  if (!head) return null
  const place = { epoch: Number(head.epoch), rev: Number(rev), fences: order.fences }
  return acksOf(await readInstances(db, agent, place, now), place, at.getTime(), now.getTime())
}

/** The switch of a rollback as an order. */
export function orderOf(
  row: Pick<RolloutRow, 'agent' | 'switchRev' | 'switchRequestedAt' | 'switchAcks'>,
): AckedOrder {
  return {
    agent: row.agent,
    rev: row.switchRev,
    at: row.switchRequestedAt,
    fences: true,
    kept: row.switchAcks,
  }
}
