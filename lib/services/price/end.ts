import { z } from 'zod'
import { priceName, priceSpan, priceState } from '#lib/domain/priceRules.ts'
import { announceChange } from '#lib/store/notices.ts'
import { holdPrices, priceOfRow } from '#lib/store/prices.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { priceMoment, recorded } from './input.ts'

/**
 * Ends a price, now or at a later moment; one that has not begun is taken off the list. From then on the cost of the
 * model is not known unless another entry fits. Runs that were counted keep the estimate that they got.
 */
export const endPrice = command({
  name: 'price.end',
  capability: 'settings.edit',
  input: z.strictObject({
    priceId: z.string(),
    /** Null: now. */
    at: priceMoment.nullable(),
  }),
  agent: () => undefined,
  async run(tx, input, { now }) {
    await holdPrices(tx)
    const row = await tx.modelPrice.findUnique({ where: { id: input.priceId } })
    if (!row) return refuse('missing', 'This entry of the price list does not exist any more')
    const price = priceOfRow(row)
    const what = `${priceName(price)} ${priceSpan(price)}`
    const at = input.at ?? now
    const state = priceState(price, now)
    if (state === 'ended') return refuse('not_now', `The entry ${what} has ended already`)
    if (at < now)
      return refuse('not_now', `The entry ${what} was in force until now: choose now or a later moment`)
    if (price.until && at > price.until) return refuse('not_now', `The entry ${what} ends before that`)
    const isTakenOff = at <= price.from
    if (isTakenOff) await tx.modelPrice.delete({ where: { id: price.id } })
    else await tx.modelPrice.update({ where: { id: price.id }, data: { untilAt: at } })
    await announceChange(tx, {})
    const details = { price: price.id, ...recorded({ ...price, until: at }) }
    return done(null, { action: 'price.end', outcome: isTakenOff ? 'taken_off' : 'ended', details })
  },
})
