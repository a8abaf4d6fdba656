import type { IncidentSnapshot } from '#lib/domain/incident.ts'
import { currentStage } from '#lib/domain/rollout.ts'
import type { Prisma } from '#lib/store/generated/client.ts'
import type { RolloutState } from '#lib/store/rollouts.ts'
import { fromJson } from '#lib/store/json.ts'
import { readFigures } from '#lib/store/runs.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'

const figuresMs = 600_000

/** Freezes what is known of a rollout at this moment: the decision, the evidence, the figures, the policy. */
export async function takeSnapshot(
  tx: Tx,
  { rollout, row }: RolloutState,
  cause: { readonly because: string; readonly decisionId: string | null },
  { now }: Context,
): Promise<Prisma.InputJsonObject> {
  const decisionId = cause.decisionId ?? row.decisionId
  const decided = decisionId ? await tx.decision.findUnique({ where: { id: decisionId } }) : null
  const since = new Date(Math.max(now.getTime() - figuresMs, rollout.startedAt.getTime()))
  const snapshot: IncidentSnapshot = {
    decision: decided ? fromJson.decision(decided.decision) : null,
    check: decided ? fromJson.check(decided.check) : null,
    because: cause.because,
    stage: currentStage(rollout).name,
    weightPercent: rollout.weightBp / 100,
    policyNumber: rollout.policyNumber,
    policy: rollout.policy,
    figuresSince: since.toISOString(),
    candidate: await readFigures(tx, rollout.agent, rollout.candidate, since),
    stable: await readFigures(tx, rollout.agent, rollout.stable, since),
  }
  return JSON.parse(JSON.stringify(snapshot)) as Prisma.InputJsonObject
}
