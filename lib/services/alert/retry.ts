import { z } from 'zod'
import { announceChange } from '#lib/store/notices.ts'
import { enqueue } from '#lib/store/jobs.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { isNoticeKind } from '#lib/domain/notice.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'

/** Puts a message that was not sent back among those that are owed. One that may have arrived is looked up first. */
export const retryDelivery = command({
  name: 'alert.retry',
  capability: 'alerts.edit',
  input: z.object({ deliveryId: z.string() }),
  async agent(tx, { deliveryId }) {
    const row = await tx.delivery.findUnique({ where: { id: deliveryId } })
    return row ? await agentOfDelivery(tx, row) : null
  },
  async run(tx, { deliveryId }, { now }) {
    await tx.$queryRaw`SELECT id FROM delivery WHERE id = ${deliveryId} FOR UPDATE`
    const row = await tx.delivery.findUniqueOrThrow({ where: { id: deliveryId } })
    if (row.status !== 'not_sent') return refuse('not_now', 'Only a message that was not sent is sent again')
    await tx.delivery.update({ where: { id: deliveryId }, data: { status: 'queued', claimedUntil: null } })
    await enqueue(tx, 'deliver', { deliveryId }, { at: now })
    const agent = await agentOfDelivery(tx, row)
    const about = agent === undefined ? {} : { agent }
    await announceChange(tx, about)
    return done(null, {
      action: 'alert.retry',
      ...about,
      ...(row.incidentId ? { incident: row.incidentId } : {}),
      outcome: 'queued',
      details: { kind: row.kind, channel: row.channel, error: row.lastError, attempts: row.attempts },
    })
  },
})

/** The agent that a message is about; undefined of one about the installation. */
export async function agentOfDelivery(
  tx: Tx,
  row: { readonly incidentId: string | null; readonly kind: string; readonly facts: unknown },
): Promise<string | undefined> {
  if (row.incidentId) return (await tx.incident.findUnique({ where: { id: row.incidentId } }))?.agent
  if (!isNoticeKind(row.kind)) return undefined
  const { agent } = row.facts as { agent?: string }
  return agent === '' ? undefined : agent
}
