import 'server-only'
import { type Actor, agentsWhere, type Capability, type Role, roles } from '#lib/domain/actor.ts'
import { whyNotCancel, whyNotDecide } from '#lib/domain/approval.ts'
import { database } from '#lib/store/database.ts'
import type { Approval as ApprovalRow, PrismaClient } from '#lib/store/generated/client.ts'

/** What waits for a second person, and what became of the rest. */
export interface ApprovalsView {
  readonly waiting: readonly ApprovalView[]
  readonly ended: readonly ApprovalView[]
}

export interface ApprovalView {
  readonly id: string
  readonly kind: string
  readonly agent: string
  readonly rolloutId: string | null
  readonly incidentId: string | null
  readonly title: string
  readonly reason: string
  readonly before: string
  readonly after: string
  readonly askedBy: string
  readonly askedAt: string
  readonly expiresAt: string
  readonly status: string
  readonly mode: string | null
  readonly endedBy: string | null
  readonly endedAt: string | null
  readonly endedBecause: string | null
  /** As it was when it was asked for. */
  readonly evidence: readonly string[]
  readonly isMine: boolean
  readonly whyNotDecide: string | null
  readonly whyNotCancel: string | null
}

const endedShown = 50

export async function readApprovals(
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<ApprovalsView> {
  const seen = agentsWhere(actor, 'view')
  const theirs = seen === '*' ? {} : { agent: { in: [...seen] } }
  const [waiting, ended] = await Promise.all([
    db.approval.findMany({ where: { ...theirs, status: 'waiting' }, orderBy: { askedAt: 'asc' } }),
    db.approval.findMany({
      where: { ...theirs, status: { not: 'waiting' } },
      orderBy: { endedAt: 'desc' },
      take: endedShown,
    }),
  ])
  return {
    waiting: waiting.map((row) => viewOf(row, actor, now)),
    ended: ended.map((row) => viewOf(row, actor, now)),
  }
}

/** How many approvals wait that this actor could decide now. */
export async function countForMe(actor: Actor, now: Date, db: PrismaClient): Promise<number> {
  const agents = agentsWhere(actor, 'approval.decide')
  if (agents.length === 0) return 0
  const rows = await db.approval.findMany({
    where: { status: 'waiting', ...(agents === '*' ? {} : { agent: { in: [...agents] } }) },
  })
  return rows.filter((row) => whyNotDecide(ruleOf(row), actor, now) === null).length
}

function viewOf(row: ApprovalRow, actor: Actor, now: Date): ApprovalView {
  const { evidence, before, after } = row.seen as { evidence: string[]; before: string; after: string }
  return {
    id: row.id,
    kind: row.kind,
    agent: row.agent,
    rolloutId: row.rolloutId,
    incidentId: row.incidentId,
    title: row.title,
    reason: row.reason,
    before,
    after,
    askedBy: nameOf(row.askedBy) ?? '',
    askedAt: row.askedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    status: row.status,
    mode: row.mode,
    endedBy: nameOf(row.endedBy),
    endedAt: row.endedAt?.toISOString() ?? null,
    endedBecause: row.endedBecause,
    evidence,
    isMine: row.askedById === actor.id,
    whyNotDecide: whyNotDecide(ruleOf(row), actor, now),
    whyNotCancel: whyNotCancel(ruleOf(row), actor),
  }
}

function nameOf(actor: unknown): string | null {
  return (actor as { name?: string } | null)?.name ?? null
}

function ruleOf(row: ApprovalRow) {
  const { involvedIds = [] } = row.seen as { involvedIds?: string[] }
  return {
    id: row.id,
    kind: row.kind as Parameters<typeof whyNotDecide>[0]['kind'],
    agent: row.agent,
    status: row.status as Parameters<typeof whyNotDecide>[0]['status'],
    askedById: row.askedById,
    involvedIds,
    expiresAt: row.expiresAt,
  }
}

/** What of this rollout or incident waits for a second person. */
export async function readWaiting(
  db: PrismaClient,
  about:
    | { readonly rolloutId: string }
    | { readonly incidentId: string }
    | { readonly kind: string; readonly agent: string },
  actor: Actor,
  now: Date,
): Promise<ApprovalView[]> {
  const rows = await db.approval.findMany({
    where: { ...about, status: 'waiting' },
    orderBy: { askedAt: 'asc' },
  })
  return rows.map((row) => viewOf(row, actor, now))
}

/** Whether nobody else could approve anything of an agent: see `isAlone` of the service, which decides. */
export async function looksAlone(db: PrismaClient, actor: Actor, agent: string): Promise<boolean> {
  return (await whereAlone(db, actor))(agent)
}

/** The same for any agent, of one reading. */
export async function whereAlone(db: PrismaClient, actor: Actor): Promise<(agent: string) => boolean> {
  const others = await db.person.findMany({
    where: { id: { not: actor.id }, disabledAt: null, sessions: { some: {} } },
    select: { grants: { select: { role: true, agent: true } } },
  })
  const deciding = others
    .flatMap(({ grants }) => grants)
    .filter(
      ({ role }) =>
        Object.hasOwn(roles, role) &&
        (roles[role as Role] as readonly Capability[]).includes('approval.decide'),
    )
  return (agent) => !deciding.some((grant) => grant.agent === '*' || grant.agent === agent)
}
