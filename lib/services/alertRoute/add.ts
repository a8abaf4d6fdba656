import { z } from 'zod'
import { groupIdPattern, routeUses, severities } from '#lib/domain/alertRoute.ts'
import { announceChange } from '#lib/store/notices.ts'
import { findWebhookKey, webhookSecret } from '#lib/store/webhookTarget.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { subjectOf } from './subject.ts'

const condition = {
  /** `*` is every agent. */
  agent: z.string(),
  severity: z.enum(severities),
  use: z.enum(routeUses),
}
const input = z.discriminatedUnion('messenger', [
  z.strictObject({
    ...condition,
    messenger: z.literal('slack'),
    // As Slack writes a name or an id. Never with a colon, which is a webhook's.
    channel: z.string().regex(/^#?[\p{L}\p{N}_.-]{1,80}$/u),
    mention: z.string().regex(groupIdPattern).nullable(),
  }),
  z.strictObject({
    ...condition,
    messenger: z.literal('webhook'),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .refine(
        (url) => !new URL(url).username && !new URL(url).password,
        'no name or password in the address',
      ),
  }),
])

/**
 * Adds a way for alerts, beside the installation's own channel. Of a webhook it answers the secret, which is shown this
 * once. Where the address leads is judged at each message: today's answer says nothing of tomorrow's.
 */
export const addAlertRoute = command({
  name: 'alert_route.add',
  capability: 'alerts.edit',
  input,
  agent: async (tx, { agent }) =>
    agent === '*' ? undefined : ((await tx.agent.findUnique({ where: { name: agent } }))?.name ?? null),
  async run(tx, route, { actor, now, newId }) {
    const id = newId('ar')
    const key = route.messenger === 'webhook' ? findWebhookKey() : null
    if (route.messenger === 'webhook' && !key)
      return refuse('not_now', 'This panel was started without a key for webhooks: start it with npm start')
    const created = {
      ...route,
      id,
      createdAt: now,
      createdBy: { kind: actor.kind, id: actor.id, name: actor.name },
    }
    await tx.alertRoute.create({ data: created })
    await announceChange(tx, subjectOf(route))
    return done(
      { routeId: id, secret: key && webhookSecret(key, id, 1) },
      {
        action: 'alert_route.add',
        ...subjectOf(route),
        outcome: 'added',
        details: { route: id, ...route },
      },
    )
  },
})
