import { z } from 'zod'
import { announceChange } from '#lib/store/notices.ts'
import { command } from '../command.ts'
import { done } from '../outcome.ts'
import { routeAgent, subjectOf } from './subject.ts'

/** Takes a way for alerts away. What is still owed by it is not sent, and says so. */
export const removeAlertRoute = command({
  name: 'alert_route.remove',
  capability: 'alerts.edit',
  input: z.object({ routeId: z.string() }),
  agent: routeAgent,
  async run(tx, { routeId }, { now }) {
    const route = await tx.alertRoute.update({ where: { id: routeId }, data: { removedAt: now } })
    await announceChange(tx, subjectOf(route))
    const { severity, use, messenger, channel, url } = route
    return done(null, {
      action: 'alert_route.remove',
      ...subjectOf(route),
      outcome: 'removed',
      details: { route: routeId, severity, use, messenger, channel, url },
    })
  },
})
