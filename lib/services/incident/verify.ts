import { z } from 'zod'
import type { AuditLine } from '#lib/domain/audit.ts'
import { formatVersionRef } from '#lib/domain/name.ts'
import { isMeasuredAtZero, judgeRecovery, measureMs, type RecoveryFacts } from '#lib/domain/recovery.ts'
import type { Rollout } from '#lib/domain/rollout.ts'
import { type Incident, Prisma } from '#lib/store/generated/client.ts'
import { announceChange } from '#lib/store/notices.ts'
import { holdRouting, nextRevision } from '#lib/store/revision.ts'
import {
  countFreshRuns,
  readCandidateRuns,
  readFreshFigures,
  readRecoveryWindow,
} from '#lib/store/recoveryEvidence.ts'
import { findRollout } from '#lib/store/rollouts.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { owe } from '../alert/owe.ts'
import { command, type Context } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'

/**
 * Step 4 of the runbook: looks at fresh evidence after a rollback. Notes when the candidate's measured share is zero,
 * and at the end of the stability window gives the verdict, once. Proven recovery lifts the `writes` deny that this
 * rollback engaged. Answers whether the verdict is there; the guard asks again until it is.
 */
export const verifyRecovery = command({
  name: 'incident.verify',
  capability: 'rollout.rollback',
  input: z.object({ incidentId: z.string() }),
  async agent(tx, { incidentId }) {
    const row = await tx.incident.findUnique({ where: { id: incidentId }, select: { agent: true } })
    return row?.agent ?? null
  },
  async run(tx, { incidentId }, context) {
    const named = await tx.incident.findUnique({ where: { id: incidentId }, select: { rolloutId: true } })
    // The rollout is what everybody locks first; the incident is read once it is held.
    const found = named ? await findRollout(tx, named.rolloutId, true) : null
    const incident = await tx.incident.findUnique({ where: { id: incidentId } })
    if (!found || !incident) return refuse('missing', 'No such incident')
    if (incident.recovery !== 'verifying') return unchanged({ settled: true })

    const measured = await noteMeasured(tx, incident, found.rollout, context)
    const verdict = await noteVerdict(tx, incident, found.rollout, context)
    const [first, ...rest] = [...measured, ...verdict.lines]
    if (!first) return unchanged({ settled: false })
    await announceChange(tx, { agent: incident.agent, rollout: incident.rolloutId, incident: incidentId })
    return done({ settled: verdict.settled }, first, ...rest)
  },
})

/**
 * The switch is verified when the traffic shows it: runs of the stable that began after it was in force, none of the
 * candidate. One that only ended after it says nothing of where the traffic goes.
 */
async function noteMeasured(
  tx: Tx,
  incident: Incident,
  rollout: Rollout,
  { now }: Context,
): Promise<readonly AuditLine[]> {
  if (incident.measuredAt || !incident.appliedAt) return []
  const since = new Date(Math.max(now.getTime() - measureMs, incident.appliedAt.getTime()))
  if (now.getTime() - since.getTime() < measureMs) return []
  const times = { appliedAt: incident.appliedAt, since, now }
  const candidateRuns = await countFreshRuns(tx, rollout.agent, rollout.candidate, times)
  const stableRuns = await countFreshRuns(tx, rollout.agent, rollout.stable, times)
  if (!isMeasuredAtZero({ candidateRuns, stableRuns })) return []
  await tx.incident.update({ where: { id: incident.id }, data: { measuredAt: now } })
  await tx.rollout.update({
    where: { id: rollout.id },
    data: { switchStatus: 'verified', switchVerifiedAt: now },
  })
  return [
    {
      ...lineOf(incident, rollout),
      action: 'switch',
      outcome: 'verified',
      switchStatus: 'verified',
      details: { stable_runs: stableRuns },
    },
  ]
}

