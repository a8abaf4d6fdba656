import { createHmac } from 'node:crypto'
import { isObject } from '../slackBlocks.ts'
import type { SlackMessage } from './workspace.ts'

/** Buttons as Slack sends them on: docs.slack.dev/reference/interaction-payloads/block_actions-payload. */

export interface Press {
  /** Where the app wants them. */
  readonly url: string
  readonly signingSecret: string
  /** The member who presses. */
  readonly user: string
  readonly message: SlackMessage
  /** What stands on the button. */
  readonly label: string
  /** What stands in the field beside it. */
  readonly reason?: string
  /** When Slack signs it. */
  readonly now?: Date
  /** Which press this is: the same again is what Slack sends when it tries again. */
  readonly actionTs?: string
}

/** Presses a button as this member, and answers with what the app said. Throws when there is no such button. */
export async function pressButton(press: Press): Promise<Response> {
  const body = bodyOf(press)
  const timestamp = String(Math.floor((press.now ?? new Date()).getTime() / 1000))
  return await fetch(press.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(press.signingSecret, timestamp, body),
    },
    body,
  })
}

/** As Slack signs: written here a second time, so that a mistake in ours is seen. */
export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(['v0', timestamp, body].join(':')).digest('hex')}`
}

/** The form that Slack sends. */
export function bodyOf({
  user,
  message,
  label,
  reason,
  actionTs,
}: Omit<Press, 'url' | 'signingSecret'>): string {
  const button = buttonsOf(message).find(({ text }) => isObject(text) && text.text === label)
  if (!button) throw new Error(`There is no button ${label} in: ${message.text}`)
  const payload = {
    type: 'block_actions',
    user: { id: user, username: 'somebody', team_id: 'T0SWITCH' },
    team: { id: 'T0SWITCH', domain: 'switchback' },
    api_app_id: 'A0SWITCH',
    container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: false },
    trigger_id: '1.2.3',
    state: { values: { why: { reason: { type: 'plain_text_input', value: reason ?? null } } } },
    actions: [{ ...button, block_id: 'b', action_ts: actionTs ?? `${Date.now() / 1000}` }],
  }
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}

function buttonsOf({ blocks }: SlackMessage): Record<string, unknown>[] {
  return blocks.flatMap((block) =>
    isObject(block) && block.type === 'actions' && Array.isArray(block.elements)
      ? block.elements.filter(isObject)
      : [],
  )
}
