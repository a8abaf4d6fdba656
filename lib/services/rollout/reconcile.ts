import { z } from 'zod'
import type { AuditLine } from '#lib/domain/audit.ts'
import { formatVersionRef } from '#lib/domain/name.ts'
import { switchDeadlineMs } from '#lib/domain/pace.ts'
import type { SwitchObservation, TrafficSwitch } from '#lib/ports/trafficSwitch.ts'
import { database } from '#lib/store/database.ts'
import type { Rollout as RolloutRow } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { announceChange } from '#lib/store/notices.ts'
import { readRecoveryWindow } from '#lib/store/recoveryEvidence.ts'
import { findRollout } from '#lib/store/rollouts.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { owe } from '../alert/owe.ts'
import { command, type CommandOptions } from '../command.ts'
import type { Actor } from '#lib/domain/actor.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { rolloutAgent } from './subject.ts'

/**
 * Step 3 of the runbook: brings every switch of an agent that is ordered and not yet seen in force into force, and
 * reads it back. Answers whether all are; the guard asks again until they are. Safe to repeat.
 */
export async function reconcile(
  agent: string,
  trafficSwitch: TrafficSwitch,
  actor: Actor,
  options: CommandOptions = {},
): Promise<boolean> {
  const db = options.db ?? database()
  const head = await db.routingHead.findUnique({ where: { id: 1 } })
  const owed = await db.rollout.findMany({ where: { agent, switchStatus: { in: ['requested', 'failed'] } } })
  if (!head) return true

  let settled = true
  for (const row of owed) {
    if (row.switchRev === null) continue
    const order = { agent, epoch: head.epoch, rev: row.switchRev }
    await trafficSwitch.apply(order)
    const observed = await trafficSwitch.observe(order)
    const status = statusOf(row, observed, options.now ?? new Date())
    if (status !== 'applied') settled = false
    if (status !== row.switchStatus) {
      await settleSwitch({ rolloutId: row.id, status, observed }, actor, options)
    }
  }
  return settled
}

function statusOf(
  row: RolloutRow,
  observed: SwitchObservation,
  now: Date,
): 'requested' | 'applied' | 'failed' {
  if (observed.inForce) return 'applied'
  const waitedMs = now.getTime() - (row.switchRequestedAt ?? now).getTime()
  return waitedMs > switchDeadlineMs ? 'failed' : 'requested'
}

/** The instances of a fleet report within milliseconds of each other: most are there at the first look. */
const letThemReportMs = 500

/**
 * From here on the stable's runs count, for as long as the traffic from before needs to bring enough of them. An
 * incident that was judged without having seen this keeps its verdict.
 */
async function startWindow(tx: Tx, incidentId: string, rolloutId: string, now: Date): Promise<void> {
  const { recovery } = await tx.incident.findUniqueOrThrow({ where: { id: incidentId } })
  const data = { appliedAt: now }
  const found = recovery === 'verifying' ? await findRollout(tx, rolloutId) : null
  if (!found) {
    await tx.incident.update({ where: { id: incidentId }, data })
    return
  }
  const { latestS } = await readRecoveryWindow(tx, found.rollout, now)
  const recoveryUntil = new Date(now.getTime() + Math.round(latestS * 1000))
  await tx.incident.update({ where: { id: incidentId }, data: { ...data, recoveryUntil } })
}

/** Writes down what was read back. Only ever forward: an applied switch is not said to be requested again. */
const settleSwitch = command({
  name: 'switch.settle',
  capability: 'rollout.rollback',
  input: z.object({
    rolloutId: z.string(),
    status: z.enum(['requested', 'applied', 'failed']),
    observed: z.object({ inForce: z.boolean().nullable(), serving: z.number(), of: z.number() }),
  }),
  agent: rolloutAgent,
  async run(tx, { rolloutId, status, observed }, context) {
    const { now } = context
    await tx.$queryRaw`SELECT id FROM rollout WHERE id = ${rolloutId} FOR UPDATE`
    const row = await tx.rollout.findUnique({ where: { id: rolloutId } })
    if (!row) return refuse('missing', 'No such rollout')
    const isOpen = row.switchStatus === 'requested' || row.switchStatus === 'failed'
    if (!isOpen || row.switchStatus === status) return unchanged(null)

    const applied = status === 'applied' ? { switchAppliedAt: now } : {}
    await tx.rollout.update({ where: { id: rolloutId }, data: { switchStatus: status, ...applied } })
    if (row.incidentId && status === 'applied') {
      await startWindow(tx, row.incidentId, row.id, now)
      await owe(tx, { incidentId: row.incidentId, kind: 'switch_applied', channel: null }, context)
    }
    if (status === 'applied') {
      const job = { about: 'rollout', id: row.id, name: '' } as const
      await enqueue(tx, 'acknowledge', job, { at: new Date(now.getTime() + letThemReportMs) })
    }
    const incident = row.incidentId ? { incident: row.incidentId } : {}
    await announceChange(tx, { agent: row.agent, rollout: row.id, ...incident })
    const line: AuditLine = {
      action: 'switch',
      agent: row.agent,
      rollout: row.id,
      ...incident,
      outcome: status,
      fromVersion: formatVersionRef({ agent: row.agent, version: row.candidate }),
      toVersion: formatVersionRef({ agent: row.agent, version: row.stable }),
      switchStatus: status,
      policyVersion: row.policyNumber,
      details: { revision: Number(row.switchRev), serving: observed.serving, of: observed.of },
    }
    return done(null, line)
  },
})
