import { z } from 'zod'
import { whyNotForget } from '#lib/domain/acknowledgement.ts'
import { announceChange } from '#lib/store/notices.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'

/**
 * Takes a process that somebody knows to be gone off the list of an agent, so that nothing waits for it. If it is not
 * gone, its next report brings it back.
 */
export const forgetInstance = command({
  name: 'instance.forget',
  capability: 'switch.engage',
  input: z.strictObject({ agent: z.string(), id: z.string().max(200) }),
  async agent(tx, { agent }) {
    return (await tx.agent.findUnique({ where: { name: agent }, select: { name: true } }))?.name ?? null
  },
  async run(tx, { agent, id }, { now }) {
    const where = { id, OR: [{ agents: { has: agent } }, { agents: { isEmpty: true } }] }
    const rows = await tx.instance.findMany({ where })
    const why = rows
      .map((row) => whyNotForget({ heardAt: row.heardAt.getTime() }, now.getTime()))
      .find(Boolean)
    if (why) return refuse('not_now', why)
    if (rows.length === 0) return unchanged({ id })
    await tx.instance.deleteMany({ where: { OR: rows.map(({ source }) => ({ source, id })) } })
    await announceChange(tx, { agent })
    const [row] = rows
    const details = { instance: id, host: row?.host ?? null, last_heard: row?.heardAt.toISOString() ?? null }
    return done({ id }, { action: 'instance.forget', outcome: 'forgotten', agent, details })
  },
})
