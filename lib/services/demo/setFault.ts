import { z } from 'zod'
import { demoFaults } from '#lib/domain/demo.ts'
import { demoId, readDemoWanted } from '#lib/store/demo.ts'
import { announceDemo } from '#lib/store/notices.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'

/** Lets something go wrong with the demo's agent, or right again. */
export const setDemoFault = command({
  name: 'demo.fault',
  capability: 'demo.run',
  input: z.strictObject({ fault: z.enum(demoFaults), on: z.boolean() }),
  agent: () => undefined,
  async run(tx, { fault, on }, { now, actor }) {
    const { wanted, faults } = await readDemoWanted(tx)
    if (!wanted) return refuse('not_now', 'The demo does not run')
    if (faults.includes(fault) === on) return unchanged({})
    const after = on ? [...faults, fault] : faults.filter((each) => each !== fault)
    const changedBy = { kind: actor.kind, id: actor.id, name: actor.name }
    await tx.demo.update({ where: { id: demoId }, data: { faults: after, changedAt: now, changedBy } })
    await announceDemo(tx)
    return done({}, { action: 'demo.fault', outcome: on ? 'on' : 'off', details: { fault } })
  },
})
