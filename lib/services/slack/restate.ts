import type { MessageHandle, Messenger } from '#lib/ports/messenger.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { overAsks } from '#lib/store/slackPresses.ts'
import { readAskMessage } from './message.ts'

export interface RestateParts {
  readonly db?: PrismaClient
  readonly publicUrl: string
  readonly buttons: boolean
  readonly now?: () => Date
}

const notSentYetMs = 1_000

/**
 * Makes a message that asks people for something read as things stand: with its buttons gone and the outcome in their
 * place once it is over. Absolute, so safe to repeat. Answers when to try again; null when there is nothing to do.
 */
export async function restate(
  askKey: string,
  messenger: Messenger,
  parts: RestateParts,
): Promise<{ afterMs: number } | null> {
  const { db = database(), publicUrl, buttons, now = () => new Date() } = parts
  const copies = { onceKey: { startsWith: `${askKey}:` }, routeId: { not: null } }
  const deliveries = await db.delivery.findMany({ where: { OR: [{ onceKey: askKey }, copies] } })
  // Whoever brings it may have read how things stood before they changed.
  if (deliveries.some(({ status }) => status === 'queued')) return { afterMs: notSentYetMs }
  const isOver = (await overAsks(db, now())).includes(askKey)
  for (const delivery of deliveries) {
    const handle = delivery.handle as MessageHandle | null
    const message = await readAskMessage(db, delivery, { publicUrl, buttons, now: now() })
    if (!handle || !message) continue
    const updated = await messenger.update(handle, message)
    if (!updated.ok && updated.retry) return { afterMs: updated.afterSeconds * 1000 }
  }
  if (isOver)
    await db.slackAsk.updateMany({ where: { key: askKey, closedAt: null }, data: { closedAt: now() } })
  return null
}

/** Tells whoever pressed a button what the message does not say, and makes the message say the rest. */
export async function answerPress(
  pressId: string,
  messenger: Messenger,
  parts: RestateParts,
): Promise<{ afterMs: number } | null> {
  const { db = database(), now = () => new Date() } = parts
  const press = await db.slackPress.findUnique({ where: { id: pressId } })
  if (!press?.doneAt || press.toldAt) return null
  if (press.said && messenger.whisper) {
    const to = { channel: press.channel, user: userOf(press.slackUserId) }
    const told = await messenger.whisper(to, press.said)
    if (!told.ok && told.retry && !told.mayHaveArrived) return { afterMs: told.afterSeconds * 1000 }
  }
  const button = await db.slackButton.findUnique({ where: { id: press.buttonId } })
  const again = button ? await restate(button.askKey, messenger, parts) : null
  if (again) return again
  await db.slackPress.updateMany({ where: { id: pressId, toldAt: null }, data: { toldAt: now() } })
  return null
}

/** Of `T…/U…`, somebody of another workspace, the member. */
const userOf = (slackUserId: string) => slackUserId.split('/').at(-1) ?? slackUserId
