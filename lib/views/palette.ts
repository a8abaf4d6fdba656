import 'server-only'
import { type Actor, agentsWhere } from '#lib/domain/actor.ts'
import type { Phase, Recovery } from '#lib/domain/rollout.ts'
import { database } from '#lib/store/database.ts'
import { Prisma, type PrismaClient } from '#lib/store/generated/client.ts'
import { type AgentScreen, fits, paletteWords } from '#lib/domain/paletteWords.ts'

/** Where the palette can go, of what this person may see. Without words: what is live and what is newest. */
export interface PaletteView {
  readonly agents: readonly PaletteAgent[]
  readonly rollouts: readonly PaletteRollout[]
  readonly incidents: readonly PaletteIncident[]
}

export interface PaletteAgent {
  readonly agent: string
  readonly displayName: string
  /** One of its other screens, where the words name one. */
  readonly screen: AgentScreen | null
}

export interface PaletteRollout {
  readonly rolloutId: string
  readonly agent: string
  readonly candidate: string
  readonly phase: Phase
  readonly startedAt: string
}

export interface PaletteIncident {
  readonly incidentId: string
  readonly agent: string
  readonly fromVersion: string
  readonly reason: string
  readonly recovery: Recovery
  readonly openedAt: string
}

/** Of each kind. More would not be read, but narrowed. */
const shownMax = 6

export async function readPalette(
  typed: string,
  actor: Actor,
  db: PrismaClient = database(),
): Promise<PaletteView> {
  const seen = agentsWhere(actor, 'view')
  const visible = (column: Prisma.Sql) =>
    seen === '*' ? Prisma.sql`true` : Prisma.sql`${column} = ANY(${[...seen]}::text[])`
  const [agents, rollouts, incidents] = await Promise.all([
    findAgents(db, typed, visible(Prisma.sql`name`)),
    findRollouts(db, typed, visible(Prisma.sql`agent`)),
    findIncidents(db, typed, visible(Prisma.sql`agent`)),
  ])
  return { agents, rollouts, incidents }
}

/** Every word somewhere in the text, `%` and `_` being no more than themselves. */
function contains(text: Prisma.Sql, words: readonly string[]): Prisma.Sql {
  const each = words.map((word) => Prisma.sql`strpos(lower(${text}), ${word}) > 0`)
  return Prisma.join([Prisma.sql`true`, ...each], ' AND ')
}

/** Released last comes first, or, where something was typed, what begins with it. */
async function findAgents(db: PrismaClient, typed: string, visible: Prisma.Sql): Promise<PaletteAgent[]> {
  const { all, names, screens } = paletteWords(typed)
  const rows = await db.$queryRaw<{ agent: string; displayName: string }[]>`
    SELECT name AS agent, display_name AS "displayName" FROM agent
    WHERE ${visible} AND (${contains(Prisma.sql`name || ' ' || display_name`, names)})
    ORDER BY starts_with(lower(name), ${names[0] ?? ''}) DESC,
      (SELECT max(started_at) FROM rollout WHERE rollout.agent = agent.name) DESC NULLS LAST, name
    LIMIT ${screens.length > 0 ? 50 : shownMax}`
  const itself = rows.filter((row) => fits(`${row.agent} ${row.displayName}`, all))
  const theirs = screens.flatMap((screen) => rows.map((row) => ({ ...row, screen })))
  return [...itself.map((row) => ({ ...row, screen: null })), ...theirs].slice(0, shownMax)
}

/** What is live comes first, then the newest. */
async function findRollouts(db: PrismaClient, typed: string, visible: Prisma.Sql): Promise<PaletteRollout[]> {
  const text = Prisma.sql`agent || ' ' || candidate || ' ' || id`
  const rows = await db.$queryRaw<(Omit<PaletteRollout, 'startedAt'> & { startedAt: Date })[]>`
    SELECT id AS "rolloutId", agent, candidate, phase, started_at AS "startedAt" FROM rollout
    WHERE ${visible} AND (${contains(text, paletteWords(typed).all)})
    ORDER BY live_key IS NULL, started_at DESC LIMIT ${shownMax}`
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString() }))
}

async function findIncidents(
  db: PrismaClient,
  typed: string,
  visible: Prisma.Sql,
): Promise<PaletteIncident[]> {
  const text = Prisma.sql`agent || ' ' || from_version || ' ' || reason || ' ' || replace(recovery, '_', ' ') || ' ' || id`
  const rows = await db.$queryRaw<(Omit<PaletteIncident, 'openedAt'> & { openedAt: Date })[]>`
    SELECT id AS "incidentId", agent, from_version AS "fromVersion", reason, recovery, opened_at AS "openedAt"
    FROM incident WHERE ${visible} AND (${contains(text, paletteWords(typed).all)})
    ORDER BY opened_at DESC LIMIT ${shownMax}`
  return rows.map((row) => ({ ...row, openedAt: row.openedAt.toISOString() }))
}
