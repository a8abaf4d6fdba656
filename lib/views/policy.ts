import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { type PastRollout, type Replayed, replayDraft } from '#lib/domain/policyReplay.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import { type ApprovalView, looksAlone, readWaiting } from './approvals.ts'

/** The policy of an agent: what is in force, what was before, and who may change it. */
export interface PolicyView {
  readonly agent: string
  readonly live: PolicyLine | null
  readonly versions: readonly PolicyLine[]
  readonly waiting: readonly ApprovalView[]
  /** Why this person cannot change it; null when they can. */
  readonly whyNotEdit: string | null
  readonly alone: boolean
}

export interface PolicyLine {
  readonly number: number
  readonly document: string
  readonly policy: Policy
  readonly createdBy: string
  readonly createdAt: string
  /** How many rollouts ran under it. */
  readonly rollouts: number
}

/** The policy page of this agent; null when there is no such agent, or it is not theirs to see. */
export async function readPolicyPage(
  agent: string,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<PolicyView | null> {
  const row = may(actor, 'view', agent) ? await db.agent.findUnique({ where: { name: agent } }) : null
  if (!row) return null
  const [versions, used, waiting] = await Promise.all([
    db.policyVersion.findMany({ where: { agent }, orderBy: { number: 'desc' } }),
    db.rollout.groupBy({ by: ['policyNumber'], where: { agent }, _count: true }),
    readWaiting(db, { kind: 'policy', agent }, actor, now),
  ])
  const counts = new Map(used.map((each) => [each.policyNumber, each._count]))
  const lines = versions.map((version) => ({
    number: version.number,
    document: version.document,
    policy: fromJson.policy(version.policy),
    createdBy: version.createdBy,
    createdAt: version.createdAt.toISOString(),
    rollouts: counts.get(version.number) ?? 0,
  }))
  return {
    agent,
    live: lines.find((line) => line.number === row.livePolicy) ?? null,
    versions: lines,
    waiting,
    whyNotEdit: may(actor, 'policy.edit', agent) ? null : 'Your role cannot change a policy',
    alone: await looksAlone(db, actor, agent),
  }
}

/** The policy in force, for whoever may see the agent; null before its first. */
export async function readInForce(
  agent: string,
  actor: Actor,
  db: PrismaClient = database(),
): Promise<Policy | null> {
  const row = may(actor, 'view', agent) ? await db.agent.findUnique({ where: { name: agent } }) : null
  if (!row || row.livePolicy === null) return null
  const key = { agent_number: { agent, number: row.livePolicy } }
  return fromJson.policy((await db.policyVersion.findUniqueOrThrow({ where: key })).policy)
}

const replayedMax = 20
/** Of each rollout: more than four hours of checks every five seconds. */
const checksMax = 3000

/** What a draft would have done to the newest rollouts of this agent; null when they are not theirs to see. */
export async function replayOnPast(
  agent: string,
  draft: Policy,
  actor: Actor,
  db: PrismaClient = database(),
): Promise<readonly Replayed[] | null> {
  if (!may(actor, 'view', agent)) return null
  const rollouts = await db.rollout.findMany({
    where: { agent },
    orderBy: { startedAt: 'desc' },
    take: replayedMax,
    select: { id: true, candidate: true, policyNumber: true },
  })
  const past: PastRollout[] = []
  // One after the other: each may hold thousands of checks.
  for (const { id, candidate, policyNumber } of rollouts) {
    const key = { agent_number: { agent, number: policyNumber } }
    const version = await db.policyVersion.findUniqueOrThrow({ where: key })
    const decisions = await db.decision.findMany({
      where: { rolloutId: id },
      orderBy: { number: 'asc' },
      take: checksMax + 1,
      select: { check: true },
    })
    past.push({
      id,
      candidate,
      policy: fromJson.policy(version.policy),
      checks: decisions.slice(0, checksMax).map(({ check }) => fromJson.check(check)),
      isCut: decisions.length > checksMax,
    })
  }
  return replayDraft(draft, past)
}
