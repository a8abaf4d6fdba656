import { announceChange } from '#lib/store/notices.ts'
import { nextRevision } from '#lib/store/revision.ts'
import { agentName, agentPutSchema } from '../api/schemas.ts'
import { command } from '../command.ts'
import { done } from '../outcome.ts'

/** Creates an agent, or changes what is said of it. Parts that are not given stay as they are. */
export const putAgent = command({
  name: 'agent.put',
  capability: 'agent.edit',
  input: agentPutSchema.extend({ agent: agentName }),
  agent: (_tx, input) => input.agent,
  async run(tx, { agent, displayName, alerts }, { now }) {
    const before = await tx.agent.findUnique({ where: { name: agent } })
    const changes = {
      ...(displayName === undefined ? {} : { displayName }),
      ...(alerts === undefined ? {} : { alertChannel: alerts.channel }),
    }
    const after = await tx.agent.upsert({
      where: { name: agent },
      create: {
        name: agent,
        displayName: displayName ?? agent,
        alertChannel: alerts?.channel ?? null,
        createdAt: now,
      },
      update: { ...changes, version: { increment: 1 } },
    })
    if (!before) await nextRevision(tx, now)
    await announceChange(tx, { agent })
    return done(
      { agent, displayName: after.displayName, created: !before },
      {
        action: before ? 'agent.change' : 'agent.create',
        agent,
        outcome: before ? 'changed' : 'created',
        details: { ...changes },
      },
    )
  },
})
