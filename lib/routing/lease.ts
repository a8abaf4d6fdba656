import type { Revision, RoutingTable } from './table.ts'

/**
 * The lease for an instance that reported this revision, in milliseconds; 0 is none. Withheld from one that is older than
 * the newest lock or deny of what it may see: whoever has not heard of a stop must not go on past it.
 */
export function leaseFor(table: RoutingTable, held: Revision, agents: '*' | readonly string[]): number {
  if (table.leaseMs === 0 || held.epoch !== table.epoch) return 0
  return held.rev >= newestRestriction(table, agents) ? table.leaseMs : 0
}

/** The `rev` of the newest lock or deny of these agents; 0 when there is none. */
function newestRestriction(table: RoutingTable, agents: '*' | readonly string[]): number {
  const seen = Object.entries(table.agents).filter(([agent]) => agents === '*' || agents.includes(agent))
  const since = seen.flatMap(([, { revoked = {}, capabilities = {} }]) => [
    ...Object.values(revoked).map((lock) => lock.since),
    ...Object.values(capabilities).flatMap((each) => (each.state === 'deny' ? [each.since] : [])),
  ])
  return Math.max(0, ...since)
}
