'use server'
import { requireActor } from '#lib/auth.ts'
import { forgetInstance as forget } from '#lib/services/instance/forget.ts'
import type { Refusal } from './refusal.ts'

/** Takes a process that is gone off the list of an agent. */
export async function forgetInstance(agent: string, id: string): Promise<Refusal | null> {
  const outcome = await forget({ agent, id }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}
