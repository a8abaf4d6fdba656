import type { SessionMode } from '#lib/domain/policy.ts'
import type { PrismaClient } from './generated/client.ts'

/** The newest revision; null before the first order. */
export async function readHead(db: PrismaClient): Promise<{ epoch: number; rev: number } | null> {
  const head = await db.routingHead.findUnique({ where: { id: 1 } })
  return head ? { epoch: Number(head.epoch), rev: Number(head.rev) } : null
}

/** All that is ordered, as of one moment. Its shape is what `buildTable` of lib/routing takes. */
export async function readRoutingFacts(db: PrismaClient) {
  return await db.$transaction(
    async (tx) => {
      const head = await tx.routingHead.findUnique({ where: { id: 1 } })
      const agents = await tx.agent.findMany({
        select: { name: true, stableVersion: true },
        orderBy: { name: 'asc' },
      })
      const rollouts = await tx.rollout.findMany({
        where: { liveKey: { not: null } },
        select: { id: true, agent: true, candidate: true, weightBp: true, salt: true },
      })
      const locked = await tx.$queryRaw<
        { agent: string; version: string; mode: SessionMode; reason: string; since_rev: bigint }[]
      >`
        SELECT v.agent, v.name AS version, l.session_mode AS mode, l.reason, l.since_rev
        FROM lock l JOIN version v ON v.agent = l.agent AND v.digest = l.digest
        WHERE l.released_at IS NULL ORDER BY v.agent, v.name`
      const capabilities = await tx.capabilityState.findMany({ orderBy: [{ agent: 'asc' }, { name: 'asc' }] })
      return {
        epoch: Number(head?.epoch ?? 0n),
        rev: Number(head?.rev ?? 0n),
        changedAt: head?.changedAt ?? new Date(0),
        leaseMs: head?.leaseMs ?? 0,
        agents: agents.map((row) => ({ name: row.name, stable: row.stableVersion })),
        rollouts,
        locked: locked.map(({ since_rev, ...row }) => ({ ...row, sinceRev: Number(since_rev) })),
        capabilities: capabilities.map((row) => ({
          agent: row.agent,
          name: row.name,
          state: row.state === 'deny' ? ('deny' as const) : ('allow' as const),
          onUnknown: row.onUnknown === 'allow' ? ('allow' as const) : ('deny' as const),
          sinceRev: Number(row.sinceRev),
        })),
      }
    },
    { isolationLevel: 'RepeatableRead' },
  )
}
