import 'server-only'
import { type Actor, agentsWhere } from '#lib/domain/actor.ts'
import type { Phase } from '#lib/domain/rollout.ts'
import { database } from '#lib/store/database.ts'
import { Prisma, type PrismaClient } from '#lib/store/generated/client.ts'

/** Every agent: what it falls back to, and what its newest rollout came to. */
export interface AgentsView {
  readonly agents: readonly AgentLine[]
}

export interface AgentLine {
  readonly agent: string
  readonly displayName: string
  readonly stableVersion: string | null
  readonly versions: number
  readonly lockedVersions: number
  readonly rollouts: number
  readonly newest: {
    readonly rolloutId: string
    readonly candidate: string
    readonly phase: Phase
    readonly startedAt: string
  } | null
}

interface Row {
  readonly agent: string
  readonly displayName: string
  readonly stableVersion: string | null
  readonly versions: number
  readonly lockedVersions: number
  readonly rollouts: number
  readonly rolloutId: string | null
  readonly candidate: string | null
  readonly phase: Phase | null
  readonly startedAt: Date | null
}

export async function readAgents(actor: Actor, db: PrismaClient = database()): Promise<AgentsView> {
  const seen = agentsWhere(actor, 'view')
  const visible = seen === '*' ? Prisma.empty : Prisma.sql`WHERE a.name = ANY(${[...seen]})`
  const rows = await db.$queryRaw<Row[]>`
    SELECT a.name AS agent, a.display_name AS "displayName", a.stable_version AS "stableVersion",
      (SELECT count(*)::int FROM version v WHERE v.agent = a.name) AS versions,
      (SELECT count(*)::int FROM version v WHERE v.agent = a.name AND EXISTS (
        SELECT 1 FROM lock l WHERE l.holds_key = v.agent || ':' || v.digest)) AS "lockedVersions",
      (SELECT count(*)::int FROM rollout x WHERE x.agent = a.name) AS rollouts,
      r.id AS "rolloutId", r.candidate, r.phase, r.started_at AS "startedAt"
    FROM agent a
    LEFT JOIN LATERAL (SELECT * FROM rollout WHERE agent = a.name ORDER BY started_at DESC LIMIT 1) r ON true
    ${visible} ORDER BY a.name`
  return { agents: rows.map(toLine) }
}

function toLine({ rolloutId, candidate, phase, startedAt, ...line }: Row): AgentLine {
  const newest =
    rolloutId && candidate && phase && startedAt
      ? { rolloutId, candidate, phase, startedAt: startedAt.toISOString() }
      : null
  return { ...line, newest }
}
