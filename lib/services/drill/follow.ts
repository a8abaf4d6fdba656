import { z } from 'zod'
import { type Acks, ackSentence, acksOf } from '#lib/domain/acknowledgement.ts'
import { systemActor } from '#lib/domain/actor.ts'
import { judgeDrill } from '#lib/domain/drill.ts'
import type { TrafficSwitch } from '#lib/ports/trafficSwitch.ts'
import { database } from '#lib/store/database.ts'
import { readInstances } from '#lib/store/instances.ts'
import { announceChange } from '#lib/store/notices.ts'
import { command, type CommandOptions } from '../command.ts'
import { oweNotice } from '../alert/owe.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { paths } from '#lib/paths.ts'
import { fromJson, toJson } from '#lib/store/json.ts'

/** Looks at how a drill arrives, and ends it once that is known. Answers whether it is over; safe to repeat. */
export async function followDrill(
  drillId: string,
  trafficSwitch: TrafficSwitch,
  options: CommandOptions = {},
): Promise<boolean> {
  const db = options.db ?? database()
  const [row, head] = await Promise.all([
    db.drill.findUnique({ where: { id: drillId } }),
    db.routingHead.findUnique({ where: { id: 1 } }),
  ])
  if (!row || row.status !== 'running' || !head) return true
  const { inForce, serving, of } = await trafficSwitch.observe({
    agent: row.agent,
    epoch: head.epoch,
    rev: row.rev,
  })
  const seen = { drillId, inForce: inForce === true, edges: { serving, of } }
  const outcome = await noteDrill(seen, systemActor, options)
  return !outcome.ok || outcome.value.over
}

/** Writes down what was seen of a drill; ends it, with its line and its message, once it passed or failed. */
const noteDrill = command({
  name: 'drill.follow',
  capability: 'rollout.rollback',
  input: z.object({
    drillId: z.string(),
    inForce: z.boolean(),
    edges: z.object({ serving: z.number(), of: z.number() }),
  }),
  async agent(tx, { drillId }) {
    return (await tx.drill.findUnique({ where: { id: drillId }, select: { agent: true } }))?.agent ?? null
  },
  async run(tx, { drillId, inForce, edges }, context) {
    const { now } = context
    await tx.$queryRaw`SELECT id FROM drill WHERE id = ${drillId} FOR UPDATE`
    const row = await tx.drill.findUnique({ where: { id: drillId } })
    const head = await tx.routingHead.findUnique({ where: { id: 1 } })
    if (!row || !head) return refuse('missing', 'No such drill')
    if (row.status !== 'running') return unchanged({ over: true })

    const inForceAt = row.inForceAt ?? (inForce ? now : null)
    const place = { epoch: Number(head.epoch), rev: Number(row.rev), fences: true }
    const instances = inForceAt ? await readInstances(tx, row.agent, place, now) : []
    const acks: Acks | null = inForceAt
      ? acksOf(instances, place, row.startedAt.getTime(), now.getTime())
      : null
    const verdict = judgeDrill({
      rehearsed: fromJson.rehearsed(row.rehearsed),
      orderedAt: row.startedAt,
      inForceAt,
      edges,
      acks: acks && { complete: acks.complete, of: acks.of, sentence: ackSentence(acks) },
      now,
    })
    if (verdict.status === 'running') {
      if (!inForceAt || row.inForceAt) return unchanged({ over: false })
      await tx.drill.update({ where: { id: drillId }, data: { inForceAt, edges } })
      await announceChange(tx, { agent: row.agent })
      return done({ over: false }, { ...lineOf(row), outcome: 'in_force', details: { edges: edges.of } })
    }
    const { status, because } = verdict
    const ended = { status, because, inForceAt, edges, runningKey: null, endedAt: now }
    await tx.drill.update({
      where: { id: drillId },
      data: { ...ended, ...(acks ? { acks: toJson(acks) } : {}) },
    })
    const said = status === 'passed' ? 'passed' : 'FAILED'
    const text = `The drill of ${row.agent} ${said}. ${because}. No real traffic was changed.`
    const facts = { text, path: paths.readiness(row.agent), agent: row.agent }
    const agent = await tx.agent.findUnique({ where: { name: row.agent } })
    const channel = agent?.alertChannel ?? null
    await oweNotice(tx, { onceKey: `drill:${drillId}`, kind: `drill_${status}`, facts, channel }, context)
    await announceChange(tx, { agent: row.agent })
    const details = {
      because,
      drill: drillId,
      revision: Number(row.rev),
      edges: edges.of,
      in_force_ms: inForceAt ? inForceAt.getTime() - row.startedAt.getTime() : null,
      ...(acks ? { instances: acks.of, switched: acks.switched, last_ms: acks.lastMs } : {}),
    }
    return done({ over: true }, { ...lineOf(row), outcome: status, details })
  },
})

function lineOf(row: { agent: string; policyNumber: number }) {
  return { action: 'drill.follow', agent: row.agent, policyVersion: row.policyNumber } as const
}
