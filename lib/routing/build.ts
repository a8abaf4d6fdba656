import { effectiveSwitches, type SwitchOrder } from '#lib/domain/killSwitch.ts'
import type { SessionMode } from '#lib/domain/policy.ts'
import type { AgentRoute, Revocation, RoutingTable } from './table.ts'
import { sealTable } from './table.ts'

/** The routing table from what is ordered. The one place where a lock becomes "no traffic". */

export interface RoutingFacts {
  readonly epoch: number
  readonly rev: number
  readonly changedAt: Date
  readonly agents: readonly {
    readonly name: string
    readonly stable: string | null
  }[]
  /** Live rollouts: at most one an agent. */
  readonly rollouts: readonly {
    readonly id: string
    readonly agent: string
    readonly candidate: string
    readonly weightBp: number
    readonly salt: string
  }[]
  /** Versions whose content is locked, under every name that it has. */
  readonly locked: readonly {
    readonly agent: string
    readonly version: string
    readonly mode: SessionMode
    readonly reason: string
    readonly sinceRev: number
  }[]
  /** What was ordered, also for every agent (`*`). */
  readonly capabilities: readonly SwitchOrder[]
  /** How long an instance may serve the candidate without contact, in milliseconds; 0 is off. */
  readonly leaseMs: number
}

/** The sealed table of these facts. A locked version is neither stable nor candidate in it, whatever was ordered. */
export function buildTable(facts: RoutingFacts, env: string): RoutingTable {
  const agents = Object.fromEntries(facts.agents.map((agent) => [agent.name, routeOf(agent, facts)]))
  const { epoch, rev, changedAt, leaseMs } = facts
  return sealTable({ v: 1, env, epoch, rev, issuedAt: changedAt.toISOString(), leaseMs, agents })
}

function routeOf(agent: RoutingFacts['agents'][number], facts: RoutingFacts): AgentRoute {
  const isOf = (row: { readonly agent: string }) => row.agent === agent.name
  const locks = facts.locked.filter(isOf)
  const isLocked = (version: string) => locks.some((lock) => lock.version === version)
  const rollout = facts.rollouts.find((row) => isOf(row) && !isLocked(row.candidate))

  return {
    stable: agent.stable !== null && isLocked(agent.stable) ? null : agent.stable,
    ...(rollout
      ? {
          rollout: {
            id: rollout.id,
            candidate: rollout.candidate,
            bp: rollout.weightBp,
            salt: rollout.salt,
            unit: 'conversationId' as const,
            state: 'ramping' as const,
          },
        }
      : {}),
    ...(locks.length > 0 ? { revoked: Object.fromEntries(locks.map(revocation)) } : {}),
    capabilities: effectiveSwitches(agent.name, facts.capabilities),
  }
}

function revocation(lock: RoutingFacts['locked'][number]): [string, Revocation] {
  return [lock.version, { mode: lock.mode, reason: lock.reason, since: lock.sinceRev }]
}
