import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import type { ApprovalKind } from '#lib/domain/approval.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { inTransaction } from '#lib/store/transaction.ts'
import { whatMoved } from './decide.ts'
import { isRefused } from './kind.ts'
import { kindSpecs } from './kinds.ts'

/** How what was asked for stands now, beside how it stood when it was asked for. */
export interface Standing {
  /** Empty when it could not be asked for any more. */
  readonly evidence: readonly string[]
  /** What moved since, so that a yes would lapse; null when nothing did. */
  readonly moved: string | null
}

/** How an approval that waits stands now; null when there is none such, or it is not theirs to see. */
export async function readStanding(
  approvalId: string,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<Standing | null> {
  return await inTransaction(db, async (tx) => {
    const row = await tx.approval.findUnique({ where: { id: approvalId } })
    const spec = row && kindSpecs[row.kind as ApprovalKind]
    if (!row || !spec || row.status !== 'waiting' || !may(actor, 'view', row.agent)) return null
    const seen = await spec.seen(tx, row.input, { now })
    return { evidence: isRefused(seen) ? [] : seen.evidence, moved: await whatMoved(tx, row, { now }) }
  })
}
