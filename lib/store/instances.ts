import { forgottenMs, type Place, type Reported } from '#lib/domain/acknowledgement.ts'
import { everyAgent } from '#lib/domain/killSwitch.ts'
import type { PrismaClient } from './generated/client.ts'
import { announceChange } from './notices.ts'
import { inTransaction, type Tx } from './transaction.ts'

/** A report as an edge keeps it: whose it is, and when it was heard. */
export interface HeardReport extends Place {
  /** Which token it came with, as a digest. */
  readonly source: string
  readonly id: string
  readonly agents: readonly string[]
  readonly host: string | null
  readonly pid: number | null
  readonly sdkVersion: string | null
  readonly mode: string
  readonly appliedAt: Date | null
  readonly heardAt: Date
  readonly inflight: Readonly<Record<string, number>>
  readonly nack: Reported['nack']
  readonly leaseMs: number
  readonly leaves: boolean
}

/**
 * Keeps what instances reported: the newest of each, and when each was first heard of at a revision. Whoever leaves is
 * taken off. Tells the screens when somebody acknowledged a revision. One round trip for all; can be repeated.
 */
export async function keepReports(db: PrismaClient, reports: readonly HeardReport[]): Promise<void> {
  const staying = reports.filter(({ leaves }) => !leaves)
  const leaving = reports.filter(({ leaves }) => leaves)
  await inTransaction(db, async (tx) => {
    if (leaving.length > 0) {
      await tx.instance.deleteMany({ where: { OR: leaving.map(({ source, id }) => ({ source, id })) } })
    }
    if (staying.length === 0) return
    const json = JSON.stringify(staying)
    await tx.$executeRaw`
      INSERT INTO instance (source, id, agents, host, pid, sdk_version, mode, epoch, rev, applied_at, first_at, heard_at,
        inflight, nack, lease_ms)
      SELECT r.source, r.id, r.agents, r.host, r.pid, r."sdkVersion", r.mode, r.epoch, r.rev, r."appliedAt", r."heardAt",
        r."heardAt", r.inflight, NULLIF(r.nack, 'null'::jsonb), r."leaseMs"
      FROM jsonb_to_recordset(${json}::jsonb) AS r (source text, id text, agents text[], host text, pid int,
        "sdkVersion" text, mode text, epoch bigint, rev bigint, "appliedAt" timestamptz, "heardAt" timestamptz,
        inflight jsonb, nack jsonb, "leaseMs" int)
      ORDER BY r.source, r.id
      ON CONFLICT (source, id) DO UPDATE SET agents = EXCLUDED.agents, host = EXCLUDED.host, pid = EXCLUDED.pid,
        sdk_version = EXCLUDED.sdk_version, mode = EXCLUDED.mode, epoch = EXCLUDED.epoch, rev = EXCLUDED.rev,
        applied_at = EXCLUDED.applied_at, heard_at = EXCLUDED.heard_at, inflight = EXCLUDED.inflight,
        nack = EXCLUDED.nack, lease_ms = EXCLUDED.lease_ms
      WHERE instance.heard_at <= EXCLUDED.heard_at`
    const first = await tx.$executeRaw`
      INSERT INTO instance_ack (epoch, rev, source, instance, at)
      SELECT r.epoch, r.rev, r.source, r.id, r."heardAt"
      FROM jsonb_to_recordset(${json}::jsonb) AS r (source text, id text, epoch bigint, rev bigint,
        "heardAt" timestamptz)
      WHERE r.rev > 0 ORDER BY r.source, r.id
      ON CONFLICT DO NOTHING`
    if (first > 0 || leaving.length > 0) await announceInstances(tx, reports)
  })
}

async function announceInstances(tx: Tx, reports: readonly HeardReport[]): Promise<void> {
  const agents = [...new Set(reports.flatMap((report) => report.agents))]
  if (agents.length === 1 && agents[0] !== undefined) await announceChange(tx, { agent: agents[0] })
  else await announceChange(tx, {})
}

/** What an instance reports, and what it is. */
export interface InstanceRow extends Reported {
  readonly pid: number | null
  readonly sdkVersion: string | null
  /** `stream` or `poll`. */
  readonly mode: string
}

/** The instances that run an agent (`*`: all), as they last reported, with when each had the revision asked about. */
export async function readInstances(
  db: PrismaClient | Tx,
  agent: string,
  order: Place,
  now: Date,
): Promise<InstanceRow[]> {
  const since = new Date(now.getTime() - forgottenMs)
  const rows = await db.$queryRaw<
    {
      id: string
      host: string | null
      pid: number | null
      sdkVersion: string | null
      mode: string
      epoch: bigint
      rev: bigint
      heardAt: Date
      leaseMs: number
      ackedAt: Date | null
      nack: Reported['nack']
      inflight: Record<string, number>
    }[]
  >`
    SELECT i.id, i.host, i.pid, i.sdk_version AS "sdkVersion", i.mode, i.epoch, i.rev, i.heard_at AS "heardAt", i.lease_ms AS "leaseMs", i.nack, i.inflight,
      a.at AS "ackedAt"
    FROM instance i
    LEFT JOIN (
      SELECT source, instance, min(at) AS at FROM instance_ack
      WHERE (epoch, rev) >= (${BigInt(order.epoch)}, ${BigInt(order.rev)}) GROUP BY source, instance
    ) a ON a.source = i.source AND a.instance = i.id
    WHERE i.heard_at >= ${since} AND (${agent === everyAgent} OR i.agents = '{}' OR ${agent} = ANY(i.agents))
    ORDER BY i.host, i.id`
  return rows.map((row) => ({
    ...row,
    epoch: Number(row.epoch),
    rev: Number(row.rev),
    heardAt: row.heardAt.getTime(),
    ackedAt: row.ackedAt?.getTime() ?? null,
  }))
}

/** When every instance was last heard, and which agents it runs: none named means all. */
export async function readHeard(
  db: PrismaClient,
  now: Date,
): Promise<{ readonly agents: readonly string[]; readonly heardAt: Date }[]> {
  const since = new Date(now.getTime() - forgottenMs)
  return await db.instance.findMany({
    where: { heardAt: { gte: since } },
    select: { agents: true, heardAt: true },
  })
}

/** Forgets instances that were not heard of, and acknowledgements, since then. */
export async function forgetInstances(db: PrismaClient, before: Date): Promise<void> {
  await db.instance.deleteMany({ where: { heardAt: { lt: before } } })
  await db.instanceAck.deleteMany({ where: { at: { lt: before } } })
}
