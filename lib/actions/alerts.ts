'use server'
import { requireActor } from '#lib/auth.ts'
import type { RouteUse, Severity } from '#lib/domain/alertRoute.ts'
import { addAlertRoute as add } from '#lib/services/alertRoute/add.ts'
import { removeAlertRoute as remove } from '#lib/services/alertRoute/remove.ts'
import { rotateWebhookSecret as rotate } from '#lib/services/alertRoute/rotate.ts'
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

/** By one route, to prove that it leads somewhere. */
export async function sendTestByRoute(routeId: string): Promise<Refusal | null> {
  const outcome = await send({ routeId }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}

/** What a webhook is signed with, shown once; null of a way without a secret. */
export type SecretMade =
  | { readonly ok: true; readonly secret: string | null }
  | { readonly ok: false; readonly refusal: Refusal }

export type NewAlertRoute = { agent: string; severity: Severity; use: RouteUse } & (
  | { messenger: 'slack'; channel: string; mention: string | null }
  | { messenger: 'webhook'; url: string }
)

export async function addAlertRoute(route: NewAlertRoute): Promise<SecretMade> {
  const outcome = await add(route, await requireActor())
  return outcome.ok ? { ok: true, secret: outcome.value.secret } : outcome
}

export async function rotateWebhookSecret(routeId: string): Promise<SecretMade> {
  const outcome = await rotate({ routeId }, await requireActor())
  return outcome.ok ? { ok: true, secret: outcome.value.secret } : outcome
}

export async function removeAlertRoute(routeId: string): Promise<Refusal | null> {
  const outcome = await remove({ routeId }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}
