import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import type { TryAgain, Undeliverable } from '#lib/ports/messenger.ts'

/** Seconds to wait where Slack names none. Long enough that a message still under way has arrived by then. */
const pauseSeconds = 10
const busySeconds = 60

/** Errors of Slack's own that pass. `internal_error` and `fatal_error` may come after part of the work was done. */
const passing: Readonly<Record<string, { afterSeconds: number; mayHaveArrived: boolean }>> = {
  internal_error: { afterSeconds: pauseSeconds, mayHaveArrived: true },
  fatal_error: { afterSeconds: pauseSeconds, mayHaveArrived: true },
  service_unavailable: { afterSeconds: pauseSeconds, mayHaveArrived: true },
  request_timeout: { afterSeconds: pauseSeconds, mayHaveArrived: true },
  ratelimited: { afterSeconds: busySeconds, mayHaveArrived: false },
  rate_limited: { afterSeconds: busySeconds, mayHaveArrived: false },
  message_limit_exceeded: { afterSeconds: busySeconds, mayHaveArrived: false },
  team_added_to_org: { afterSeconds: busySeconds, mayHaveArrived: false },
}

/** What a person can do about errors that do not pass. */
const remedies: Readonly<Record<string, string>> = {
  channel_not_found:
    'Slack knows no such channel, or the app is not in a private one: check the name, invite the app',
  not_in_channel: 'the app is not in the channel: invite it',
  is_archived: 'the channel is archived: choose another',
  invalid_auth: 'Slack does not accept the bot token: check it',
  not_authed: 'there is no bot token',
  token_revoked: 'the bot token was revoked: install the app again',
  token_expired: 'the bot token has expired: install the app again',
  account_inactive: 'the bot account is deactivated: install the app again',
  invalid_blocks: 'Slack refused the layout of the message: this is a fault of Switchback',
  invalid_blocks_format: 'Slack refused the layout of the message: this is a fault of Switchback',
  msg_too_long: 'the message is too long: this is a fault of Switchback',
  missing_scope: 'the app lacks a permission',
  restricted_action: 'a setting of the workspace forbids the app to post there',
  message_not_found: 'the message is not there any more',
  thread_not_found: 'the message to reply to is not there any more',
  cant_update_message: 'the app may not edit this message',
  edit_window_closed: 'the message is too old to be edited',
}

/** Network errors that come before anything was sent. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** What a failed call to Slack means for whoever owes the message. Throws again what is not a failure of the call. */
export function readFailure(error: unknown, timeoutMs: number): TryAgain | Undeliverable {
  if (error instanceof WebAPIRateLimitedError) {
    return again('Slack asks to wait: too many messages', Math.max(1, error.retryAfter), false)
  }
  if (error instanceof WebAPIHTTPError) return readStatus(error.statusCode)
  if (error instanceof WebAPIPlatformError) return readRefusal(error)
  if (error instanceof WebAPIRequestError) return readNetwork(error.original, timeoutMs)
  // A connection that breaks inside the answer reaches us unwrapped.
  if (isNetwork(error)) return readNetwork(error, timeoutMs)
  if (error instanceof Error && error.message.startsWith('Retry header')) {
    return again('Slack asks to wait: too many messages', busySeconds, false)
  }
  throw error
}

function readStatus(status: number): TryAgain | Undeliverable {
  if (status >= 500) return again(`Slack answered ${status}`, pauseSeconds, true)
  return { ok: false, retry: false, reason: `Slack answered ${status}: check the address of its API` }
}

function readRefusal({ data }: WebAPIPlatformError): TryAgain | Undeliverable {
  const code = String(data.error)
  // Not Slack's way to answer: something in between, whose page is none of our business.
  if (!/^[a-z][a-z_]{0,60}$/.test(code)) return again('What answered is not Slack', pauseSeconds, true)
  const pass = passing[code]
  if (pass) return again(`Slack answered ${code}`, pass.afterSeconds, pass.mayHaveArrived)
  const remedy = remedies[code]
  const needed = 'needed' in data && typeof data.needed === 'string' ? ` (needed: ${data.needed})` : ''
  return {
    ok: false,
    retry: false,
    reason: remedy ? `${code}: ${remedy}${needed}` : `Slack refused: ${code}`,
  }
}

function isNetwork(error: unknown): error is Error {
  if (error instanceof DOMException) return error.name === 'TimeoutError' || error.name === 'AbortError'
  return error instanceof TypeError && error.cause instanceof Error
}

function readNetwork(error: Error, timeoutMs: number): TryAgain {
  if (error.name === 'TimeoutError')
    return again(`Slack did not answer within ${timeoutMs} ms`, pauseSeconds, true)
  const cause = error.cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (neverLeft.has(code)) return again(`Slack could not be reached (${code})`, pauseSeconds, false)
  return again(`The connection to Slack broke${code ? ` (${code})` : ''}`, pauseSeconds, true)
}

function again(reason: string, afterSeconds: number, mayHaveArrived: boolean): TryAgain {
  return { ok: false, retry: true, afterSeconds, reason, mayHaveArrived }
}
