import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import {
  type Cause,
  type Compensation,
  type StopVerdict,
  type Writing,
  writingOf,
} from '#lib/domain/review.ts'
import type { Incident, PrismaClient } from '#lib/store/generated/client.ts'
import { type ApprovalView, looksAlone, readWaiting } from './approvals.ts'

/** What comes after a stop: what was written, what people say of it, and whether the candidate may come back. */
export interface Afterwards {
  readonly effects: EffectsView
  readonly reviews: readonly ReviewView[]
  readonly notes: readonly {
    readonly id: string
    readonly text: string
    readonly by: string
    readonly at: string
  }[]
  /** Who broke the glass, where somebody did and nobody has reviewed it yet. */
  readonly reviewOwedBy: string | null
  readonly waiting: readonly ApprovalView[]
  readonly unlock: {
    /** Why it cannot be asked for; null when it can. */
    readonly whyNot: string | null
    /** The names that would be freed: every one of this content. */
    readonly names: readonly string[]
    readonly alone: boolean
  }
  readonly whyNotReview: string | null
}

export interface ReviewView {
  readonly id: string
  readonly cause: Cause
  readonly whatHappened: string
  readonly whatChanges: string
  readonly verdict: StopVerdict
  readonly by: string
  readonly at: string
}

export interface EffectsView {
  /** The newest first; those that only read are not in it. */
  readonly shown: readonly EffectView[]
  readonly total: number
  /** Of all of them, how many nobody has dealt with. */
  readonly open: number
}

export interface EffectView {
  readonly traceId: string
  readonly spanId: string
  readonly tool: string
  readonly calls: number
  readonly failures: number
  readonly writing: Exclude<Writing, 'reads'>
  readonly at: string
  readonly conversationId: string | null
  readonly state: Compensation
  readonly note: string | null
  readonly by: string | null
}

const effectsShown = 200

export async function readAfterwards(
  db: PrismaClient,
  incident: Incident,
  actor: Actor,
  now: Date,
): Promise<Afterwards> {
  const { id: incidentId, agent } = incident
  const [effects, reviews, notes, broken, waiting, lock, alone] = await Promise.all([
    readEffects(db, incident),
    db.incidentReview.findMany({ where: { incidentId }, orderBy: { at: 'desc' } }),
    db.incidentNote.findMany({ where: { incidentId }, orderBy: { at: 'asc' } }),
    db.approval.findFirst({ where: { rolloutId: incident.rolloutId, mode: 'break_glass' } }),
    readWaiting(db, { incidentId }, actor, now),
    db.lock.findFirst({ where: { incidentId, holdsKey: { not: null } } }),
    looksAlone(db, actor, agent),
  ])
  const names = lock
    ? await db.version.findMany({ where: { agent, digest: lock.digest }, select: { name: true } })
    : []
  return {
    effects,
    reviews: reviews.map((row) => ({
      id: row.id,
      cause: row.cause as Cause,
      whatHappened: row.whatHappened,
      whatChanges: row.whatChanges,
      verdict: row.verdict as StopVerdict,
      by: nameOf(row.by),
      at: row.at.toISOString(),
    })),
    notes: notes.map((row) => ({ id: row.id, text: row.text, by: nameOf(row.by), at: row.at.toISOString() })),
    reviewOwedBy: broken && reviews.length === 0 ? nameOf(broken.askedBy) : null,
    waiting,
    unlock: {
      whyNot: whyNotUnlock(actor, agent, lock !== null, reviews.length),
      names: names.map((each) => each.name),
      alone,
    },
    whyNotReview: may(actor, 'incident.review', agent) ? null : 'Your role cannot review an incident',
  }
}

function whyNotUnlock(actor: Actor, agent: string, locked: boolean, reviews: number): string | null {
  if (!locked) return 'Nothing is locked by this incident any more'
  if (!may(actor, 'version.unlock', agent)) return 'Your role cannot ask for it'
  return reviews === 0 ? 'It takes a review first' : null
}

/** The candidate's calls of tools that write, or may: from its runs, and from what its manifest says of the tools. */
async function readEffects(db: PrismaClient, incident: Incident): Promise<EffectsView> {
  const { agent, fromVersion } = incident
  const [version, rollout, dealt] = await Promise.all([
    db.version.findUnique({ where: { agent_name: { agent, name: fromVersion } } }),
    db.rollout.findUniqueOrThrow({ where: { id: incident.rolloutId }, select: { startedAt: true } }),
    db.sideEffect.findMany({ where: { incidentId: incident.id } }),
  ])
  const since = rollout.startedAt
  const used = await db.$queryRaw<{ tool: string; count: number }[]>`
    SELECT t->>'name' AS tool, count(*)::int AS count
    FROM run r, jsonb_array_elements(r.tools) t
    WHERE r.agent = ${agent} AND r.version = ${fromVersion} AND r.received_at >= ${since}
      AND r.folded_into IS NULL
    GROUP BY 1`
  const writing = new Map(used.map(({ tool }) => [tool, writingOf(version?.manifest, tool)]))
  const tools = used.filter(({ tool }) => writing.get(tool) !== 'reads')
  const total = tools.reduce((sum, { count }) => sum + count, 0)
  const rows = await db.$queryRaw<EffectRow[]>`
    SELECT r.trace_id AS "traceId", r.span_id AS "spanId", t->>'name' AS tool, (t->>'calls')::int AS calls,
      (t->>'failures')::int AS failures, r.ended_at AS at, r.conversation_id AS "conversationId"
    FROM run r, jsonb_array_elements(r.tools) t
    WHERE r.agent = ${agent} AND r.version = ${fromVersion} AND r.received_at >= ${since}
      AND r.folded_into IS NULL
      AND t->>'name' = ANY(${tools.map(({ tool }) => tool)}::text[])
    ORDER BY r.received_at DESC LIMIT ${effectsShown}`
  const keyOf = (row: { traceId: string; spanId: string; tool: string }) =>
    `${row.traceId} ${row.spanId} ${row.tool}`
  const states = new Map(dealt.map((row) => [keyOf(row), row]))
  return {
    total,
    open: total - dealt.filter((row) => row.state !== 'open').length,
    shown: rows.map((row) => {
      const state = states.get(keyOf(row))
      return {
        ...row,
        at: row.at.toISOString(),
        writing: writing.get(row.tool) === 'writes' ? 'writes' : 'unknown',
        state: (state?.state ?? 'open') as Compensation,
        note: state?.note ?? null,
        by: state ? nameOf(state.by) : null,
      }
    }),
  }
}

interface EffectRow {
  readonly traceId: string
  readonly spanId: string
  readonly tool: string
  readonly calls: number
  readonly failures: number
  readonly at: Date
  readonly conversationId: string | null
}

function nameOf(actor: unknown): string {
  return (actor as { name: string }).name
}
