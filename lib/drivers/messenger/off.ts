import type { Messenger, Undeliverable } from '#lib/ports/messenger.ts'

/** No messenger is set up. It says so each time, so that the record shows an alert that was not sent as not sent. */
export function offMessenger(
  because = 'Not sent: Slack is not set up (there is no bot token). The incident is in the panel only',
): Messenger {
  const refusal: Undeliverable = { ok: false, retry: false, reason: because }
  return {
    send: async () => refusal,
    update: async () => refusal,
    check: async () => refusal,
  }
}
