import { expiryIsDue, switchWords } from '#lib/domain/killSwitch.ts'
import { paths } from '#lib/paths.ts'
import { announceChange } from '#lib/store/notices.ts'
import { oweNotice } from '../alert/owe.ts'
import { command } from '../command.ts'
import { done, unchanged } from '../outcome.ts'
import { switchAgent, switchLine, switchSubject } from './subject.ts'

/**
 * The time of a deny is over: it asks, once, by an alert and as a task on the page of the switches, and stays as it is.
 * Time alone never makes anything riskier; a second person lifts it.
 */
export const expireSwitch = command({
  name: 'switch.expire',
  capability: 'switch.engage',
  input: switchSubject,
  agent: switchAgent,
  async run(tx, { agent, name }, context) {
    const { now } = context
    await tx.$queryRaw`SELECT 1 FROM capability_state WHERE agent = ${agent} AND name = ${name} FOR UPDATE`
    const key = { agent_name: { agent, name } }
    const row = await tx.capabilityState.findUnique({ where: key })
    if (!row?.until) return unchanged(null)
    const held = {
      state: row.state === 'deny' ? ('deny' as const) : ('allow' as const),
      incidentId: row.incidentId,
      untilMs: row.until.getTime(),
      askedAtMs: row.expiryAskedAt?.getTime() ?? null,
    }
    if (!expiryIsDue(held, now.getTime())) return unchanged(null)
    await tx.capabilityState.update({ where: key, data: { expiryAskedAt: now } })
    const text =
      `The kill switch on ${switchWords({ agent, name })} was set to ask by now: is it still needed? ` +
      'It stays denied until a second person releases it.'
    const onceKey = `switch_expired:${agent}:${name}:${row.until.getTime()}`
    await oweNotice(tx, { onceKey, kind: 'switch_expired', facts: { text, path: paths.switches() } }, context)
    await announceChange(tx, { agent })
    return done(null, {
      action: 'switch.expire',
      outcome: 'asked',
      ...switchLine({ agent, name }, { until: row.until.toISOString() }),
    })
  },
})
