import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { database } from '#lib/store/database.ts'
import type { Prisma, PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import { visibleAgents } from './visibleAgents.ts'
import { whyNoStart } from './whyNoStart.ts'

/** What can be started, and with what it would begin. */
export interface StartView {
  readonly agents: readonly StartAgent[]
}

export interface StartAgent {
  readonly agent: string
  readonly stable: string | null
  readonly whyNot: string | null
  readonly candidates: readonly StartCandidate[]
  /** The policy in force for this agent; null before its first. */
  readonly policy: Policy | null
}

export interface StartCandidate {
  readonly name: string
  /** Why it cannot be chosen; null when it can. */
  readonly whyNot: string | null
}

export async function readStart(actor: Actor, db: PrismaClient = database()): Promise<StartView> {
  const where = visibleAgents(actor)
  const named = where.agent ? { name: where.agent } : {}
  const agents = await db.agent.findMany({ where: named, orderBy: { name: 'asc' } })
  const inForce = agents.flatMap(({ name, livePolicy }) =>
    livePolicy === null ? [] : [{ agent: name, number: livePolicy }],
  )
  const [versions, locks, live, policies] = await Promise.all([
    db.version.findMany({ where, orderBy: { createdAt: 'desc' }, omit: { manifest: true } }),
    db.lock.findMany({ where: { ...where, holdsKey: { not: null } }, select: { agent: true, digest: true } }),
    db.rollout.findMany({
      where: { ...where, liveKey: { not: null } },
      select: { agent: true, candidate: true },
    }),
    db.policyVersion.findMany({
      where: { OR: inForce },
      select: { agent: true, policy: true },
    }),
  ])
  const locked = new Set(locks.map((lock) => `${lock.agent}:${lock.digest}`))
  return {
    agents: agents.map(({ name, stableVersion }) => {
      const own = versions.filter((version) => version.agent === name)
      const stable = own.find((version) => version.name === stableVersion)
      const others = own.filter((version) => version.name !== stableVersion)
      const candidates = others.map((version) => ({
        name: version.name,
        whyNot: whyNotCandidate(locked.has(`${name}:${version.digest}`), version.digest === stable?.digest),
      }))
      return {
        agent: name,
        stable: stableVersion,
        candidates,
        whyNot: whyNoStart({
          mayStart: may(actor, 'rollout.start', name),
          live: live.find((each) => each.agent === name)?.candidate ?? null,
          stable: stableVersion,
          stableLocked: stable !== undefined && locked.has(`${name}:${stable.digest}`),
          candidates: candidates.filter((each) => each.whyNot === null).length,
        }),
        policy: policyOf(policies.find((each) => each.agent === name)),
      }
    }),
  }
}

function policyOf(row: { policy: Prisma.JsonValue } | undefined): Policy | null {
  return row ? fromJson.policy(row.policy) : null
}

function whyNotCandidate(isLocked: boolean, sameAsStable: boolean): string | null {
  if (isLocked) return 'locked'
  return sameAsStable ? 'same content as the stable' : null
}
