import { z } from 'zod'
import { systemActor } from '#lib/domain/actor.ts'
import type { AlertFacts, AlertKind, AlertMessage } from '#lib/domain/alert.ts'
import { alertMessage, withMention } from '#lib/domain/alert.ts'
import { failuresBeforeSecond } from '#lib/domain/alertRoute.ts'
import { isNoticeKind, noticeMessage } from '#lib/domain/notice.ts'
import type { MessageHandle, Messenger, Sent } from '#lib/ports/messenger.ts'
import { database } from '#lib/store/database.ts'
import { claimDelivery, noteDoubt, releaseClaim } from '#lib/store/deliveries.ts'
import type { Delivery, PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import { announceChange } from '#lib/store/notices.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { readAskMessage } from '../slack/message.ts'
import { readAlertFacts } from './facts.ts'
import { oweSecond } from './owe.ts'
import { agentOfDelivery } from './retry.ts'

export interface DeliverParts {
  readonly db?: PrismaClient
  readonly publicUrl: string
  /** Where alerts go that name no channel; null when none is set. */
  readonly channel: string | null
  /** Whether a button that is pressed in Slack reaches us; without, messages have none. */
  readonly buttons?: boolean
  readonly now?: () => Date
  /** Told when the messenger has answered and nothing is written down yet. */
  readonly onSent?: () => void
}

/** Nobody else sends a message for so long after somebody began to. Longer than the messenger's own timeout. */
const claimMs = 15_000
/** Between tries without a wish of the messenger's: doubled from a second up to a minute. */
const removedRoute = 'Not sent: the way that it was to go was taken away'
const backOff = { firstMs: 1_000, maxMs: 60_000 }

/**
 * Brings one owed message to where it belongs, and its incident's parent message up to date. Repeated at any point it
 * leaves one message: an attempt whose end nobody knows is looked up before the next. Answers when to try again; null
 * when there is nothing more to do.
 */
export async function deliver(
  deliveryId: string,
  messenger: Messenger,
  parts: DeliverParts,
): Promise<{ afterMs: number } | null> {
  const { db = database(), now = () => new Date() } = parts
  const claimed = await claimDelivery(db, deliveryId, now(), claimMs)
  if (!claimed) return null
  const { delivery, inDoubtSince } = claimed
  const facts = delivery.incidentId
    ? await readAlertFacts(db, delivery.incidentId, parts.publicUrl, now())
    : null
  const parent = await parentOf(db, delivery)
  if (parent === 'awaited') {
    await releaseClaim(db, deliveryId)
    return { afterMs: backOff.firstMs }
  }
  const route = delivery.routeId ? await db.alertRoute.findUnique({ where: { id: delivery.routeId } }) : null
  if (route?.removedAt) {
    await settle({ deliveryId, status: 'not_sent', error: removedRoute }, systemActor, { db })
    return null
  }
  const channel = delivery.channel ?? facts?.alertChannel ?? parts.channel
  const { publicUrl, buttons = false } = parts
  const bare =
    (await readAskMessage(db, delivery, { publicUrl, buttons, now: now() })) ??
    messageOf(delivery, facts, publicUrl)
  const mention = parent ? null : (route?.mention ?? null)
  const message = bare && mention ? withMention(bare, mention) : bare
  if (!message || !channel) {
    const ready = message ? await messenger.check() : null
    const noChannel = 'Not sent: no Slack channel is set, neither for this agent nor as the default'
    const reason = ready && !ready.ok && !ready.retry ? ready.reason : noChannel
    await settle({ deliveryId, status: 'not_sent', error: reason }, systemActor, { db })
    return null
  }

  if (parent && facts) {
    // First, and absolute: if it has to be repeated, nothing was sent twice.
    const updated = await messenger.update(parent, alertMessage('rollback_triggered', facts))
    if (!updated.ok && updated.retry)
      return await conclude(db, delivery, inDoubtSince, { ...updated, mayHaveArrived: false })
  }
  const sent = await messenger.send({ deliveryId, channel, message, threadOf: parent, inDoubtSince })
  parts.onSent?.()
  return await conclude(db, delivery, inDoubtSince, sent)
}

/** Null when there is nothing that the message could be about. */
function messageOf(delivery: Delivery, facts: AlertFacts | null, publicUrl: string): AlertMessage | null {
  if (isNoticeKind(delivery.kind))
    return noticeMessage(delivery.kind, fromJson.facts(delivery.facts), publicUrl)
  return facts && alertMessage(delivery.kind as AlertKind, facts)
}

/** The message that this one answers: the incident's first. It may have to be awaited; an incident may have none. */
async function parentOf(db: PrismaClient, delivery: Delivery): Promise<MessageHandle | null | 'awaited'> {
  const onceKey = parentKey(delivery)
  if (!onceKey) return null
  const first = await db.delivery.findUnique({ where: { onceKey } })
  if (first?.status === 'queued') return 'awaited'
  return (first?.handle as MessageHandle | null | undefined) ?? null
}

function parentKey({ kind, incidentId, facts, routeId }: Delivery): string | null {
  const copy = routeId ? `:${routeId}` : ''
  if (isNoticeKind(kind)) {
    const { threadOf } = fromJson.facts(facts)
    return threadOf ? `${threadOf}${copy}` : null
  }
  return kind === 'rollback_triggered' || !incidentId ? null : `${incidentId}:rollback_triggered${copy}`
}

async function conclude(
  db: PrismaClient,
  delivery: Delivery,
  inDoubtSince: Date | null,
  sent: Sent,
): Promise<{ afterMs: number } | null> {
  if (sent.ok) {
    await settle({ deliveryId: delivery.id, status: 'sent', handle: sent.handle }, systemActor, { db })
    return null
  }
  if (!sent.retry) {
    await settle({ deliveryId: delivery.id, status: 'not_sent', error: sent.reason }, systemActor, { db })
    return null
  }
  await noteDoubt(db, delivery.id, {
    inDoubtSince: sent.mayHaveArrived ? delivery.inDoubtSince : inDoubtSince,
    error: sent.reason,
  })
  if (delivery.attempts === failuresBeforeSecond)
    await callSecond({ deliveryId: delivery.id }, systemActor, { db })
  const doubled = Math.min(backOff.firstMs * 2 ** (delivery.attempts - 1), backOff.maxMs)
  return { afterMs: Math.max(sent.afterSeconds * 1000, doubled) }
}

/** Writes down how a message ended. Once; what is settled stays. */
const settle = command({
  name: 'alert',
  capability: 'rollout.rollback',
  input: z.object({
    deliveryId: z.string(),
    status: z.enum(['sent', 'not_sent']),
    error: z.string().optional(),
    handle: z.object({ channel: z.string(), ts: z.string() }).optional(),
  }),
  async agent(tx, { deliveryId }) {
    const row = await tx.delivery.findUnique({ where: { id: deliveryId } })
    return row ? await agentOfDelivery(tx, row) : null
  },
  async run(tx, { deliveryId, status, error, handle }, context) {
    const { now } = context
    await tx.$queryRaw`SELECT id FROM delivery WHERE id = ${deliveryId} FOR UPDATE`
    const row = await tx.delivery.findUnique({ where: { id: deliveryId } })
    if (!row) return refuse('missing', 'No such message')
    if (row.status !== 'queued') return unchanged(null)
    const incident = row.incidentId ? await tx.incident.findUnique({ where: { id: row.incidentId } }) : null
    await tx.delivery.update({
      where: { id: deliveryId },
      data: {
        status,
        lastError: error ?? null,
        claimedUntil: null,
        ...(handle ? { handle, sentAt: now } : {}),
      },
    })
    if (incident)
      await announceChange(tx, { agent: incident.agent, rollout: incident.rolloutId, incident: incident.id })
    const agent = incident ? undefined : await agentOfDelivery(tx, row)
    if (status === 'not_sent') await oweSecond(tx, row, incident?.agent ?? agent ?? null, context)
    if (row.kind === 'test') await announceChange(tx, agent === undefined ? {} : { agent })
    return done(null, {
      // What is about checkpoints is told apart, so that no checkpoint calls for the next.
      action: row.kind === 'checkpoint' ? 'checkpoint.publish' : 'alert',
      ...(incident ? { agent: incident.agent, rollout: incident.rolloutId, incident: incident.id } : {}),
      ...(agent === undefined ? {} : { agent }),
      outcome: status,
      details: {
        kind: row.kind,
        channel: handle?.channel ?? row.channel,
        error: error ?? null,
        attempts: row.attempts,
      },
    })
  },
})

/** Owes a message that its channel does not take to the second channels, while the first goes on being tried. */
const callSecond = command({
  name: 'alert.second_channel',
  capability: 'rollout.rollback',
  input: z.object({ deliveryId: z.string() }),
  async agent(tx, { deliveryId }) {
    const row = await tx.delivery.findUnique({ where: { id: deliveryId } })
    return row ? await agentOfDelivery(tx, row) : null
  },
  async run(tx, { deliveryId }, context) {
    const row = await tx.delivery.findUniqueOrThrow({ where: { id: deliveryId } })
    const agent = (await agentOfDelivery(tx, row)) ?? null
    const added = row.status === 'queued' ? await oweSecond(tx, row, agent, context) : 0
    if (added === 0) return unchanged(null)
    return done(null, {
      action: 'alert.second_channel',
      ...(agent === null ? {} : { agent }),
      ...(row.incidentId ? { incident: row.incidentId } : {}),
      outcome: 'queued',
      details: { kind: row.kind, channel: row.channel, error: row.lastError, attempts: row.attempts, added },
    })
  },
})
