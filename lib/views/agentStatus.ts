import { everyAgent } from '#lib/domain/killSwitch.ts'
import { database } from '#lib/store/database.ts'
import type { CapabilityState } from '#lib/store/generated/client.ts'

/** An agent as a pipeline reads it (`GET /api/v1/agents/{agent}`); null when there is none. */
export async function findAgentStatus(name: string) {
  const db = database()
  const agent = await db.agent.findUnique({ where: { name } })
  if (!agent) return null
  const [versions, locks, live, capabilities] = await Promise.all([
    db.version.findMany({ where: { agent: name }, orderBy: { createdAt: 'desc' } }),
    db.lock.findMany({ where: { agent: name, releasedAt: null } }),
    db.rollout.findUnique({ where: { liveKey: name }, select: { id: true } }),
    db.capabilityState.findMany({ where: { agent: { in: [name, everyAgent] } }, orderBy: { name: 'asc' } }),
  ])
  return {
    agent: agent.name,
    displayName: agent.displayName,
    stable: agent.stableVersion,
    versions: versions.map((version) => {
      const lock = locks.find((each) => each.digest === version.digest)
      return {
        version: version.name,
        digest: version.digest,
        locked: lock !== undefined,
        lock: lock
          ? { reason: lock.reason, at: lock.lockedAt.toISOString(), incident: lock.incidentId }
          : null,
        attested: version.attestedAt !== null,
        createdAt: version.createdAt.toISOString(),
      }
    }),
    rollout: live?.id ?? null,
    capabilities: effective(capabilities).map((row) => ({
      name: row.name,
      state: row.state,
      onUnknown: row.onUnknown,
      reason: row.reason,
      since: row.setAt.toISOString(),
    })),
  }
}

/** One row a capability: the one that denies it, if any does; else the agent's own. */
function effective(rows: readonly CapabilityState[]): CapabilityState[] {
  const byName = Map.groupBy(rows, (row) => row.name)
  return [...byName.values()].flatMap((same) => {
    const own = same.find((row) => row.agent !== everyAgent) ?? same[0]
    return same.find((row) => row.state === 'deny') ?? own ?? []
  })
}
