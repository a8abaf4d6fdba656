import type { AuditLine } from '#lib/domain/audit.ts'
import type { Reason } from '#lib/domain/decision/reasons.ts'
import { formatVersionRef } from '#lib/domain/name.ts'
import { planRollback, type RollbackPlan } from '#lib/domain/rollback.ts'
import { currentStage } from '#lib/domain/rollout.ts'
import { announceChange } from '#lib/store/notices.ts'
import { Prisma } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { orderPeriod } from '#lib/store/periods.ts'
import { nextRevision } from '#lib/store/revision.ts'
import { lockKey, moveRollout, readFallback, type RolloutState } from '#lib/store/rollouts.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { owe } from '../alert/owe.ts'
import type { Context } from '../command.ts'
import { takeSnapshot } from '../incident/snapshot.ts'

/** Why traffic goes back, and what said so. */
export interface RollbackCause {
  readonly reason: Reason
  /** One sentence with the numbers, or what the person gave as the reason. */
  readonly because: string
  /** The decision that asked for it; null when a person did without one. */
  readonly decisionId: string | null
  /** When the first candidate run went wrong; null when nothing measured did. */
  readonly detectedAt: Date | null
}

export type RollbackResult =
  | {
      readonly kind: 'executed'
      readonly incidentId: string
      readonly audit: readonly [AuditLine, ...AuditLine[]]
    }
  | { readonly kind: 'already'; readonly incidentId: string | null; readonly audit: readonly [AuditLine] }
  | { readonly kind: 'refused'; readonly plan: Extract<RollbackPlan, { kind: 'refused' }> }
  | { readonly kind: 'stale' }

/**
 * Steps 1 and 2 of the runbook in the caller's transaction, which holds the rollout: claim, then traffic to the stable
 * under a new revision, candidate locked, incident with its frozen snapshot, writes denied if the policy says so, alert
 * and reconcile owed. The caller writes the audit lines. A repeated signal is counted and executes nothing.
 */
export async function executeRollback(
  tx: Tx,
  state: RolloutState,
  cause: RollbackCause,
  context: Context,
): Promise<RollbackResult> {
  const { rollout } = state
  const plan = planRollback(rollout, await readFallback(tx, rollout.agent, rollout.stable), context.now)
  switch (plan.kind) {
    case 'refused':
      return { kind: 'refused', plan }
    case 'already_rolled_back':
      return await countRepeat(tx, state, cause)
    case 'execute':
      return await switchBack(tx, state, cause, context)
    default:
      return plan satisfies never
  }
}

async function countRepeat(tx: Tx, { rollout }: RolloutState, cause: RollbackCause): Promise<RollbackResult> {
  await tx.rollout.update({ where: { id: rollout.id }, data: { suppressed: { increment: 1 } } })
  await announceChange(tx, { agent: rollout.agent, rollout: rollout.id })
  const line: AuditLine = {
    action: 'rollout.rollback',
    outcome: 'already_rolled_back',
    reason: cause.reason,
    details: { suppressed: rollout.suppressed + 1, because: cause.because },
    ...subjectOf(rollout, cause),
  }
  return { kind: 'already', incidentId: rollout.incidentId, audit: [line] }
}

