import { Prisma, type PrismaClient } from './generated/client.ts'

/** What the instances acknowledge of an older order is no longer written down. */
const acksOwedMs = 600_000

/** What the guard owes: the identities of everything that is not yet as it should be. */
export async function owedWork(db: PrismaClient, now: Date, checkedBefore: Date) {
  const lately = new Date(now.getTime() - acksOwedMs)
  const [rollouts, switches, incidents, deliveries, approvals, expired, switched, unheard, drills] =
    await Promise.all([
      db.rollout.findMany({
        where: {
          OR: [{ liveKey: { not: null } }, { phase: 'completed', rollbackWindowEndsAt: { gt: now } }],
          AND: [{ OR: [{ checkedAt: null }, { checkedAt: { lt: checkedBefore } }] }],
        },
        select: { id: true },
      }),
      db.rollout.findMany({
        where: { switchStatus: { in: ['requested', 'failed'] } },
        select: { agent: true },
        distinct: ['agent'],
      }),
      db.incident.findMany({ where: { recovery: 'verifying' }, select: { id: true } }),
      db.delivery.findMany({ where: { status: 'queued' }, select: { id: true } }),
      db.approval.findMany({ where: { status: 'waiting' }, select: { id: true } }),
      db.capabilityState.findMany({
        where: { state: 'deny', until: { lte: now }, expiryAskedAt: null },
        select: { agent: true, name: true },
      }),
      db.rollout.findMany({
        where: {
          switchStatus: { in: ['applied', 'verified'] },
          switchRequestedAt: { gt: lately },
          switchAcks: { equals: Prisma.DbNull },
        },
        select: { id: true },
      }),
      db.capabilityState.findMany({
        where: { setAt: { gt: lately }, acks: { equals: Prisma.DbNull } },
        select: { agent: true, name: true },
      }),
      db.drill.findMany({ where: { status: 'running' }, select: { id: true } }),
    ])
  return {
    rollouts: rollouts.map((row) => row.id),
    agents: switches.map((row) => row.agent),
    incidents: incidents.map((row) => row.id),
    deliveries: deliveries.map((row) => row.id),
    approvals: approvals.map((row) => row.id),
    expired,
    drills: drills.map((row) => row.id),
    acknowledgements: [
      ...switched.map(({ id }) => ({ about: 'rollout' as const, id, name: '' })),
      ...unheard.map(({ agent, name }) => ({ about: 'switch' as const, id: agent, name })),
    ],
  }
}

/** Forgets what is too old to matter: runs, conversations unseen since, observations that no check will take. */
export async function forgetOld(
  db: PrismaClient,
  before: { runs: Date; units: Date; keys: Date },
): Promise<void> {
  await db.run.deleteMany({ where: { receivedAt: { lt: before.runs } } })
  await db.unit.deleteMany({ where: { seenAt: { lt: before.units } } })
  await db.bucket.deleteMany({ where: { startAt: { lt: before.runs } } })
  await db.observation.deleteMany({ where: { receivedAt: { lt: before.units } } })
  await db.idempotency.deleteMany({ where: { at: { lt: before.keys } } })
}
