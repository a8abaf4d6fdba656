import { formatRevision } from './table.ts'
import type { Revision, RoutingTable } from './table.ts'

/** Frames of the table stream, as text. `id` stands only on frames that tell what the client now holds. */

function frame(event: string, data: unknown, id?: string): string {
  const head = id === undefined ? '' : `id: ${id}\n`
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

const revisionOnly = ({ epoch, rev }: Revision) => ({ epoch, rev })

/** The first bytes of a stream. Browsers' EventSource obeys it; our SDK has a back-off of its own. */
export function retryFrame(retryMs: number): string {
  return `retry: ${retryMs}\n\n`
}

/** A full snapshot. */
export function tableEvent(table: RoutingTable): string {
  return frame('table', table, formatRevision(table))
}

/** Instead of the table, when the client's `Last-Event-ID` is the head. */
export function currentEvent(head: Revision): string {
  return frame('current', revisionOnly(head), formatRevision(head))
}

/** A sign of life with the head, so that a client that missed an event sees the gap. */
export function heartbeatEvent(head: Revision, now: Date): string {
  return frame('hb', { ...revisionOnly(head), now: now.toISOString() })
}

/** Instead of the table, when the client holds a newer one than this server. */
export function behindEvent(head: Revision): string {
  return frame('behind', revisionOnly(head))
}

/** Before a server goes away: when to come back. The server spreads its clients over this number. */
export function goodbyeEvent(reconnectInMs: number): string {
  return frame('goodbye', { reconnectInMs })
}
