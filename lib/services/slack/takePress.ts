import 'server-only'
import { z } from 'zod'
import { reasonField } from '#lib/domain/slackAsk.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { takeIn } from '#lib/store/slackPresses.ts'
import { randomId } from '../command.ts'

/** What of Slack's `block_actions` is read. It sends more, and will send more still. */
const payload = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().max(50), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  container: z.object({ message_ts: z.string().max(50), channel_id: z.string().max(50) }),
  actions: z
    .array(z.object({ value: z.string().max(200).optional(), action_ts: z.string().max(50) }))
    .min(1)
    .max(25),
  state: z
    .object({ values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))) })
    .optional(),
})

export type Taken =
  /** `pressId` is null of what is nobody's business: a link that was followed. */
  { readonly ok: true; readonly pressId: string | null } | { readonly ok: false; readonly because: string }

/**
 * Takes in what Slack says was pressed, and owes what follows from it. The same press is taken in once, however often
 * it comes. The form's `payload`, of a request whose signature was checked.
 */
export async function takePress(form: string, now: Date, db: PrismaClient = database()): Promise<Taken> {
  const written = new URLSearchParams(form).get('payload')
  const read = payload.safeParse(jsonOf(written))
  if (!read.success) return { ok: false, because: 'Only a button that was pressed in a message is read here' }
  const { user, team, container, actions, state } = read.data
  const action = actions.find(({ value }) => value !== undefined)
  if (action?.value === undefined) return { ok: true, pressId: null }
  // In a channel that is shared with another workspace, whoever is from there is nobody we know.
  const isStranger = user.team_id !== undefined && !!team && user.team_id !== team.id
  const reason = state?.values[reasonField.block]?.[reasonField.action]?.value?.trim()
  const pressId = await takeIn(
    db,
    {
      id: randomId('pr'),
      onceKey: `${user.id}:${action.action_ts}:${action.value}`,
      buttonId: action.value,
      slackUserId: isStranger ? `${user.team_id}/${user.id}` : user.id,
      channel: container.channel_id,
      messageTs: container.message_ts,
      reason: reason ? reason.slice(0, reasonField.charactersMax) : null,
    },
    now,
  )
  return { ok: true, pressId }
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
