import type { GuardFacts } from '#lib/domain/guardWatch.ts'
import type { PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** What is known of the guards: the newest sign of life, and when each rollout that they watch was judged. */
export async function readGuardFacts(db: Tx | PrismaClient, now: Date): Promise<GuardFacts> {
  const [beats, watched] = await Promise.all([
    db.heartbeat.aggregate({ where: { kind: 'guard' }, _max: { at: true } }),
    db.rollout.findMany({
      where: { OR: [{ liveKey: { not: null } }, { phase: 'completed', rollbackWindowEndsAt: { gt: now } }] },
      select: { startedAt: true, checkedAt: true },
    }),
  ])
  return { heardAt: beats._max.at, watched }
}

/** The messages about the guard itself that are still owed. */
export async function owedGuardNotices(db: PrismaClient): Promise<string[]> {
  const rows = await db.delivery.findMany({
    where: { status: 'queued', kind: { in: ['guard_silent', 'guard_back'] } },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  })
  return rows.map((row) => row.id)
}
