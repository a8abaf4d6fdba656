import 'server-only'
import { type Actor, agentsWhere } from '#lib/domain/actor.ts'
import type { AuditBody } from '#lib/domain/audit.ts'
import { type EntryConditions, readEntries } from '#lib/store/auditPage.ts'
import { database } from '#lib/store/database.ts'
import { Prisma, type PrismaClient } from '#lib/store/generated/client.ts'
import { auditSentence } from './auditSentence.ts'

/** What the record is asked for. Everything is optional; `before` is where the page before this one ended. */
export interface AuditFilter {
  readonly agent?: string
  readonly rollout?: string
  readonly incident?: string
  readonly action?: string
  readonly reason?: string
  readonly outcome?: string
  /** The id of an actor, or a kind of actors: `person`. */
  readonly actor?: string
  /** `2026-11-23` or `2026-11-23T14:02`, UTC. */
  readonly from?: string
  readonly until?: string
  readonly before?: string
  /** One entry alone, as its chain and number: `support-agent:7`. */
  readonly entry?: string
}

export interface AuditPage {
  readonly entries: readonly AuditEntryView[]
  /** What to give as `before` for the page before; null at the beginning of the record. */
  readonly older: string | null
}

export interface AuditEntryView {
  readonly position: string
  readonly at: string
  readonly actorKind: string
  readonly actorName: string
  readonly action: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly agent: string | null
  readonly rollout: string | null
  readonly incident: string | null
  readonly sentence: string
  /** The entry as it was hashed, and its place in its chain. */
  readonly body: string
  readonly prevHash: string
  readonly hash: string
}

const wordsMax = 200
const timePattern = /^[1-9]\d{3}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/
const positionPattern = /^\d{1,18}$/
const entryPattern = /^(.+):(\d{1,15})$/

const plainKeys = ['agent', 'rollout', 'incident', 'action', 'reason', 'outcome', 'actor'] as const
const timeKeys = ['from', 'until'] as const

/** Reads a filter from an address. What it does not know or cannot read is left out. */
export function parseAuditFilter(
  given: Readonly<Record<string, string | string[] | undefined>>,
): AuditFilter {
  const words = (key: string) => {
    const value = given[key]
    return typeof value === 'string' && value !== '' && value.length <= wordsMax && !/\p{Cc}/u.test(value)
      ? value
      : null
  }
  const kept: [string, string][] = []
  for (const key of plainKeys) {
    const value = words(key)
    if (value) kept.push([key, value])
  }
  for (const key of timeKeys) {
    const value = words(key)
    if (value && timePattern.test(value) && !Number.isNaN(Date.parse(utc(value)))) kept.push([key, value])
  }
  const before = words('before')
  if (before && positionPattern.test(before)) kept.push(['before', before])
  const entry = words('entry')
  if (entry && entryPattern.test(entry)) kept.push(['entry', entry])
  return Object.fromEntries(kept)
}

/** One page of the record, newest first. */
export async function readAudit(
  filter: AuditFilter,
  actor: Actor,
  db: PrismaClient = database(),
  pageSize = 50,
): Promise<AuditPage> {
  const rows = await readEntries(db, conditionsOf(filter, actor), 'newest', pageSize + 1)
  const shown = rows.slice(0, pageSize)
  return {
    entries: shown.map((row) => {
      const body = JSON.parse(row.body) as AuditBody
      return {
        position: String(row.position),
        at: row.at.toISOString(),
        actorKind: row.actorKind,
        actorName: body.actor.name,
        action: row.action,
        outcome: row.outcome,
        reason: row.reason,
        agent: row.agent,
        rollout: row.rolloutId,
        incident: row.incidentId,
        sentence: auditSentence(body),
        body: row.body,
        prevHash: row.prevHash,
        hash: row.hash,
      }
    }),
    older: rows.length > pageSize ? String(shown.at(-1)?.position) : null,
  }
}

/** A filter as the store knows it, within what the reader may see. */
export function conditionsOf(filter: AuditFilter, actor: Actor): EntryConditions {
  const { from, until, before, entry, ...plain } = filter
  const [, chain, seq] = entry ? (entryPattern.exec(entry) ?? []) : []
  return {
    ...plain,
    agents: agentsWhere(actor, 'audit.read'),
    ...(from ? { from: new Date(utc(from)) } : {}),
    ...(until ? { until: new Date(endOf(until)) } : {}),
    ...(before ? { before: BigInt(before) } : {}),
    ...(chain && seq ? { entry: { chain, seq: BigInt(seq) } } : {}),
  }
}

function utc(time: string): string {
  return time.includes('T') ? `${time}Z` : `${time}T00:00:00Z`
}

/** The last moment that the words name: of the day, or of the minute. */
function endOf(time: string): string {
  if (!time.includes('T')) return `${time}T23:59:59.999Z`
  return time.length === 16 ? `${time}:59.999Z` : `${time}.999Z`
}

/** What can be chosen from: the agents, the kinds of entries, and who acted. */
export interface AuditChoices {
  readonly agents: readonly string[]
  readonly actions: readonly string[]
  readonly reasons: readonly string[]
  readonly outcomes: readonly string[]
  readonly actors: readonly { readonly id: string; readonly name: string }[]
}

/** The choices are taken from the newest entries, so that a record of a million does not have to be read for them. */
const choicesFrom = 5_000

export async function readAuditChoices(actor: Actor, db: PrismaClient = database()): Promise<AuditChoices> {
  const seen = agentsWhere(actor, 'audit.read')
  const visible = seen === '*' ? Prisma.empty : Prisma.sql`WHERE agent = ANY(${[...seen]})`
  const named: Prisma.AgentWhereInput = seen === '*' ? {} : { name: { in: [...seen] } }
  const [agents, rows] = await Promise.all([
    db.agent.findMany({ where: named, select: { name: true }, orderBy: { name: 'asc' } }),
    db.$queryRaw<
      {
        action: string
        reason: string | null
        outcome: string | null
        actorId: string
        actorName: string
      }[]
    >`
      SELECT DISTINCT ON (action, reason, outcome, actor_id) action, reason, outcome,
        actor_id AS "actorId", body::json->'actor'->>'name' AS "actorName"
      FROM (SELECT * FROM audit_entry ${visible} ORDER BY position DESC LIMIT ${choicesFrom}) newest`,
  ])
  const unique = (words: readonly (string | null)[]) =>
    [...new Set(words)].filter((word) => word !== null).toSorted((a, b) => a.localeCompare(b))
  const people = new Map(rows.map((row) => [row.actorId, row.actorName]))
  return {
    agents: agents.map((each) => each.name),
    actions: unique(rows.map((row) => row.action)),
    reasons: unique(rows.map((row) => row.reason)),
    outcomes: unique(rows.map((row) => row.outcome)),
    actors: [...people].map(([id, name]) => ({ id, name })).toSorted((a, b) => a.name.localeCompare(b.name)),
  }
}
