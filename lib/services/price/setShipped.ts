import { z } from 'zod'
import { announceChange } from '#lib/store/notices.ts'
import { readUsesShippedPrices, writeSetting } from '#lib/store/settings.ts'
import { command } from '../command.ts'
import { done, unchanged } from '../outcome.ts'

/** Whether the shipped list prices what has no entry of its own. Without it such a cost is not known. */
export const setShippedPrices = command({
  name: 'price.shipped',
  capability: 'settings.edit',
  input: z.strictObject({ used: z.boolean() }),
  agent: () => undefined,
  async run(tx, { used }, { actor, now }) {
    if ((await readUsesShippedPrices(tx)) === used) return unchanged(null)
    const by = { kind: actor.kind, id: actor.id, name: actor.name }
    await writeSetting(tx, 'shipped_prices', used, { at: now, by })
    await announceChange(tx, {})
    return done(null, { action: 'price.shipped', outcome: used ? 'on' : 'off' })
  },
})
