import { createHash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { AlertMessage } from '#lib/domain/alert.ts'
import type { MessageHandle, Messenger, Sent } from '#lib/ports/messenger.ts'
import { type Outbound, type OutboundAnswer, postOut } from '../net/postOut.ts'

/** Where the messages of one channel go, and what they are signed with: the newest secret first. */
export interface WebhookTarget {
  readonly url: string
  readonly secrets: readonly string[]
}

export interface WebhookSettings {
  readonly outbound: Outbound
  readonly targetOf: (channel: string) => Promise<WebhookTarget | null>
}

const waitSeconds = { failed: 5, busy: 30 }

/**
 * Signed posts as Standard Webhooks has them. `webhook-id` is the delivery: a receiver that keeps ids takes a repeated
 * one for what it is, so that an attempt in doubt is simply sent again.
 */
export function webhookMessenger({ outbound, targetOf }: WebhookSettings): Messenger {
  async function post(channel: string, id: string, type: string, about: object): Promise<Sent> {
    const target = await targetOf(channel)
    if (!target) return { ok: false, retry: false, reason: `There is no webhook for the channel ${channel}` }
    const at = new Date()
    const body = JSON.stringify({ type, timestamp: at.toISOString(), data: about })
    const signatures = target.secrets.map((secret) => new Webhook(secret).sign(id, at, body))
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Switchback',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    }
    return sentOf(await postOut(target.url, { headers, body }, outbound), { channel, ts: id })
  }

  return {
    async send({ deliveryId, channel, message, threadOf }) {
      const about = { id: deliveryId, in_reply_to: threadOf?.ts ?? null, ...contentOf(message) }
      return await post(threadOf?.channel ?? channel, deliveryId, 'alert.sent', about)
    },
    async update(handle, message) {
      const content = contentOf(message)
      const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
      const about = { id: handle.ts, ...content }
      const sent = await post(handle.channel, `${handle.ts}.${digest}`, 'alert.updated', about)
      return sent.ok ? { ok: true, handle } : sent
    },
    check: async () => ({ ok: true, as: 'webhook' }),
  }
}

/** The words without Slack's escapes, which are nobody else's. */
function contentOf({ text, event }: AlertMessage) {
  const plain = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  return { text: plain, ...(event ? { event } : {}) }
}

function sentOf(answer: OutboundAnswer, handle: MessageHandle): Sent {
  switch (answer.kind) {
    case 'refused':
      return { ok: false, retry: false, reason: answer.because }
    case 'failed':
      return again(answer.because, waitSeconds.failed, answer.mayHaveArrived)
    case 'answered':
      return read(answer, handle)
    default:
      return answer satisfies never
  }
}

function read(
  { status, retryAfterSeconds }: Extract<OutboundAnswer, { kind: 'answered' }>,
  handle: MessageHandle,
): Sent {
  if (status >= 200 && status < 300) return { ok: true, handle }
  if (status === 429) {
    return again('The receiver asks to wait (429)', retryAfterSeconds ?? waitSeconds.busy, false)
  }
  if (status >= 500 || status === 408) {
    return again(`The receiver answered ${status}`, retryAfterSeconds ?? waitSeconds.failed, true)
  }
  const said = status >= 300 && status < 400 ? `${status}, a redirect, which is not followed` : String(status)
  return { ok: false, retry: false, reason: `The receiver answered ${said}` }
}

function again(reason: string, afterSeconds: number, mayHaveArrived: boolean): Sent {
  return { ok: false, retry: true, afterSeconds, reason, mayHaveArrived }
}
