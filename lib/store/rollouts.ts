import type { Policy } from '#lib/domain/policy.ts'
import type { FallbackState, Phase, Recovery, Rollout, SwitchStatus } from '#lib/domain/rollout.ts'
import type { Prisma, Rollout as RolloutRow } from './generated/client.ts'
import type { Tx } from './transaction.ts'
import { fromJson } from './json.ts'

/** A rollout with the rows that only the guard reads. */
export interface RolloutState {
  readonly rollout: Rollout
  readonly row: RolloutRow
}

/** The rollout; null when there is none. `forUpdate` holds it until the transaction ends. */
export async function findRollout(tx: Tx, id: string, forUpdate = false): Promise<RolloutState | null> {
  if (forUpdate) await tx.$queryRaw`SELECT id FROM rollout WHERE id = ${id} FOR UPDATE`
  const row = await tx.rollout.findUnique({ where: { id } })
  return row ? await withPolicy(tx, row) : null
}

async function withPolicy(tx: Tx, row: RolloutRow): Promise<RolloutState> {
  const version = await tx.policyVersion.findUniqueOrThrow({
    where: { agent_number: { agent: row.agent, number: row.policyNumber } },
  })
  return { row, rollout: toRollout(row, fromJson.policy(version.policy)) }
}

/** A row and its policy as the domain knows a rollout. */
export function toRollout(row: RolloutRow, policy: Policy): Rollout {
  return {
    id: row.id,
    agent: row.agent,
    stable: row.stable,
    candidate: row.candidate,
    phase: row.phase as Phase,
    stageIndex: row.stageIndex,
    stageEnteredAt: row.stageEnteredAt,
    weightBp: row.weightBp,
    policy,
    policyNumber: row.policyNumber,
    salt: row.salt,
    startedAt: row.startedAt,
    checkedAt: row.checkedAt,
    startedByName: (row.startedBy as { name: string }).name,
    pausedAt: row.pausedAt,
    approvalAskedAt: row.approvalAskedAt,
    completedAt: row.completedAt,
    rollbackWindowEndsAt: row.rollbackWindowEndsAt,
    rolledBackAt: row.rolledBackAt,
    switchStatus: row.switchStatus as SwitchStatus | null,
    recovery: row.recovery as Recovery | null,
    incidentId: row.incidentId,
    suppressed: row.suppressed,
    lacks: row.lacks,
    version: row.version,
  }
}

/** Changes a rollout only if nobody moved it since it was read; whether it did. */
export async function moveRollout(
  tx: Tx,
  before: Rollout,
  changes: Prisma.RolloutUpdateManyMutationInput,
): Promise<boolean> {
  const moved = await tx.rollout.updateMany({
    where: { id: before.id, version: before.version },
    data: { ...changes, version: { increment: 1 } },
  })
  return moved.count === 1
}

/** Whether this content is locked for this agent. */
export async function isLocked(tx: Tx, agent: string, digest: string): Promise<boolean> {
  return (await tx.lock.findUnique({ where: { holdsKey: lockKey(agent, digest) } })) !== null
}

/** What makes a lock the only one on its content while it holds. */
export function lockKey(agent: string, digest: string): string {
  return `${agent}:${digest}`
}

/** What is known of a version as something to fall back to. */
export async function readFallback(
  tx: Tx,
  agent: string,
  name: string,
): Promise<FallbackState & { digest: string | null }> {
  const version = await tx.version.findUnique({ where: { agent_name: { agent, name } } })
  if (!version) return { exists: false, locked: false, attested: false, digest: null }
  return {
    exists: true,
    locked: await isLocked(tx, agent, version.digest),
    attested: version.attestedAt !== null,
    digest: version.digest,
  }
}
