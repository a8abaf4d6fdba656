import { isWebhookChannel } from '#lib/domain/alertRoute.ts'
import type { Messenger } from '#lib/ports/messenger.ts'

/** One messenger over two: a webhook's channel goes to the webhooks, every other one to Slack. */
export function messengerByChannel(slack: Messenger, webhook: Messenger): Messenger {
  const of = (channel: string) => (isWebhookChannel(channel) ? webhook : slack)
  return {
    send: (sending) => of(sending.threadOf?.channel ?? sending.channel).send(sending),
    update: (handle, message) => of(handle.channel).update(handle, message),
    ...(slack.whisper ? { whisper: slack.whisper } : {}),
    check: () => slack.check(),
  }
}
