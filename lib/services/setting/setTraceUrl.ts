import { z } from 'zod'
import { traceUrlFault } from '#lib/domain/traceUrl.ts'
import { announceChange } from '#lib/store/notices.ts'
import { readTraceUrl, writeSetting } from '#lib/store/settings.ts'
import { command } from '../command.ts'
import { done, unchanged } from '../outcome.ts'

/** Sets where the panel's links to traces lead; null takes the links away. */
export const setTraceUrl = command({
  name: 'setting.trace_url',
  capability: 'settings.edit',
  input: z.strictObject({
    template: z
      .string()
      .trim()
      .check((context) => {
        const expected = traceUrlFault(context.value)
        if (expected) context.issues.push({ code: 'custom', message: expected, input: context.value })
      })
      .nullable(),
  }),
  agent: () => undefined,
  async run(tx, { template }, { actor, now }) {
    const before = await readTraceUrl(tx)
    if (before === template) return unchanged(null)
    const by = { kind: actor.kind, id: actor.id, name: actor.name }
    await writeSetting(tx, 'trace_url', template, { at: now, by })
    await announceChange(tx, {})
    const outcome = template === null ? 'removed' : 'set'
    return done(null, { action: 'setting.trace_url', outcome, details: { template, before } })
  },
})
