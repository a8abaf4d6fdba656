import 'server-only'
import { messengerByChannel } from '#lib/drivers/messenger/byChannel.ts'
import { offMessenger } from '#lib/drivers/messenger/off.ts'
import { slackMessenger } from '#lib/drivers/messenger/slack.ts'
import { webhookMessenger } from '#lib/drivers/messenger/webhook.ts'
import { tableSwitch } from '#lib/drivers/switch/table.ts'
import type { Settings } from '#lib/env.ts'
import type { Messenger } from '#lib/ports/messenger.ts'
import type { TrafficSwitch } from '#lib/ports/trafficSwitch.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { aliveBeats } from '#lib/store/heartbeats.ts'
import { findWebhookTarget } from '#lib/store/webhookTarget.ts'
import { announceRouting } from '#lib/store/notices.ts'

/** Which driver is behind which port. Tests put the memory drivers in the same places. */
export interface Outside {
  readonly trafficSwitch: TrafficSwitch
  readonly messenger: Messenger
}

const slackTimeoutMs = 2_000
const webhookTimeoutMs = 4_000

export function wireOutside(settings: Settings, db: PrismaClient): Outside {
  const { SWITCHBACK_SLACK_TOKEN: token, SWITCHBACK_SLACK_API_URL: apiUrl } = settings
  return {
    trafficSwitch: tableSwitch({
      announce: (order) => announceRouting(db, order),
      async edges() {
        const beats = await aliveBeats(db, 'edge', new Date())
        return beats.map(({ instance, facts }) => ({
          instance,
          epoch: BigInt(facts['epoch'] ?? 0),
          rev: BigInt(facts['rev'] ?? 0),
        }))
      },
    }),
    messenger: messengerByChannel(
      token
        ? slackMessenger({ token, timeoutMs: slackTimeoutMs, ...(apiUrl ? { apiUrl } : {}) })
        : offMessenger(),
      webhookMessenger({
        targetOf: (channel) => findWebhookTarget(db, channel, new Date()),
        outbound: {
          allowPrivate: settings.SWITCHBACK_ALLOW_PRIVATE_ADDRESSES,
          timeoutMs: webhookTimeoutMs,
        },
      }),
    ),
  }
}
