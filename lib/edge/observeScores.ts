import { type JoinedScore, markJoined } from '#lib/store/scores.ts'
import type { Tx } from '#lib/store/transaction.ts'

/** What becomes of scores whose run is known, in the transaction that found it: they are written down as the run's. */
export async function observeScores(tx: Tx, joined: readonly JoinedScore[], now: Date): Promise<void> {
  await markJoined(tx, joined, now)
}
