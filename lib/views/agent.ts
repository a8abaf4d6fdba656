import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import type { Phase, Recovery } from '#lib/domain/rollout.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient, Rollout as RolloutRow } from '#lib/store/generated/client.ts'
import { type Denied, readDenied } from './denied.ts'
import { readUncountedView, type UncountedView } from './uncounted.ts'
import { whyNoStart } from './whyNoStart.ts'

/** One agent: its versions, its rollouts, the policy in force, and whether its telemetry arrives. */
export interface AgentView {
  readonly agent: string
  readonly displayName: string
  readonly alertChannel: string | null
  readonly stableVersion: string | null
  readonly versions: readonly VersionLine[]
  readonly rollouts: readonly RolloutLine[]
  readonly policy: {
    readonly number: number
    readonly document: string
    readonly createdAt: string
    readonly createdBy: string
  } | null
  /** Also by the switches of every agent. */
  readonly denied: readonly Denied[]
  readonly whyNotEngage: string | null
  readonly telemetry: TelemetryHealth
  /** Why no rollout can be started now; null when one can. */
  readonly whyNoStart: string | null
}

export interface VersionLine {
  readonly name: string
  readonly digest: string
  readonly createdAt: string
  readonly createdBy: string
  readonly attestedAt: string | null
  readonly attestedBy: string | null
  readonly isStable: boolean
  readonly lock: {
    readonly reason: string
    readonly by: string
    readonly at: string
    readonly incidentId: string | null
  } | null
}

export interface RolloutLine {
  readonly id: string
  readonly stable: string
  readonly candidate: string
  readonly phase: Phase
  readonly recovery: Recovery | null
  readonly weightPercent: number
  readonly startedAt: string
  readonly startedBy: string
  readonly endedAt: string | null
  readonly incidentId: string | null
}

export interface TelemetryHealth {
  readonly lastRunAt: string | null
  /** Runs a minute over the last five. */
  readonly runsPerMinute: number
  /** Share of the last five minutes' runs that no version could be named for, 0 to 1; null without runs. */
  readonly unattributedShare: number | null
  readonly uncounted: readonly UncountedView[]
}

const healthMs = 300_000
const rolloutsShownMax = 50

/** The agent; null when there is none. */
export async function readAgent(
  name: string,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<AgentView | null> {
  const agent = await db.agent.findUnique({ where: { name } })
  if (!agent) return null
  const [versions, locks, rollouts, policy, denied, live] = await Promise.all([
    db.version.findMany({ where: { agent: name }, orderBy: { createdAt: 'desc' }, omit: { manifest: true } }),
    db.lock.findMany({ where: { agent: name, holdsKey: { not: null } } }),
    db.rollout.findMany({
      where: { agent: name },
      orderBy: { startedAt: 'desc' },
      take: rolloutsShownMax,
      omit: { evidence: true },
    }),
    db.policyVersion.findFirst({
      where: { agent: name, number: agent.livePolicy ?? -1 },
      omit: { policy: true },
    }),
    readDenied(db, name),
    db.rollout.findUnique({ where: { liveKey: name }, select: { candidate: true } }),
  ])
  const locked = new Map(locks.map((lock) => [lock.digest, lock]))
  const telemetry = await readTelemetry(
    db,
    name,
    versions.map((version) => version.name),
    now,
  )
  const stable = versions.find((version) => version.name === agent.stableVersion)
  return {
    agent: agent.name,
    displayName: agent.displayName,
    alertChannel: agent.alertChannel,
    stableVersion: agent.stableVersion,
    versions: versions.map((version) => {
      const lock = locked.get(version.digest)
      return {
        name: version.name,
        digest: version.digest,
        createdAt: version.createdAt.toISOString(),
        createdBy: version.createdBy,
        attestedAt: version.attestedAt?.toISOString() ?? null,
        attestedBy: version.attestedBy,
        isStable: version.name === agent.stableVersion,
        lock: lock
          ? {
              reason: lock.reason,
              by: lock.lockedBy,
              at: lock.lockedAt.toISOString(),
              incidentId: lock.incidentId,
            }
          : null,
      }
    }),
    rollouts: rollouts.map(toRolloutLine),
    policy: policy
      ? {
          number: policy.number,
          document: policy.document,
          createdAt: policy.createdAt.toISOString(),
          createdBy: policy.createdBy,
        }
      : null,
    denied,
    whyNotEngage: may(actor, 'switch.engage', name) ? null : 'Your role cannot engage it',
    telemetry,
    whyNoStart: whyNoStart({
      mayStart: may(actor, 'rollout.start', name),
      live: live?.candidate ?? null,
      stable: agent.stableVersion,
      stableLocked: stable !== undefined && locked.has(stable.digest),
      candidates: versions.filter(
        (version) => version.digest !== stable?.digest && !locked.has(version.digest),
      ).length,
    }),
  }
}

function toRolloutLine(row: Omit<RolloutRow, 'evidence'>): RolloutLine {
  return {
    id: row.id,
    stable: row.stable,
    candidate: row.candidate,
    phase: row.phase as Phase,
    recovery: row.recovery as Recovery | null,
    weightPercent: row.weightBp / 100,
    startedAt: row.startedAt.toISOString(),
    startedBy: (row.startedBy as { name: string }).name,
    endedAt: (row.rolledBackAt ?? row.completedAt)?.toISOString() ?? null,
    incidentId: row.incidentId,
  }
}

/** `version` is empty where a run could not be attributed. Each version is read apart, so that the index serves it. */
async function readTelemetry(
  db: PrismaClient,
  agent: string,
  versions: readonly string[],
  now: Date,
): Promise<TelemetryHealth> {
  const since = new Date(now.getTime() - healthMs)
  const rows = await db.$queryRaw<{ version: string; lastAt: Date | null; recent: number }[]>`
    SELECT v.version,
      (SELECT received_at FROM run WHERE agent = ${agent} AND version = v.version AND folded_into IS NULL
        ORDER BY received_at DESC LIMIT 1) AS "lastAt",
      (SELECT count(*)::int FROM run WHERE agent = ${agent} AND version = v.version
        AND received_at >= ${since} AND folded_into IS NULL) AS recent
    FROM unnest(${['', ...versions]}::text[]) AS v (version)`
  const last = rows.reduce((newest, row) => Math.max(newest, row.lastAt?.getTime() ?? 0), 0)
  const recent = rows.reduce((sum, row) => sum + row.recent, 0)
  const unattributed = rows.find((row) => row.version === '')?.recent ?? 0
  return {
    lastRunAt: last > 0 ? new Date(last).toISOString() : null,
    runsPerMinute: recent / (healthMs / 60_000),
    unattributedShare: recent > 0 ? unattributed / recent : null,
    uncounted: await readUncountedView(db, agent, versions, now),
  }
}