async function switchBack(
  tx: Tx,
  state: RolloutState,
  cause: RollbackCause,
  context: Context,
): Promise<RollbackResult> {
  const { rollout } = state
  const { now } = context
  const incidentId = context.newId('in')
  if (rollout.phase === 'completed') {
    const data = { stableVersion: rollout.stable, version: { increment: 1 } }
    await tx.agent.update({ where: { name: rollout.agent }, data })
  }
  const rev = await nextRevision(tx, now)
  await orderPeriod(tx, { rolloutId: rollout.id, weightBp: 0, rev, now })
  const recoveryUntil = new Date(now.getTime() + rollout.policy.stabilityWindowSeconds * 1000)

  const moved = await moveRollout(tx, rollout, {
    phase: 'rolled_back',
    weightBp: 0,
    rolledBackAt: now,
    liveKey: null,
    switchStatus: 'requested',
    switchRev: rev,
    switchRequestedAt: now,
    recovery: 'verifying',
    incidentId,
  })
  if (!moved) return { kind: 'stale' }
  if (rollout.policy.lockCandidateAfterRollback)
    await lockCandidate(tx, state, cause, incidentId, rev, context)
  const denies = rollout.policy.disableWritesOnRollback
  const denied = denies && (await denyWrites(tx, state, incidentId, rev, context))

  await tx.incident.create({
    data: {
      id: incidentId,
      agent: rollout.agent,
      rolloutId: rollout.id,
      decisionId: cause.decisionId,
      reason: cause.reason,
      fromVersion: rollout.candidate,
      toVersion: rollout.stable,
      stage: currentStage(rollout).name,
      actor: { kind: context.actor.kind, id: context.actor.id, name: context.actor.name },
      note: cause.because,
      snapshot: await takeSnapshot(tx, state, cause, context),
      detectedAt: cause.detectedAt,
      openedAt: now,
      recovery: 'verifying',
      recoveryUntil,
    },
  })
  await owe(tx, { incidentId, kind: 'rollback_triggered', channel: rollout.policy.alertChannel }, context)
  await enqueue(tx, 'reconcile', { agent: rollout.agent }, { at: now })
  await enqueue(tx, 'verify', { incidentId }, { at: new Date(now.getTime() + 1_000) })
  await announceChange(tx, { agent: rollout.agent, rollout: rollout.id, incident: incidentId })

  const line: AuditLine = {
    action: 'rollout.rollback',
    outcome: 'rolled_back',
    reason: cause.reason,
    details: {
      because: cause.because,
      revision: Number(rev),
      was: rollout.phase,
      detected_at: cause.detectedAt?.toISOString() ?? null,
    },
    ...subjectOf({ ...rollout, incidentId }, cause),
    switchStatus: 'requested',
  }
  const subject = subjectOf({ ...rollout, incidentId }, cause)
  const writes: AuditLine = {
    ...subject,
    action: 'capability.deny',
    outcome: 'deny',
    details: { capability: 'writes', because: 'Until recovery is proven', revision: Number(rev) },
  }
  return { kind: 'executed', incidentId, audit: denied ? [line, writes] : [line] }
}

/** What every line about this rollback names. */
function subjectOf(rollout: RolloutState['rollout'], cause: RollbackCause) {
  return {
    agent: rollout.agent,
    rollout: rollout.id,
    ...(rollout.incidentId ? { incident: rollout.incidentId } : {}),
    ...(cause.decisionId ? { runId: cause.decisionId } : {}),
    fromVersion: formatVersionRef({ agent: rollout.agent, version: rollout.candidate }),
    toVersion: formatVersionRef({ agent: rollout.agent, version: rollout.stable }),
    stage: currentStage(rollout).name,
    ...(rollout.switchStatus ? { switchStatus: rollout.switchStatus } : {}),
    policyVersion: rollout.policyNumber,
  }
}

async function lockCandidate(
  tx: Tx,
  { rollout }: RolloutState,
  cause: RollbackCause,
  incidentId: string,
  sinceRev: bigint,
  { actor, now, newId }: Context,
): Promise<void> {
  const key = { agent_name: { agent: rollout.agent, name: rollout.candidate } }
  const { digest } = await tx.version.findUniqueOrThrow({ where: key })
  const holdsKey = lockKey(rollout.agent, digest)
  if (await tx.lock.findUnique({ where: { holdsKey } })) return
  await tx.lock.create({
    data: {
      id: newId('lk'),
      agent: rollout.agent,
      digest,
      versionName: rollout.candidate,
      reason: cause.reason,
      incidentId,
      sessionMode: rollout.policy.sessionsOnRollback,
      sinceRev,
      lockedAt: now,
      lockedBy: actor.name,
      holdsKey,
    },
  })
}

/** The capability `writes` of the agent: denied until proven recovery lifts it. A person's own deny is left as it is; whether it denied. */
async function denyWrites(
  tx: Tx,
  { rollout }: RolloutState,
  incidentId: string,
  sinceRev: bigint,
  { actor, now }: Context,
): Promise<boolean> {
  const key = { agent: rollout.agent, name: 'writes' }
  const held = await tx.capabilityState.findUnique({ where: { agent_name: key } })
  if (held?.state === 'deny') return false
  const data = {
    state: 'deny',
    onUnknown: 'deny',
    sinceRev,
    reason: `Denied while the recovery of ${rollout.candidate} is proven`,
    setBy: { kind: actor.kind, id: actor.id, name: actor.name },
    setAt: now,
    incidentId,
    until: null,
    expiryAskedAt: null,
    acks: Prisma.DbNull,
  }
  await tx.capabilityState.upsert({ where: { agent_name: key }, create: { ...key, ...data }, update: data })
  return true
}
