import { z } from 'zod'
import { demoId, readDemoWanted } from '#lib/store/demo.ts'
import { announceDemo } from '#lib/store/notices.ts'
import { command } from '../command.ts'
import { done, unchanged } from '../outcome.ts'

/** Ends the fleet of the demo. Its agent, rollouts and incidents stay, as everything that happened does. */
export const stopDemo = command({
  name: 'demo.stop',
  capability: 'demo.run',
  input: z.strictObject({}),
  agent: () => undefined,
  async run(tx, _input, { now, actor }) {
    const { wanted, number } = await readDemoWanted(tx)
    if (!wanted) return unchanged({})
    const changedBy = { kind: actor.kind, id: actor.id, name: actor.name }
    await tx.demo.update({
      where: { id: demoId },
      data: { wanted: false, faults: [], changedAt: now, changedBy },
    })
    await announceDemo(tx)
    return done({}, { action: 'demo.stop', outcome: 'ordered', details: { number } })
  },
})
