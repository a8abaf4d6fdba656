import { z } from 'zod'
import { paths } from '#lib/paths.ts'
import { announceChange } from '#lib/store/notices.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { routeAgent } from '../alertRoute/subject.ts'
import { channelOf, oweNotice } from './owe.ts'

/**
 * Owes a test message to where alerts go: an agent's channel, the installation's, or one route's. What came of it stands in the
 * outbox. One waits at a time.
 */
export const sendTestAlert = command({
  name: 'alert.test',
  capability: 'alerts.edit',
  input: z.object({ agent: z.string().optional(), routeId: z.string().optional() }),
  async agent(tx, { agent, routeId }) {
    if (routeId !== undefined) return await routeAgent(tx, { routeId })
    if (agent === undefined) return undefined
    return (await tx.agent.findUnique({ where: { name: agent } }))?.name ?? null
  },
  async run(tx, { agent: given, routeId }, context) {
    const route = routeId ? await tx.alertRoute.findUniqueOrThrow({ where: { id: routeId } }) : null
    const agent = route && route.agent !== '*' ? route.agent : given
    const about = agent ?? ''
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`alert.test:${about}`}, 0))`
    const waits = await tx.delivery.findFirst({
      where: {
        kind: 'test',
        status: 'queued',
        routeId: routeId ?? null,
        facts: { path: ['agent'], equals: about },
      },
    })
    if (waits) return refuse('not_now', 'A test message is already under way')
    const found = agent === undefined ? null : await tx.agent.findUnique({ where: { name: agent } })
    const channel = route ? channelOf(route) : (found?.alertChannel ?? null)
    const where = agent === undefined ? 'Alerts' : `Alerts of ${agent}`
    const facts = {
      text: `Test message from ${context.actor.name}. ${where} arrive here. Nothing happened.`,
      path: agent === undefined ? paths.settings.alerts() : paths.readiness(agent),
      agent: about,
    }
    const onceKey = `test:${context.newId('te')}`
    const notice = { onceKey, kind: 'test', facts, channel, ...(route ? { routeId: route.id } : {}) } as const
    const deliveryId = await oweNotice(tx, notice, context)
    await announceChange(tx, agent === undefined ? {} : { agent })
    return done(
      { deliveryId },
      {
        action: 'alert.test',
        ...(agent === undefined ? {} : { agent }),
        outcome: 'queued',
        details: { channel },
      },
    )
  },
})
