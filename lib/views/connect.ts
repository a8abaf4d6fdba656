import 'server-only'
import { type Actor, agentsWhere, may, mayForAll } from '#lib/domain/actor.ts'
import { type EdgeNoteKind, hindrances, noteWords } from '#lib/domain/edgeNote.ts'
import { conversationNote } from '#lib/domain/absence.ts'
import { readConversations } from '#lib/store/carried.ts'
import { database } from '#lib/store/database.ts'
import { readEdgeNotes } from '#lib/store/edgeNotes.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { visibleAgents } from './visibleAgents.ts'
import { readUncountedView, type UncountedView } from './uncounted.ts'
import { whyNoStart } from './whyNoStart.ts'

/** How far one agent has come in being connected: what arrived, what did not and why, and what comes next. */
export interface ConnectView {
  readonly agent: string
  readonly stableVersion: string | null
  /** By version, the newest first. What arrived in the last hour. */
  readonly arrived: readonly Arrived[]
  /** What came in the last minutes and was not counted, since the newest run that was. */
  readonly notCounted: readonly NotCounted[]
  /** Of the last hour; runs without a version stand in `arrived`. */
  readonly uncounted: readonly UncountedView[]
  /** That runs of the newest version come without a conversation, and what to change; null where they do not. */
  readonly conversationNote: string | null
  /** Who asked for a version in the last hour: requests to the edge, and processes with our SDK. */
  readonly asked: { readonly count: number; readonly lastAt: string } | null
  readonly instances: number
  readonly whyNotAdopt: string | null
  readonly whyNotRegister: string | null
  readonly whyNoStart: string | null
}

export interface Arrived {
  /** Null: without a version. */
  readonly version: string | null
  readonly runs: number
  readonly lastAt: string
  readonly isRegistered: boolean
}

export interface NotCounted {
  readonly kind: EdgeNoteKind
  readonly words: string
  readonly count: number
  readonly lastAt: string
}

/** What the page of connecting begins with. */
export interface ConnectStart {
  readonly agents: readonly string[]
  /** Where agents reach the edge, without a slash at the end. */
  readonly edgeUrl: string
  readonly whyNotToken: string | null
}

const arrivedMs = 3_600_000
const notesMs = 600_000
const askedMs = 3_600_000
const aliveMs = 60_000
const versionsMax = 10

export async function readConnectStart(actor: Actor, db: PrismaClient = database()): Promise<ConnectStart> {
  const where = visibleAgents(actor)
  const agents = await db.agent.findMany({
    where: where.agent ? { name: where.agent } : {},
    select: { name: true },
    orderBy: { name: 'asc' },
  })
  const edgeUrl =
    process.env.SWITCHBACK_EDGE_URL ?? `http://127.0.0.1:${process.env.SWITCHBACK_EDGE_PORT ?? 4318}`
  return {
    agents: agents.map(({ name }) => name),
    edgeUrl: edgeUrl.replace(/\/+$/, ''),
    whyNotToken: mayForAll(actor, 'token.manage') ? null : 'Only an administrator makes tokens: ask for one',
  }
}

/** Null when there is no such agent. */
export async function readConnect(
  name: string,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<ConnectView | null> {
  const agent = await db.agent.findUnique({ where: { name } })
  if (!agent) return null
  const [arrived, notes, instances, versions, locks, live] = await Promise.all([
    readArrived(db, name, new Date(now.getTime() - arrivedMs)),
    readEdgeNotes(db, new Date(now.getTime() - Math.max(notesMs, askedMs))),
    db.instance.count({
      where: { agents: { has: name }, heardAt: { gte: new Date(now.getTime() - aliveMs) } },
    }),
    db.version.findMany({
      where: { agent: name },
      select: { name: true, digest: true },
      orderBy: { createdAt: 'desc' },
    }),
    db.lock.findMany({ where: { agent: name, holdsKey: { not: null } }, select: { digest: true } }),
    db.rollout.findUnique({ where: { liveKey: name }, select: { candidate: true } }),
  ])
  const stable = versions.find((version) => version.name === agent.stableVersion)
  const locked = new Set(locks.map((lock) => lock.digest))
  const lastRunAt = arrived[0] ? new Date(arrived[0].lastAt) : null
  const recent = notes.filter((note) => note.lastAt.getTime() >= now.getTime() - notesMs)
  const seesAll = agentsWhere(actor, 'view') === '*'
  const asked = notes.find((note) => note.kind === 'asked' && note.agent === name)
  return {
    agent: name,
    stableVersion: agent.stableVersion,
    arrived,
    notCounted: hindrances(recent, { agent: name, lastRunAt, seesAll }).map((note) => ({
      kind: note.kind,
      words: noteWords(note, name),
      count: note.count,
      lastAt: note.lastAt.toISOString(),
    })),
    uncounted: await readMissing(
      db,
      name,
      versions.map((version) => version.name),
      now,
    ),
    conversationNote: await readConversationNote(db, name, arrived, now),
    asked: asked ? { count: asked.count, lastAt: asked.lastAt.toISOString() } : null,
    instances,
    whyNotAdopt: may(actor, 'agent.edit', name) ? null : 'Your role cannot adopt a version',
    whyNotRegister: may(actor, 'version.register', name) ? null : 'Your role cannot register a version',
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

async function readConversationNote(
  db: PrismaClient,
  agent: string,
  arrived: readonly Arrived[],
  now: Date,
): Promise<string | null> {
  const newest = arrived.find(({ version }) => version !== null)?.version
  return newest ? conversationNote(agent, await readConversations(db, agent, newest, now)) : null
}

/** Of an agent without any version nothing is unknown: the first that comes is what it may adopt. */
async function readMissing(
  db: PrismaClient,
  agent: string,
  versions: readonly string[],
  now: Date,
): Promise<UncountedView[]> {
  const all = await readUncountedView(db, agent, versions, now)
  const isFirst = versions.length === 0
  return all.filter(({ cause }) => cause !== 'no_version' && !(isFirst && cause === 'unknown_version'))
}

/** The buckets say how many; the newest run of each version says when, by the index. */
async function readArrived(db: PrismaClient, agent: string, since: Date): Promise<Arrived[]> {
  const rows = await db.$queryRaw<{ version: string; runs: number; lastAt: Date; isRegistered: boolean }[]>`
    SELECT b.version, b.runs,
      (SELECT received_at FROM run WHERE agent = ${agent} AND version = b.version AND folded_into IS NULL
        ORDER BY received_at DESC LIMIT 1) AS "lastAt",
      EXISTS (SELECT 1 FROM version v WHERE v.agent = ${agent} AND v.name = b.version) AS "isRegistered"
    FROM (
      SELECT version, sum((tally->>'runs')::float)::int AS runs FROM bucket
      WHERE agent = ${agent} AND start_at >= ${since} GROUP BY version) b
    ORDER BY "lastAt" DESC NULLS LAST LIMIT ${versionsMax}`
  return rows.flatMap(({ lastAt, ...row }) =>
    lastAt === null ? [] : [{ ...row, version: row.version || null, lastAt: lastAt.toISOString() }],
  )
}
