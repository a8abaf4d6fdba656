import { faultsOfBlocks, isObject } from '../slackBlocks.ts'

export interface SlackMessage {
  readonly channel: string
  readonly ts: string
  /** The parent's `ts`, in a reply; absent in a message of its own. */
  readonly thread_ts?: string
  readonly text: string
  readonly blocks: readonly unknown[]
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly edited?: { readonly ts: string }
}

export interface SlackWhisper {
  readonly channel: string
  readonly user: string
  readonly text: string
}

export interface SlackChannel {
  readonly id: string
  readonly name: string
}

/** An answer of the Web API: `ok: false` comes with HTTP 200, as Slack's does. */
export type SlackAnswer = { readonly ok: boolean } & Readonly<Record<string, unknown>>

export type Arguments = Readonly<Record<string, unknown>>

export interface Workspace {
  readonly channels: readonly SlackChannel[]
  readonly messages: readonly SlackMessage[]
  /** What single people were told, which nobody else sees. */
  readonly whispers: readonly SlackWhisper[]
  call(method: string, given: Arguments): SlackAnswer
  clear(): void
}

const no = (error: string, more: Arguments = {}): SlackAnswer => ({ ok: false, error, ...more })

/** The methods of Slack's Web API that Switchback calls, on messages in memory. */
export function createWorkspace(channels: readonly SlackChannel[], now: () => Date): Workspace {
  const messages: SlackMessage[] = []
  const whispers: SlackWhisper[] = []
  let lastMicros = 0

  /** Slack's time stamps name messages: unique in their channel, and rising. */
  function nextTs(): string {
    lastMicros = Math.max(now().getTime() * 1000, lastMicros + 1)
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`
  }

  const find = (channel: string, ts: unknown) =>
    messages.findIndex((one) => one.channel === channel && one.ts === ts)

  function post(given: Arguments): SlackAnswer {
    const named = String(given.channel ?? '').replace(/^#/, '')
    const channel = channels.find(({ id, name }) => id === named || name === named)
    if (!channel) return no('channel_not_found')
    const fault = faultOfContent(given)
    if (fault) return fault
    const threadTs = given.thread_ts
    if (threadTs !== undefined && find(channel.id, threadTs) < 0) return no('thread_not_found')
    const message: SlackMessage = {
      channel: channel.id,
      ts: nextTs(),
      ...(threadTs === undefined ? {} : { thread_ts: String(threadTs) }),
      text: String(given.text ?? ''),
      blocks: Array.isArray(given.blocks) ? given.blocks : [],
      ...(isObject(given.metadata) ? { metadata: given.metadata } : {}),
    }
    messages.push(message)
    return { ok: true, channel: channel.id, ts: message.ts, message }
  }

  function whisper(given: Arguments): SlackAnswer {
    const channel = channels.find(({ id }) => id === given.channel)
    if (!channel) return no('channel_not_found')
    if (typeof given.user !== 'string' || !given.text) return no('invalid_arguments')
    whispers.push({ channel: channel.id, user: given.user, text: String(given.text) })
    return { ok: true, message_ts: nextTs() }
  }

  function update(given: Arguments): SlackAnswer {
    const channel = channels.find(({ id }) => id === given.channel)
    if (!channel) return no('channel_not_found')
    const at = find(channel.id, given.ts)
    const before = messages[at]
    if (!before) return no('message_not_found')
    const fault = faultOfContent(given)
    if (fault) return fault
    const after: SlackMessage = {
      ...before,
      text: String(given.text ?? before.text),
      blocks: Array.isArray(given.blocks) ? given.blocks : before.blocks,
      ...(isObject(given.metadata) ? { metadata: given.metadata } : {}),
      edited: { ts: nextTs() },
    }
    messages[at] = after
    return { ok: true, channel: after.channel, ts: after.ts, text: after.text }
  }

  function history(given: Arguments): SlackAnswer {
    if (!channels.some(({ id }) => id === given.channel)) return no('channel_not_found')
    const found = messages.filter((one) => one.channel === given.channel && one.thread_ts === undefined)
    return page('messages', visible(found.toReversed(), given), given)
  }

  function replies(given: Arguments): SlackAnswer {
    const channel = String(given.channel)
    if (!channels.some(({ id }) => id === channel)) return no('channel_not_found')
    if (find(channel, given.ts) < 0) return no('thread_not_found')
    const found = messages.filter(
      (one) => one.channel === channel && (one.ts === given.ts || one.thread_ts === given.ts),
    )
    return page('messages', visible(found, given), given)
  }

  return {
    channels,
    messages,
    whispers,
    clear() {
      messages.length = 0
      whispers.length = 0
    },
    call(method, given) {
      switch (method) {
        case 'auth.test':
          return {
            ok: true,
            url: 'https://switchback.slack.example/',
            team: 'Switchback',
            user: 'switchback',
            bot_id: 'B0',
          }
        case 'chat.postMessage':
          return post(given)
        case 'chat.postEphemeral':
          return whisper(given)
        case 'chat.update':
          return update(given)
        case 'conversations.history':
          return history(given)
        case 'conversations.replies':
          return replies(given)
        case 'conversations.list':
          return page('channels', channels, given)
        default:
          return no('unknown_method', { req_method: method })
      }
    },
  }
}

function faultOfContent({ text, blocks, metadata }: Arguments): SlackAnswer | null {
  const hasBlocks = Array.isArray(blocks) && blocks.length > 0
  if (!text && !hasBlocks) return no('no_text')
  if (blocks !== undefined) {
    const faults = faultsOfBlocks(blocks)
    if (faults.length > 0) {
      return no('invalid_blocks', {
        errors: faults,
        response_metadata: { messages: faults.map((one) => `[ERROR] ${one}`) },
      })
    }
  }
  if (metadata === undefined) return null
  const isMetadata =
    isObject(metadata) && typeof metadata.event_type === 'string' && isObject(metadata.event_payload)
  return isMetadata ? null : no('invalid_metadata_format')
}

/** What a reader of the history gets: inside the range, and metadata only for those who ask for it. */
function visible(found: readonly SlackMessage[], given: Arguments): Omit<SlackMessage, 'metadata'>[] {
  const oldest = Number(given.oldest ?? 0)
  return found
    .filter(({ ts }) => Number(ts) > oldest)
    .map(({ metadata, ...rest }) =>
      given.include_all_metadata === true && metadata ? { ...rest, metadata } : rest,
    )
}

function page(key: string, all: readonly unknown[], given: Arguments): SlackAnswer {
  const from = Number(given.cursor ?? 0)
  const to = from + Math.min(Number(given.limit ?? 100), 999)
  const hasMore = to < all.length
  return {
    ok: true,
    [key]: all.slice(from, to),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(to) : '' },
  }
}