async function noteVerdict(
  tx: Tx,
  incident: Incident,
  rollout: Rollout,
  context: Context,
): Promise<{ settled: boolean; lines: readonly AuditLine[] }> {
  const { now } = context
  const facts = await readFacts(tx, incident, rollout, now)
  const verdict = judgeRecovery(rollout.policy, facts)
  if (verdict.recovery === 'verifying') return { settled: false, lines: [] }

  const { stable, candidate } = facts
  const kept: Prisma.InputJsonObject = {
    runs: stable.runs,
    rates: { ...stable.rates },
    candidate: { ...candidate },
  }
  await tx.incident.update({
    where: { id: incident.id },
    data: {
      recovery: verdict.recovery,
      recoveryBecause: verdict.because,
      recoveryFacts: kept,
      recoveryEndedAt: now,
    },
  })
  await tx.rollout.update({ where: { id: rollout.id }, data: { recovery: verdict.recovery } })
  await owe(tx, { incidentId: incident.id, kind: 'recovery', channel: rollout.policy.alertChannel }, context)
  const line: AuditLine = {
    ...lineOf(incident, rollout),
    action: 'recovery',
    outcome: verdict.recovery,
    details: { because: verdict.because, ...kept },
  }
  const lifted = verdict.recovery === 'recovered' ? await liftWrites(tx, incident, rollout, context) : []
  return { settled: true, lines: [line, ...lifted] }
}

async function readFacts(tx: Tx, incident: Incident, rollout: Rollout, now: Date): Promise<RecoveryFacts> {
  const { appliedAt, openedAt, recoveryUntil: until } = incident
  const from = appliedAt ?? openedAt
  const window = await readRecoveryWindow(tx, rollout, from)
  const earliest = new Date(Math.min(from.getTime() + window.earliestS * 1000, until.getTime()))
  return {
    now,
    earliest,
    until,
    order: orderOf(incident, rollout),
    stable: await readFreshFigures(tx, rollout.agent, rollout.stable, from, now),
    // Not asked for before it is judged: conversations that may finish are looked for among all of the candidate's.
    candidate: now < earliest ? { leaked: 0, finishing: 0 } : await readCandidateRuns(tx, rollout, from, now),
  }
}

/** A switch that was in force once stays so for its incident, whatever the rollout's next one does. */
function orderOf(incident: Incident, rollout: Rollout): RecoveryFacts['order'] {
  if (incident.appliedAt) return 'applied'
  return rollout.switchStatus === 'failed' ? 'failed' : 'requested'
}

/** Lifts the deny that this very incident engaged; one that a person ordered stays. */
async function liftWrites(
  tx: Tx,
  incident: Incident,
  rollout: Rollout,
  { actor, now }: Context,
): Promise<readonly AuditLine[]> {
  await holdRouting(tx)
  const held = await tx.capabilityState.findFirst({
    where: { agent: incident.agent, incidentId: incident.id, state: 'deny' },
  })
  if (!held) return []
  const sinceRev = await nextRevision(tx, now)
  await tx.capabilityState.update({
    where: { agent_name: { agent: held.agent, name: held.name } },
    data: {
      state: 'allow',
      sinceRev,
      reason: 'Recovery was proven',
      setBy: { kind: actor.kind, id: actor.id, name: actor.name },
      setAt: now,
      acks: Prisma.DbNull,
    },
  })
  return [
    {
      ...lineOf(incident, rollout),
      action: 'capability.allow',
      outcome: 'allow',
      details: { capability: held.name },
    },
  ]
}

function lineOf(incident: Incident, rollout: Rollout) {
  return {
    agent: incident.agent,
    rollout: rollout.id,
    incident: incident.id,
    reason: incident.reason,
    fromVersion: formatVersionRef({ agent: incident.agent, version: incident.fromVersion }),
    toVersion: formatVersionRef({ agent: incident.agent, version: incident.toVersion }),
    stage: incident.stage,
    policyVersion: rollout.policyNumber,
  }
}
