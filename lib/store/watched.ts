import type { Policy } from '#lib/domain/policy.ts'
import { fromJson } from './json.ts'
import type { Tx } from './transaction.ts'

/** The rollout that evidence on an agent speaks of. */
export interface WatchedRollout {
  readonly id: string
  readonly agent: string
  readonly stable: string
  readonly candidate: string
  readonly startedAt: Date
  readonly policy: Policy
}

/**
 * The rollout of each of these agents that is watched: live, in its rollback window, or being verified. The newest, for
 * an older one is over as soon as a newer one begins. By agent.
 */
export async function watchedRollouts(
  tx: Tx,
  agents: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, WatchedRollout>> {
  const rows = await tx.rollout.findMany({
    where: {
      agent: { in: [...agents] },
      OR: [
        { liveKey: { not: null } },
        { phase: 'completed', rollbackWindowEndsAt: { gt: now } },
        { recovery: 'verifying' },
      ],
    },
    select: { id: true, agent: true, stable: true, candidate: true, startedAt: true, policyNumber: true },
    orderBy: { startedAt: 'asc' },
  })
  const newest = new Map(rows.map((row) => [row.agent, row]))
  if (newest.size === 0) return new Map()
  const policies = await tx.policyVersion.findMany({
    where: { OR: [...newest.values()].map(({ agent, policyNumber }) => ({ agent, number: policyNumber })) },
    select: { agent: true, policy: true },
  })
  return new Map(
    policies.flatMap(({ agent, policy }) => {
      const row = newest.get(agent)
      return row ? [[agent, { ...row, policy: fromJson.policy(policy) }] as const] : []
    }),
  )
}
