import { announceRouting } from './notices.ts'
import type { Tx } from './transaction.ts'

/**
 * Takes the next routing revision. The row stays locked until the transaction ends, so that the order of revisions is
 * the order of commits; a sequence would not give that.
 */
export async function nextRevision(tx: Tx, now: Date): Promise<bigint> {
  const rows = await tx.$queryRaw<{ epoch: bigint; rev: bigint }[]>`
    INSERT INTO routing_head (id, epoch, rev, changed_at) VALUES (1, ${BigInt(now.getTime())}, 1, ${now})
    ON CONFLICT (id) DO UPDATE SET rev = routing_head.rev + 1, changed_at = ${now}
    RETURNING epoch, rev`
  const head = rows[0]
  if (!head) throw new Error('The routing head gave no revision')
  await announceRouting(tx, head)
  return head.rev
}

/**
 * Waits for whoever is making a revision, and lets nobody else make one until this transaction ends. Whoever reads what
 * is ordered and then changes it begins here, so that a person's order and the policy's never cross.
 */
export async function holdRouting(tx: Tx): Promise<void> {
  await tx.$queryRaw`SELECT rev FROM routing_head WHERE id = 1 FOR UPDATE`
}
