import { z } from 'zod'
import { findWebhookKey, webhookSecret } from '#lib/store/webhookTarget.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { routeAgent, subjectOf } from './subject.ts'

/** A day: long enough to tell the receiver. */
const overlapMs = 86_400_000

/** A new secret for a webhook, shown this once. Messages are signed with both for a day, so that nothing is missed. */
export const rotateWebhookSecret = command({
  name: 'alert_route.rotate',
  capability: 'alerts.edit',
  stepUp: true,
  input: z.object({ routeId: z.string() }),
  agent: routeAgent,
  async run(tx, { routeId }, { now }) {
    await tx.$queryRaw`SELECT id FROM alert_route WHERE id = ${routeId} FOR UPDATE`
    const route = await tx.alertRoute.findUniqueOrThrow({ where: { id: routeId } })
    if (route.messenger !== 'webhook') return refuse('not_now', 'Only a webhook has a secret')
    if (route.overlapEndsAt && route.overlapEndsAt > now)
      return refuse('not_now', 'The secret before is still in use: rotate again when it has ended')
    const key = findWebhookKey()
    if (!key) return refuse('not_now', 'This panel was started without a key for webhooks')
    const number = route.secretNumber + 1
    const overlapEndsAt = new Date(now.getTime() + overlapMs)
    await tx.alertRoute.update({ where: { id: routeId }, data: { secretNumber: number, overlapEndsAt } })
    return done(
      { secret: webhookSecret(key, routeId, number) },
      {
        action: 'alert_route.rotate',
        ...subjectOf(route),
        outcome: 'rotated',
        details: { route: routeId, number, old_ends_at: overlapEndsAt.toISOString() },
      },
    )
  },
})
