/** Every duration the client lives by, in milliseconds. Sources: DATA-PLANE "Transport". */
export interface Timings {
  /** A stream without a byte for so long is dead. Three heartbeats. */
  readonly readTimeoutMs: number
  /** The whole of one `GET /v1/table`, its body too. */
  readonly tableTimeoutMs: number
  /** Reconnect after a random part of `reconnectBaseMs` × 2ⁿ, at most of `reconnectMaxMs`. */
  readonly reconnectBaseMs: number
  readonly reconnectMaxMs: number
  /** A stream that lived so long starts the count of failures anew. */
  readonly healthyAfterMs: number
  /** While there is no stream: ask for the table, ± 20 %. */
  readonly pollMs: number
  /** After a 401 or 403. The client never stops for good. */
  readonly authRetryMs: number
  /** The most of a `Retry-After` that is obeyed. */
  readonly retryAfterMaxMs: number
  /** Without a word that confirms the table for so long, it is called stale. */
  readonly staleAfterMs: number
  /** How often the server is told by which table this instance decides, ± 10 %; at once when it is another. */
  readonly reportMs: number
  /** How long a goodbye may take. */
  readonly goodbyeTimeoutMs: number
}

export const timingsDefault: Timings = {
  readTimeoutMs: 15_000,
  tableTimeoutMs: 5_000,
  reconnectBaseMs: 500,
  reconnectMaxMs: 15_000,
  healthyAfterMs: 60_000,
  pollMs: 5_000,
  authRetryMs: 30_000,
  retryAfterMaxMs: 15_000,
  staleAfterMs: 15_000,
  reportMs: 10_000,
  goodbyeTimeoutMs: 500,
}

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number

/** How long to wait before the next connection after `failures` in a row. Full jitter: 0 to base × 2ⁿ. */
export function reconnectDelayMs(failures: number, timings: Timings, random: Random): number {
  const ceiling = Math.min(timings.reconnectMaxMs, timings.reconnectBaseMs * 2 ** failures)
  return random() * ceiling
}

/** The time between two polls, 80 to 120 % of `pollMs`. */
export function pollDelayMs(timings: Timings, random: Random): number {
  return timings.pollMs * (0.8 + 0.4 * random())
}

/**
 * What a refusal asks the client to wait: `authRetryMs` after 401 and 403; `Retry-After`, in seconds or as a date,
 * with up to 20 % on top and never more than `retryAfterMaxMs`, after 429 and 503. Null when it asks for nothing.
 */
export function refusalDelayMs(
  status: number,
  retryAfter: string | null,
  now: number,
  timings: Timings,
  random: Random,
): number | null {
  if (status === 401 || status === 403) return timings.authRetryMs
  if ((status !== 429 && status !== 503) || retryAfter === null) return null

  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  if (!(asked > 0)) return null
  return Math.min(timings.retryAfterMaxMs, asked * (1 + 0.2 * random()))
}
