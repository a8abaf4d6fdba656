import type { WebClient } from '@slack/web-api'
import type { MessageHandle, Sending } from '#lib/ports/messenger.ts'

/** The kind of metadata that our messages carry; its payload is the delivery's id and nothing else. */
export const metadataType = 'switchback_delivery'

/** Slack stamps messages by its own clock; ours may be this much ahead. */
const skewMs = 10 * 60_000

/** The message that an earlier attempt of this delivery left, or null. Reads everything since that attempt. */
export async function findArrived(
  client: WebClient,
  { deliveryId, channel, threadOf }: Sending,
  since: Date,
): Promise<MessageHandle | null> {
  const channelId = threadOf?.channel ?? (await channelIdOf(client, channel))
  if (channelId === null) return null
  const oldest = ((since.getTime() - skewMs) / 1000).toFixed(6)
  const range = { channel: channelId, oldest, limit: 200, include_all_metadata: true }

  let cursor: string | undefined
  do {
    const from = cursor ? { ...range, cursor } : range
    const page = threadOf
      ? await client.conversations.replies({ ...from, ts: threadOf.ts })
      : await client.conversations.history(from)
    for (const { ts, metadata } of page.messages ?? []) {
      if (ts && isOurs(metadata, deliveryId)) return { channel: channelId, ts }
    }
    cursor = page.response_metadata?.next_cursor
  } while (cursor)
  return null
}

function isOurs(metadata: unknown, deliveryId: string): boolean {
  if (typeof metadata !== 'object' || metadata === null) return false
  if (!('event_type' in metadata) || !('event_payload' in metadata)) return false
  const payload = metadata.event_payload
  if (metadata.event_type !== metadataType || typeof payload !== 'object' || payload === null) return false
  return 'delivery_id' in payload && payload.delivery_id === deliveryId
}

/** Posting takes a channel's name; reading back takes its id only. Null when no channel has that name. */
async function channelIdOf(client: WebClient, channel: string): Promise<string | null> {
  if (/^[CDG][A-Z0-9]{7,}$/.test(channel)) return channel
  const name = channel.replace(/^#/, '')
  let cursor: string | undefined
  do {
    const range = { limit: 200, exclude_archived: true, types: 'public_channel,private_channel' }
    const page = await client.conversations.list(cursor ? { ...range, cursor } : range)
    const found = page.channels?.find((one) => one.name === name)
    if (found?.id) return found.id
    cursor = page.response_metadata?.next_cursor
  } while (cursor)
  return null
}
