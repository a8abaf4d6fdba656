import { z } from 'zod'
import { announceChange } from '#lib/store/notices.ts'
import { nextRevision } from '#lib/store/revision.ts'
import { agentName } from '../api/schemas.ts'
import { command } from '../command.ts'
import { done, unchanged } from '../outcome.ts'

/** Registers an agent under its name alone. One that is there stays as it is. */
export const registerAgent = command({
  name: 'agent.create',
  capability: 'agent.edit',
  input: z.strictObject({ agent: agentName }),
  agent: (_tx, input) => input.agent,
  async run(tx, { agent }, { now }) {
    const made = await tx.agent.createMany({
      data: [{ name: agent, displayName: agent, alertChannel: null, createdAt: now }],
      skipDuplicates: true,
    })
    if (made.count === 0) return unchanged({ agent })
    await nextRevision(tx, now)
    await announceChange(tx, { agent })
    return done({ agent }, { action: 'agent.create', agent, outcome: 'created', details: {} })
  },
})
