'use server'
import { requireActor } from '#lib/auth.ts'
import { retryDelivery as retry } from '#lib/services/alert/retry.ts'
import { sendTestAlert as send } from '#lib/services/alert/sendTest.ts'
import type { Refusal } from './refusal.ts'

/** `agent` null: to the installation's channel. */
export async function sendTestAlert(agent: string | null): Promise<Refusal | null> {
  const outcome = await send(agent === null ? {} : { agent }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}

export async function retryDelivery(deliveryId: string): Promise<Refusal | null> {
  const outcome = await retry({ deliveryId }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}
