import { z } from 'zod'
import type { Rollout } from '#lib/domain/rollout.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { operateSchema } from '../api/schemas.ts'

/** The agent that a rollout belongs to; null when there is no such rollout. */
export async function rolloutAgent(tx: Tx, input: { rolloutId: string }): Promise<string | null> {
  const row = await tx.rollout.findUnique({ where: { id: input.rolloutId }, select: { agent: true } })
  return row?.agent ?? null
}

/** What every operation on a rollout takes. `seenVersion` is the rollout's version that the asker looked at. */
export const operation = operateSchema.extend({ rolloutId: z.string() })

/** Whether the rollout moved since the asker looked; an asker who did not say what they saw takes it as it is. */
export function hasMoved(rollout: Rollout, seenVersion: number | undefined): boolean {
  return seenVersion !== undefined && seenVersion !== rollout.version
}

export const movedSentence = 'This rollout moved since you looked; look again'
