import type { AlertKind } from '#lib/domain/alert.ts'
import { enqueue } from '#lib/store/jobs.ts'
import type { NoticeFacts, NoticeKind } from '#lib/domain/notice.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'

/**
 * Owes one message about an incident, in the transaction of what it tells. The same event is owed once however often it
 * is asked for; the guard's `deliver` brings it.
 */
export async function owe(
  tx: Tx,
  message: { incidentId: string; kind: AlertKind; channel: string | null },
  { now, newId }: Context,
): Promise<void> {
  const { incidentId, kind, channel } = message
  const onceKey = `${incidentId}:${kind}`
  if (await tx.delivery.findUnique({ where: { onceKey } })) return
  const id = newId('dl')
  await tx.delivery.create({
    data: { id, onceKey, incidentId, kind, channel, facts: {}, status: 'queued', createdAt: now },
  })
  await enqueue(tx, 'deliver', { deliveryId: id }, { at: now })
}

/** Owes one message that is about no incident. Whoever may deliver brings it; the same event is owed once. */
export async function oweNotice(
  tx: Tx,
  notice: { onceKey: string; kind: NoticeKind; facts: NoticeFacts; channel?: string | null },
  { now, newId }: Context,
): Promise<string | null> {
  const { onceKey, kind, facts, channel = null } = notice
  if (await tx.delivery.findUnique({ where: { onceKey } })) return null
  const id = newId('dl')
  await tx.delivery.create({
    data: { id, onceKey, kind, channel, facts: { ...facts }, status: 'queued', createdAt: now },
  })
  await enqueue(tx, 'deliver', { deliveryId: id }, { at: now })
  return id
}
