import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import { judgeReadiness, proofDays, type Readiness, type ReadinessFacts } from '#lib/domain/readiness.ts'
import { recoveryNote, recoveryWindow } from '#lib/domain/recoveryWindow.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { checkChain } from '#lib/store/chainCheck.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { type DrillsView, readDrills } from './drills.ts'
import { aliveBeats } from '#lib/store/heartbeats.ts'
import { fromJson } from '#lib/store/json.ts'
import { readTraffic } from '#lib/store/runTimes.ts'

/** Whether an agent is ready for production, item by item, with where the proof is. */
export interface ReadinessView extends Readiness {
  readonly agent: string
  readonly drills: DrillsView
  /** The incident of the rollback that proves the switch. */
  readonly incidentId: string | null
  /** Why this person cannot send the test message; null when they can. */
  readonly whyNoTest: string | null
  readonly canReadAudit: boolean
}

const entriesMax = 10_000
const dayMs = 86_400_000

/** The readiness of the agent; null when there is none, or it is not this person's to see. */
export async function readReadiness(
  agent: string,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<ReadinessView | null> {
  if (!may(actor, 'view', agent)) return null
  const row = await db.agent.findUnique({ where: { name: agent } })
  if (!row) return null
  const since = new Date(now.getTime() - proofDays * dayMs)
  const [released, rollback, record, alert, killSwitch, decided, approvers, guards, edges, drills] =
    await Promise.all([
      readReleased(db, agent, row.livePolicy, row.stableVersion, now),
      db.incident.findFirst({
        where: { agent, appliedAt: { not: null, gte: since } },
        orderBy: { openedAt: 'desc' },
      }),
      checkChain(db, agent, entriesMax),
      readAlert(db, agent, row.alertChannel, since),
      readKillSwitch(db, agent, since),
      db.approval.count({
        where: {
          agent,
          mode: 'second_person',
          status: { in: ['approved', 'rejected'] },
          endedAt: { gte: since },
        },
      }),
      countApprovers(db, agent),
      aliveBeats(db, 'guard', now),
      aliveBeats(db, 'edge', now),
      readDrills(db, row, actor),
    ])
  const appliedMs = (rollback?.appliedAt?.getTime() ?? 0) - (rollback?.openedAt.getTime() ?? 0)
  const readiness = judgeReadiness({
    ...released,
    ...alert,
    rollback: rollback && { ms: appliedMs },
    drill: newestOf(drills, since, rollback?.openedAt ?? null),
    record,
    killSwitch,
    secondPersonDecided: decided > 0,
    approvers,
    guards: guards.length,
    edges: edges.length,
  })
  return {
    ...readiness,
    agent,
    drills,
    incidentId: rollback?.id ?? null,
    whyNoTest: may(actor, 'alerts.edit', agent) ? null : 'Your role cannot send test messages',
    canReadAudit: may(actor, 'audit.read', agent),
  }
}

function newestOf({ history }: DrillsView, since: Date, rolledBackAt: Date | null): ReadinessFacts['drill'] {
  const newest = history.find(({ status, at }) => status !== 'running' && new Date(at) >= since)
  if (!newest) return null
  return {
    passed: newest.status === 'passed',
    ms: newest.inForceMs,
    because: newest.because ?? '',
    isNewer: rolledBackAt === null || new Date(newest.at) > rolledBackAt,
  }
}

async function readReleased(
  db: PrismaClient,
  agent: string,
  livePolicy: number | null,
  stableVersion: string | null,
  now: Date,
): Promise<Pick<ReadinessFacts, 'policy' | 'stable' | 'recoveryProblem'>> {
  const [policy, stable] = await Promise.all([
    db.policyVersion.findFirst({ where: { agent, number: livePolicy ?? -1 } }),
    db.version.findFirst({ where: { agent, name: stableVersion ?? '' }, omit: { manifest: true } }),
  ])
  const locks = stable
    ? await db.lock.count({ where: { agent, digest: stable.digest, holdsKey: { not: null } } })
    : 0
  const inForce = policy && fromJson.policy(policy.policy)
  return {
    policy: inForce && { ...inForce, number: policy.number },
    recoveryProblem:
      inForce && stable ? await readRecoveryProblem(db, agent, stable.name, inForce, now) : null,
    stable: stable && {
      version: stable.name,
      attestedBy: stable.attestedAt ? stable.attestedBy : null,
      isLocked: locks > 0,
    },
  }
}

async function readRecoveryProblem(
  db: PrismaClient,
  agent: string,
  stable: string,
  policy: Policy,
  now: Date,
): Promise<string | null> {
  const { rate, settledAfterS } = await readTraffic(db, agent, stable, now)
  const { provenAfterS } = recoveryWindow(policy, rate, settledAfterS)
  return rate > 0 && provenAfterS === null ? recoveryNote(agent, policy, rate, settledAfterS) : null
}

/** How the newest message went that shows where this agent's alerts go now. */
async function readAlert(
  db: PrismaClient,
  agent: string,
  channel: string | null,
  since: Date,
): Promise<Pick<ReadinessFacts, 'alert' | 'alertProblem'>> {
  const incidents = await db.incident.findMany({
    where: { agent, openedAt: { gte: since } },
    select: { id: true },
    orderBy: { openedAt: 'desc' },
    take: 20,
  })
  const routes = await db.alertRoute.findMany({
    where: { agent: { in: ['*', agent] }, removedAt: null },
    select: { id: true },
  })
  const newest = await db.delivery.findFirst({
    where: {
      status: { in: ['sent', 'not_sent'] },
      createdAt: { gte: since },
      OR: [
        { incidentId: { in: incidents.map(({ id }) => id) } },
        // A test of the channel before proves nothing of this one.
        { kind: 'test', routeId: null, channel, facts: { path: ['agent'], equals: agent } },
        { kind: 'test', routeId: { in: routes.map(({ id }) => id) } },
      ],
    },
    // Of the copies of one message it counts that one arrived.
    orderBy: [{ createdAt: 'desc' }, { status: 'desc' }],
  })
  if (!newest) return { alert: null, alertProblem: null }
  return newest.status === 'sent'
    ? { alert: { kind: newest.kind }, alertProblem: null }
    : { alert: null, alertProblem: newest.lastError ?? 'The newest message was not sent.' }
}

/** Engaged by a person, and released after that. */
async function readKillSwitch(
  db: PrismaClient,
  agent: string,
  since: Date,
): Promise<ReadinessFacts['killSwitch']> {
  const newest = async (action: string, from: Date) =>
    await db.auditEntry.findFirst({
      where: { agent, action, actorKind: 'person', outcome: { not: 'refused' }, at: { gte: from } },
      orderBy: { position: 'asc' },
      select: { at: true },
    })
  const engaged = await newest('capability.deny', since)
  if (!engaged) return { engaged: false, released: false }
  return { engaged: true, released: (await newest('capability.allow', engaged.at)) !== null }
}

/** People with a good account who signed in at least once and may approve for this agent. */
async function countApprovers(db: PrismaClient, agent: string): Promise<number> {
  return await db.person.count({
    where: {
      disabledAt: null,
      sessions: { some: {} },
      grants: { some: { role: { in: ['approver', 'administrator'] }, agent: { in: ['*', agent] } } },
    },
  })
}
