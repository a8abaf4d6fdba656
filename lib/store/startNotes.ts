import { absenceNotes } from '#lib/domain/absence.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { recoveryNote } from '#lib/domain/recoveryWindow.ts'
import { readCarried } from './carried.ts'
import type { PrismaClient } from './generated/client.ts'
import { readTraffic } from './runTimes.ts'
import type { Tx } from './transaction.ts'

/** What a person should know before a rollout of this agent begins, from the runs that its stable had lately. */
export async function readStartNotes(
  db: Tx | PrismaClient,
  { agent, stable, policy }: { agent: string; stable: string; policy: Policy },
  now: Date,
): Promise<string[]> {
  const { rate, settledAfterS } = await readTraffic(db, agent, stable, now)
  const recovery = recoveryNote(agent, policy, rate, settledAfterS)
  const absent = absenceNotes(agent, policy, await readCarried(db, agent, stable, now))
  return [...absent, ...(recovery === null ? [] : [recovery])]
}
