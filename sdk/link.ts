import type { Revision } from '../lib/routing/table.ts'
import type { Listener, Via } from './events.ts'
import type { Random, Timings } from './timings.ts'
import type { Fetch } from './wire.ts'

/** What keeps a client in touch with its server, and the one it works for. */
export interface Link {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: Fetch
  /** Milliseconds since 1970; read only to understand a `Retry-After` that is a date. */
  readonly now: () => number
  readonly random: Random
  readonly timings: Timings
  readonly emit: Listener
  /** The revision to ask from; null asks for the table whatever it is. */
  held(): Revision | null
  /** A table came, of whatever quality. */
  offer(value: unknown, via: Via): void
  /** A server has confirmed that the table held is the head. */
  confirm(): void
}
