import { z } from 'zod'
import { demoId, readDemoFacts, readDemoWanted } from '#lib/store/demo.ts'
import { announceDemo } from '#lib/store/notices.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'

/** Has the launcher run a fleet of a made-up agent; while one runs, another after it, with a rollout of its own. */
export const startDemo = command({
  name: 'demo.start',
  capability: 'demo.run',
  input: z.strictObject({}),
  agent: () => undefined,
  async run(tx, _input, { now, actor }) {
    if (!(await readDemoFacts(tx, now))) {
      const because =
        'Nobody is there to run it: this Switchback was not started by npm start. Use npm run demo'
      return refuse('not_now', because)
    }
    const { number } = await readDemoWanted(tx)
    const ordered = {
      wanted: true,
      number: number + 1,
      faults: [],
      changedAt: now,
      changedBy: { kind: actor.kind, id: actor.id, name: actor.name },
    }
    await tx.demo.upsert({ where: { id: demoId }, create: { id: demoId, ...ordered }, update: ordered })
    await announceDemo(tx)
    return done({}, { action: 'demo.start', outcome: 'ordered', details: { number: number + 1 } })
  },
})
