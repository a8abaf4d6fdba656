import { type Logger, LogLevel, WebClient } from '@slack/web-api'
import { escaped } from '#lib/domain/alertText.ts'
import type {
  Messenger,
  Readiness,
  Sending,
  Sent,
  TryAgain,
  Undeliverable,
  Whispered,
} from '#lib/ports/messenger.ts'
import { readFailure } from './slackFailure.ts'
import { findArrived, metadataType } from './slackLookUp.ts'

export interface SlackSettings {
  /** A bot token, `xoxb-…`. Scopes: `chat:write`, and to look back `channels:history`, `groups:history`, and
   * `channels:read`, `groups:read` where channels are given by name. */
  readonly token: string
  /** Where the Web API is, when it is not Slack's own. */
  readonly apiUrl?: string
  readonly timeoutMs: number
}

const whisperMax = 2_000

/**
 * Slack's Web API. `chat.postMessage` documents no key that makes it idempotent, so each message carries its delivery's
 * id as metadata, and an attempt in doubt reads the channel (or thread) back before it sends again.
 */
export function slackMessenger({ token, apiUrl, timeoutMs }: SlackSettings): Messenger {
  const client = new WebClient(token, {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    timeout: timeoutMs,
    // Whoever owes the message retries, with a record of it; the client does so once and says what happened.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silent,
  })

  async function attempt<Done>(call: () => Promise<Done>): Promise<Done | TryAgain | Undeliverable> {
    try {
      return await call()
    } catch (error) {
      return readFailure(error, timeoutMs)
    }
  }

  return {
    async send(sending) {
      if (sending.inDoubtSince) {
        const arrived = await lookUp(sending, sending.inDoubtSince)
        if (arrived) return arrived
      }
      return attempt(() => post(client, sending))
    },
    update: (handle, message) =>
      attempt<Sent>(async () => {
        const { text, blocks } = message
        // Metadata that is not named stays on the message.
        await client.chat.update({ channel: handle.channel, ts: handle.ts, text, blocks, parse: 'none' })
        return { ok: true, handle }
      }),
    whisper: ({ channel, user }, text) =>
      attempt<Whispered>(async () => {
        await client.chat.postEphemeral({ channel, user, text: escaped(text, whisperMax), parse: 'none' })
        return { ok: true }
      }),
    check: () =>
      attempt<Readiness>(async () => {
        const { user, team, response_metadata } = await client.auth.test()
        const scopes = response_metadata?.scopes
        if (scopes && !scopes.includes('chat:write')) {
          return {
            ok: false,
            retry: false,
            reason: 'missing_scope: the app may not post (needed: chat:write)',
          }
        }
        if (scopes && !scopes.some((scope) => scope === 'channels:history' || scope === 'groups:history')) {
          return {
            ok: false,
            retry: false,
            reason: 'missing_scope: the app cannot look back after a lost answer (needed: channels:history)',
          }
        }
        return { ok: true, as: `${user ?? 'bot'} in ${team ?? 'Slack'}` }
      }),
  }

  /** An answer when the earlier attempt arrived, or when it cannot be known; null when it is known not to have. */
  async function lookUp(sending: Sending, since: Date): Promise<Sent | null> {
    const found = await attempt(
      async () => ({ ok: true, handle: await findArrived(client, sending, since) }) as const,
    )
    if (found.ok) return found.handle && { ok: true, handle: found.handle }
    const reason = `An earlier attempt may have arrived, and looking it up failed: ${found.reason}`
    return found.retry ? { ...found, reason, mayHaveArrived: true } : { ...found, reason }
  }
}

async function post(client: WebClient, { deliveryId, channel, message, threadOf }: Sending): Promise<Sent> {
  const posted = await client.chat.postMessage({
    channel: threadOf?.channel ?? channel,
    text: message.text,
    blocks: message.blocks,
    metadata: { event_type: metadataType, event_payload: { delivery_id: deliveryId } },
    ...(threadOf ? { thread_ts: threadOf.ts } : {}),
    parse: 'none',
    unfurl_links: false,
    unfurl_media: false,
  })
  if (!posted.channel || !posted.ts) {
    return {
      ok: false,
      retry: true,
      afterSeconds: 10,
      reason: 'Slack did not say where it is',
      mayHaveArrived: true,
    }
  }
  return { ok: true, handle: { channel: posted.channel, ts: posted.ts } }
}

/** The answers say what went wrong; the client's own log would repeat it with the message in it. */
const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}
