'use server'
import { requireActor } from '#lib/auth.ts'
import { setDemoFault as setFault } from '#lib/services/demo/setFault.ts'
import { startDemo as start } from '#lib/services/demo/start.ts'
import { stopDemo as stop } from '#lib/services/demo/stop.ts'
import type { Refusal } from './refusal.ts'

/** Starts a fleet of a made-up agent on the machine of this Switchback; or another, while one runs. */
export async function startDemo(): Promise<Refusal | null> {
  const outcome = await start({}, await requireActor())
  return outcome.ok ? null : outcome.refusal
}

/** Ends it. */
export async function stopDemo(): Promise<Refusal | null> {
  const outcome = await stop({}, await requireActor())
  return outcome.ok ? null : outcome.refusal
}

/** Lets something go wrong with the made-up agent, or right again. */
export async function setDemoFault(fault: string, on: boolean): Promise<Refusal | null> {
  const outcome = await setFault({ fault, on }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}
