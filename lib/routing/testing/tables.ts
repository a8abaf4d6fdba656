import { sealTable } from '../table.ts'
import type { AgentRoute, RoutingTable, UnsealedTable } from '../table.ts'

/** A sealed table at this revision with one agent, `support-agent`, that has a stable 2.3.3 and nothing else. */
export function aTable(rev: number, over: Partial<UnsealedTable> = {}): RoutingTable {
  return sealTable({
    v: 1,
    env: 'prod',
    epoch: 1,
    rev,
    issuedAt: '2026-11-23T15:40:00.123Z',
    leaseMs: 0,
    agents: { 'support-agent': { stable: '2.3.3' } },
    ...over,
  })
}

/** The agent with its candidate 2.4.0 at this share, in basis points. */
export function ramping(bp: number, over: Partial<AgentRoute> = {}): AgentRoute {
  return {
    stable: '2.3.3',
    rollout: { id: 'ro_9f', candidate: '2.4.0', bp, salt: 'ro_9f', unit: 'conversationId', state: 'ramping' },
    ...over,
  }
}

/** A table whose one agent is `support-agent` with this route. */
export function aTableOf(route: AgentRoute, rev = 1): RoutingTable {
  return aTable(rev, { agents: { 'support-agent': route } })
}
