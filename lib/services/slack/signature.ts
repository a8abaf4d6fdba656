import { createHmac, timingSafeEqual } from 'node:crypto'

/** How old a request of Slack's may be, and how far its clock may be ahead of ours. */
const toleranceSeconds = 300

/** What Slack says of a request: when it was made, and what it was signed with. */
export interface SlackStamp {
  readonly timestamp: string | null
  readonly signature: string | null
}

/**
 * Whether Slack made this request, lately: `v0` is HMAC-SHA256 over the raw body with its time, under the app's signing
 * secret. Takes as long whatever is wrong with it.
 */
export function isFromSlack(secret: string, stamp: SlackStamp, body: string, now: Date): boolean {
  const { timestamp, signature } = stamp
  if (timestamp === null || signature === null || !/^\d{1,12}$/.test(timestamp)) return false
  const expected = Buffer.from(signatureOf(secret, timestamp, body))
  const given = Buffer.from(signature)
  const isSame = given.length === expected.length && timingSafeEqual(given, expected)
  return isSame && Math.abs(now.getTime() / 1000 - Number(timestamp)) <= toleranceSeconds
}

/** `v0=…`, as Slack signs. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`
}
