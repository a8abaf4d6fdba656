import type { AlertMessage } from '#lib/domain/alert.ts'
import { isWebhookChannel } from '#lib/domain/alertRoute.ts'
import type { ApprovalStatus } from '#lib/domain/approval.ts'
import type { NoticeFacts } from '#lib/domain/notice.ts'
import { approvalMessage, type Buttons, type HeldAsk, heldMessage } from '#lib/domain/slackAsk.ts'
import type { Delivery, PrismaClient, Rollout } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import { type AskRow, findAsk } from '#lib/store/slackPresses.ts'
import { seenOf } from '../approval/row.ts'

export interface AskMessageParts {
  readonly publicUrl: string
  /** Whether a button that is pressed in Slack reaches us. */
  readonly buttons: boolean
  readonly now: Date
}

/**
 * A message that asks people for something, as it stands now: with its buttons, or with what became of it. Null of one
 * that asks nothing, or whose subject is gone.
 */
export async function readAskMessage(
  db: PrismaClient,
  delivery: Pick<Delivery, 'onceKey' | 'routeId' | 'channel' | 'kind' | 'facts'>,
  parts: AskMessageParts,
): Promise<AlertMessage | null> {
  if (delivery.kind !== 'approval' && delivery.kind !== 'held') return null
  const ask = await findAsk(db, askKeyOf(delivery))
  if (!ask) return null
  const facts = fromJson.facts(delivery.facts) as NoticeFacts & { readonly stage?: string }
  const url = new URL(facts.path, parts.publicUrl).toString()
  const isOver = parts.now >= ask.expiresAt
  const isPressable = parts.buttons && !isOver && !isWebhookChannel(delivery.channel ?? '')
  const buttons = isPressable ? buttonsOf(ask) : {}
  if (ask.approvalId) {
    const row = await db.approval.findUnique({ where: { id: ask.approvalId } })
    if (!row) return null
    const { before, after, evidence } = seenOf(row)
    const status = row.status as ApprovalStatus
    return approvalMessage({
      agent: facts.agent ?? '',
      title: row.title,
      askedBy: nameOf(row.askedBy),
      reason: row.reason,
      before,
      after,
      evidence: ask.buttons.length > 0 ? evidence : [],
      status: status === 'waiting' && isOver ? 'expired' : status,
      endedBy: nameOf(row.endedBy),
      endedBecause: row.endedBecause,
      expiresAt: row.expiresAt,
      url,
      buttons,
    })
  }
  const rollout = ask.rolloutId ? await db.rollout.findUnique({ where: { id: ask.rolloutId } }) : null
  if (!rollout) return null
  return heldMessage({
    agent: rollout.agent,
    candidate: rollout.candidate,
    stable: rollout.stable,
    stage: facts.stage ?? '',
    because: facts.text,
    ended: await endOf(db, rollout, isOver),
    url,
    buttons,
  })
}

/** A copy by a route asks the same as the message that it copies. */
function askKeyOf({ onceKey, routeId }: Pick<Delivery, 'onceKey' | 'routeId'>): string {
  return routeId === null ? onceKey : onceKey.slice(0, -`:${routeId}`.length)
}

function buttonsOf({ buttons }: AskRow): Buttons {
  return Object.fromEntries(buttons.map(({ verb, id }) => [verb, id]))
}

async function endOf(db: PrismaClient, rollout: Rollout, isOver: boolean): Promise<HeldAsk['ended']> {
  if (rollout.phase === 'rolled_back') {
    const incident = await db.incident.findUnique({ where: { rolloutId: rollout.id } })
    return { kind: 'rolled_back', by: nameOf(incident?.actor) || 'somebody' }
  }
  if (rollout.phase === 'completed') return { kind: 'completed', by: '' }
  return isOver ? { kind: 'over', by: '' } : null
}

function nameOf(actor: unknown): string {
  return (actor as { name?: string } | null)?.name ?? ''
}
