import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { routeOfChannel } from '#lib/domain/alertRoute.ts'
import type { AlertRoute, PrismaClient } from './generated/client.ts'

/**
 * The key that the secrets of webhooks are derived from, where the launcher said it is; null for a process that was
 * started without it. It is in the data folder: whoever reads the database alone can sign nothing.
 */
export function findWebhookKey(): string | null {
  const file = process.env.WEBHOOK_KEY_FILE
  return file ? readFileSync(file, 'utf8').trim() : null
}

/** The secret of a route with this number: 256 bits, as Standard Webhooks writes them. */
export function webhookSecret(key: string, routeId: string, number: number): string {
  return `whsec_${createHmac('sha256', key).update(`${routeId}:${number}`).digest('base64')}`
}

/** Where a webhook's channel leads now, and what to sign with; null when there is no such way, or no key. */
export async function findWebhookTarget(
  db: PrismaClient,
  channel: string,
  now: Date,
  key: string | null = findWebhookKey(),
): Promise<{ url: string; secrets: string[] } | null> {
  const id = routeOfChannel(channel)
  const route = id && key ? await db.alertRoute.findUnique({ where: { id } }) : null
  if (!route?.url || route.removedAt || !key) return null
  return {
    url: route.url,
    secrets: numbersOf(route, now).map((number) => webhookSecret(key, route.id, number)),
  }
}

function numbersOf({ secretNumber, overlapEndsAt }: AlertRoute, now: Date): number[] {
  return overlapEndsAt && overlapEndsAt > now ? [secretNumber, secretNumber - 1] : [secretNumber]
}
