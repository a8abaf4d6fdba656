'use server'
import { requireActor } from '#lib/auth.ts'
import { scheduleDrills as schedule } from '#lib/services/drill/schedule.ts'
import { startDrill } from '#lib/services/drill/start.ts'
import type { Refusal } from './refusal.ts'

/** Rehearses a rollback of this agent. No real traffic is changed. */
export async function runDrill(agent: string): Promise<Refusal | null> {
  const outcome = await startDrill({ agent }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}

/** When drills are held by themselves; null: they are not. The minute is of the day, UTC. */
export async function scheduleDrills(
  agent: string,
  given: { everyDays: number; atMinute: number } | null,
): Promise<Refusal | null> {
  const outcome = await schedule({ agent, schedule: given }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}
