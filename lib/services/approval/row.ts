import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Actor } from '#lib/domain/actor.ts'
import type { Approval, ApprovalKind, ApprovalMode, ApprovalStatus } from '#lib/domain/approval.ts'
import type { AuditLine } from '#lib/domain/audit.ts'
import type { Approval as ApprovalRow, Prisma } from '#lib/store/generated/client.ts'
import { announceChange } from '#lib/store/notices.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Seen } from './kind.ts'

/** An approval as it is kept, and as the rules see it. */

export function stateDigest(state: Seen['state']): string {
  return createHash('sha256')
    .update(canonicalize(state) ?? '')
    .digest('hex')
}

export function toApproval(row: ApprovalRow): Approval {
  return {
    id: row.id,
    kind: row.kind as ApprovalKind,
    agent: row.agent,
    status: row.status as ApprovalStatus,
    askedById: row.askedById,
    involvedIds: seenOf(row).involvedIds ?? [],
    expiresAt: row.expiresAt,
  }
}

export function seenOf(row: Pick<ApprovalRow, 'seen'>): Seen {
  return row.seen as unknown as Seen
}

/** Ends an approval, unless somebody ended it meanwhile; whether it did. */
export async function endApproval(
  tx: Tx,
  row: ApprovalRow,
  end: {
    readonly status: Exclude<ApprovalStatus, 'waiting'>
    readonly mode?: ApprovalMode
    readonly by: Actor
    readonly because: string | null
    readonly now: Date
  },
): Promise<boolean> {
  const { status, mode, by, because, now } = end
  const ended = await tx.approval.updateMany({
    where: { id: row.id, status: 'waiting' },
    data: {
      status,
      mode: mode ?? null,
      endedAt: now,
      endedById: by.id,
      endedBy: whoIs(by),
      endedBecause: because,
      waitingKey: null,
    },
  })
  await announceApproval(tx, row)
  return ended.count > 0
}

export async function announceApproval(
  tx: Tx,
  row: Pick<ApprovalRow, 'agent' | 'rolloutId' | 'incidentId'>,
): Promise<void> {
  const { agent, rolloutId, incidentId } = row
  await announceChange(tx, {
    agent,
    ...(rolloutId ? { rollout: rolloutId } : {}),
    ...(incidentId ? { incident: incidentId } : {}),
  })
}

export function whoIs(actor: Actor): Prisma.InputJsonObject {
  return { kind: actor.kind, id: actor.id, name: actor.name }
}

/** What the record says of an approval at each of its turns. */
export function approvalLine(
  row: Pick<ApprovalRow, 'id' | 'kind' | 'agent' | 'rolloutId' | 'incidentId' | 'title' | 'askedBy'>,
  action: string,
  outcome: string,
  details: Readonly<Record<string, unknown>> = {},
): AuditLine {
  return {
    action,
    outcome,
    agent: row.agent,
    ...(row.rolloutId ? { rollout: row.rolloutId } : {}),
    ...(row.incidentId ? { incident: row.incidentId } : {}),
    details: { approval: row.id, kind: row.kind, title: row.title, asked_by: row.askedBy, ...details },
  }
}
