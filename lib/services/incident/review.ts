import { z } from 'zod'
import type { AuditLine } from '#lib/domain/audit.ts'
import { causes, compensations, stopVerdicts } from '#lib/domain/review.ts'
import type { Incident } from '#lib/store/generated/client.ts'
import { announceChange } from '#lib/store/notices.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { whoIs } from '../approval/row.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'

/** What people write about an incident: the review, notes, and what became of what the candidate wrote. */

const textMax = 10_000
const longText = z
  .string()
  .trim()
  .max(textMax, `at most ${textMax.toLocaleString('en')} characters`)

/** The agent of an incident; null when there is no such incident. */
export async function incidentAgent(tx: Tx, { incidentId }: { incidentId: string }): Promise<string | null> {
  const row = await tx.incident.findUnique({ where: { id: incidentId }, select: { agent: true } })
  return row?.agent ?? null
}

/** Reviews an incident. A newer review stands before the older ones; all of them stay. */
export const reviewIncident = command({
  name: 'incident.review',
  capability: 'incident.review',
  input: z.strictObject({
    incidentId: z.string(),
    cause: z.enum(causes),
    whatHappened: longText.min(1, 'what happened'),
    whatChanges: longText.min(1, 'what changes, if only that nothing does'),
    verdict: z.enum(stopVerdicts),
  }),
  agent: incidentAgent,
  async run(tx, { incidentId, ...review }, { actor, now, newId }) {
    const incident = await tx.incident.findUniqueOrThrow({ where: { id: incidentId } })
    if (actor.kind !== 'person') return refuse('forbidden', 'Only a person can review an incident')
    const id = newId('rv')
    await tx.incidentReview.create({
      data: { id, incidentId, ...review, byId: actor.id, by: whoIs(actor), at: now },
    })
    await announceIncident(tx, incident)
    const { cause, verdict } = review
    return done({ id }, { ...lineOf(incident, 'incident.review', 'reviewed'), details: { cause, verdict } })
  },
})

/** Adds a note. Notes are only ever added. */
export const noteIncident = command({
  name: 'incident.note',
  capability: 'incident.review',
  input: z.strictObject({ incidentId: z.string(), text: longText.min(1, 'what is to be noted') }),
  agent: incidentAgent,
  async run(tx, { incidentId, text }, { actor, now, newId }) {
    const incident = await tx.incident.findUniqueOrThrow({ where: { id: incidentId } })
    const id = newId('nt')
    await tx.incidentNote.create({ data: { id, incidentId, text, by: whoIs(actor), at: now } })
    await announceIncident(tx, incident)
    return done({ id }, { ...lineOf(incident, 'incident.note', 'noted'), details: { note: id } })
  },
})

const effect = z.strictObject({ traceId: z.string(), spanId: z.string(), tool: z.string().max(200) })

/** Says what became of tool calls that wrote, or may have: compensated, not needed, or open after all. */
export const compensate = command({
  name: 'incident.compensate',
  capability: 'incident.review',
  input: z.strictObject({
    incidentId: z.string(),
    effects: z.array(effect).min(1).max(500),
    state: z.enum(compensations),
    note: z.string().trim().max(2000).optional(),
  }),
  agent: incidentAgent,
  async run(tx, { incidentId, effects, state, note }, { actor, now }) {
    const incident = await tx.incident.findUniqueOrThrow({ where: { id: incidentId } })
    const runs = await tx.run.findMany({
      where: {
        agent: incident.agent,
        version: incident.fromVersion,
        OR: effects.map(({ traceId, spanId }) => ({ traceId, spanId })),
      },
      select: { traceId: true, spanId: true, tools: true },
    })
    const wrong = effects.find(
      (each) =>
        !runs.some(
          (run) =>
            run.traceId === each.traceId &&
            run.spanId === each.spanId &&
            (run.tools as { name: string }[]).some((tool) => tool.name === each.tool),
        ),
    )
    if (wrong)
      return refuse('missing', `${incident.fromVersion} made no call of ${wrong.tool} in ${wrong.traceId}`)
    for (const each of effects) {
      const data = { state, note: note ?? null, by: whoIs(actor), at: now }
      await tx.sideEffect.upsert({
        where: { incidentId_traceId_spanId_tool: { incidentId, ...each } },
        create: { incidentId, ...each, ...data },
        update: data,
      })
    }
    await announceIncident(tx, incident)
    const details = { state, effects, note: note ?? null }
    return done({ count: effects.length }, { ...lineOf(incident, 'incident.compensate', state), details })
  },
})

async function announceIncident(tx: Tx, incident: Incident): Promise<void> {
  await announceChange(tx, { agent: incident.agent, incident: incident.id })
}

function lineOf(incident: Incident, action: string, outcome: string): AuditLine {
  return { action, outcome, agent: incident.agent, rollout: incident.rolloutId, incident: incident.id }
}
