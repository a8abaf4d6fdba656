import { z } from 'zod'
import { type Acks, ackSentence, acksOf } from '#lib/domain/acknowledgement.ts'
import type { AuditLine } from '#lib/domain/audit.ts'
import { isStrict } from '#lib/domain/killSwitch.ts'
import { formatVersionRef } from '#lib/domain/name.ts'
import type { Prisma } from '#lib/store/generated/client.ts'
import { readInstances } from '#lib/store/instances.ts'
import { announceChange } from '#lib/store/notices.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { command } from '../command.ts'
import { done, unchanged } from '../outcome.ts'
import { switchAgent, switchLine } from './subject.ts'

/** After so long what the instances have acknowledged is written down as it is. */
export const acksWaitMs = 60_000

const acknowledgeInput = z.strictObject({
  about: z.enum(['rollout', 'switch']),
  /** Of the rollout; or the agent (`*`: every agent) of a kill switch. */
  id: z.string(),
  /** Of a kill switch; empty of a rollout. */
  name: z.string(),
})
type AcknowledgeInput = z.infer<typeof acknowledgeInput>

/**
 * Writes down what the instances acknowledge of a switch: once all that report have it, or when it is no longer waited
 * for. Answers whether that is done; the guard asks again until it is. Writes once, however often it is asked.
 */
export const acknowledgeSwitch = command({
  name: 'switch.acknowledge',
  capability: 'rollout.rollback',
  input: acknowledgeInput,
  async agent(tx, { about, id, name }) {
    if (about === 'switch') return await switchAgent(tx, { agent: id, name })
    return (await tx.rollout.findUnique({ where: { id }, select: { agent: true } }))?.agent ?? null
  },
  async run(tx, input, { now }) {
    const order = await (input.about === 'rollout' ? lockRollout(tx, input.id) : lockSwitch(tx, input))
    const head = await tx.routingHead.findUnique({ where: { id: 1 } })
    if (!order || !head) return unchanged({ settled: true })

    const place = { epoch: Number(head.epoch), rev: order.rev, fences: order.fences }
    const instances = await readInstances(tx, order.agent, place, now)
    const acks = acksOf(instances, place, order.at.getTime(), now.getTime())
    const isOver = now.getTime() - order.at.getTime() >= acksWaitMs
    if (!isOver && (!acks.complete || acks.of === 0)) return unchanged({ settled: false })

    await order.keep({ ...acks })
    await announceChange(tx, order.change)
    const line: AuditLine = {
      ...order.line,
      action: 'switch.acknowledge',
      outcome: acks.complete && acks.of > 0 ? 'acknowledged' : 'incomplete',
      details: { ...order.line.details, revision: order.rev, ...detailsOf(acks), ...(await order.lastRun()) },
    }
    return done({ settled: true }, line)
  },
})

function detailsOf(acks: Acks) {
  const { of, switched, rejected, pending, silent, fenced, firstMs, p50Ms, lastMs } = acks
  return {
    because: ackSentence(acks),
    instances: of,
    switched,
    rejected,
    pending,
    silent,
    fenced,
    first_ms: firstMs,
    p50_ms: p50Ms,
    last_ms: lastMs,
  }
}

/** What was ordered and is not yet written down as acknowledged; null when there is no such thing. */
interface Order {
  readonly agent: string
  readonly rev: number
  readonly at: Date
  readonly fences: boolean
  readonly line: Omit<AuditLine, 'action'>
  readonly change: { agent: string; rollout?: string; incident?: string }
  keep(acks: Prisma.InputJsonObject): Promise<unknown>
  /** When the candidate last had a run, for the record. */
  lastRun(): Promise<Readonly<Record<string, unknown>>>
}

async function lockRollout(tx: Tx, id: string): Promise<Order | null> {
  await tx.$queryRaw`SELECT id FROM rollout WHERE id = ${id} FOR UPDATE`
  const row = await tx.rollout.findUnique({ where: { id } })
  if (!row || row.switchAcks !== null || row.switchRev === null || !row.switchRequestedAt) return null
  const { agent, candidate, stable } = row
  const incident = row.incidentId ? { incident: row.incidentId } : {}
  return {
    agent,
    rev: Number(row.switchRev),
    at: row.switchRequestedAt,
    fences: true,
    change: { agent, rollout: id, ...incident },
    line: {
      agent,
      rollout: id,
      ...incident,
      fromVersion: formatVersionRef({ agent, version: candidate }),
      toVersion: formatVersionRef({ agent, version: stable }),
      ...(row.switchStatus ? { switchStatus: row.switchStatus } : {}),
      policyVersion: row.policyNumber,
    },
    keep: (acks) => tx.rollout.update({ where: { id }, data: { switchAcks: acks } }),
    async lastRun() {
      const where = { agent, version: candidate, foldedInto: null }
      const last = await tx.run.findFirst({
        where,
        orderBy: { receivedAt: 'desc' },
        select: { receivedAt: true },
      })
      return { last_candidate_run: last?.receivedAt.toISOString() ?? null }
    },
  }
}

async function lockSwitch(tx: Tx, { id: agent, name }: AcknowledgeInput): Promise<Order | null> {
  await tx.$queryRaw`SELECT 1 FROM capability_state WHERE agent = ${agent} AND name = ${name} FOR UPDATE`
  const where = { agent_name: { agent, name } }
  const row = await tx.capabilityState.findUnique({ where })
  if (!row || row.acks !== null) return null
  return {
    agent,
    rev: Number(row.sinceRev),
    at: row.setAt,
    fences: row.state === 'deny' && isStrict(name),
    change: { agent },
    line: {
      ...switchLine({ agent, name }, { state: row.state }),
      ...(row.incidentId ? { incident: row.incidentId } : {}),
    },
    keep: (acks) => tx.capabilityState.update({ where, data: { acks } }),
    lastRun: async () => ({}),
  }
}
