import { z } from 'zod'
import type { Price } from '#lib/domain/price.ts'
import { overlapFault, priceName, priceSpan, priceState } from '#lib/domain/priceRules.ts'
import { announceChange } from '#lib/store/notices.ts'
import { holdPrices, type OwnPrice, priceOfRow, readPrices, rowOfPrice } from '#lib/store/prices.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { figures, figuresOf, priceMoment, recorded } from './input.ts'

/**
 * Changes a price. One that is in force is ended at a moment from now on and another entry follows it, so that what runs
 * were estimated by stays; one that is to come is written anew; one that has ended is history.
 */
export const changePrice = command({
  name: 'price.change',
  capability: 'settings.edit',
  input: z.strictObject({
    priceId: z.string(),
    /** From when on; null is now. */
    from: priceMoment.nullable(),
    ...figures,
  }),
  agent: () => undefined,
  async run(tx, input, { actor, now, newId }) {
    await holdPrices(tx)
    const row = await tx.modelPrice.findUnique({ where: { id: input.priceId } })
    if (!row) return refuse('missing', 'This entry of the price list does not exist any more')
    const before = priceOfRow(row)
    const { id: _id, ...rest } = before
    const after: Price = { ...rest, from: input.from ?? now, ...figuresOf(input) }
    const because = whyNotFrom(before, after, now)
    if (because) return refuse('not_now', because)
    const isInForce = priceState(before, now) === 'in_force'
    const ended = { ...before, until: after.from }
    const others = (await readPrices(tx)).filter((each) => each.id !== before.id)
    const overlap = overlapFault(after, isInForce ? [...others, ended] : others)
    if (overlap) return refuse('exists', overlap)
    const by = { kind: actor.kind, id: actor.id, name: actor.name }
    const priceId = isInForce ? newId('mp') : before.id
    if (isInForce) {
      await tx.modelPrice.update({ where: { id: before.id }, data: { untilAt: after.from } })
      const data = { id: priceId, ...rowOfPrice(after), createdAt: now, createdBy: by }
      await tx.modelPrice.create({ data })
    } else {
      await writeAnew(tx, before, after)
    }
    await announceChange(tx, {})
    const details = { price: priceId, was: before.id, ...recorded(after), before: recorded(before) }
    return done({ priceId }, { action: 'price.change', outcome: 'changed', details })
  },
})

function whyNotFrom(before: Price, after: Price, now: Date): string | null {
  const what = `${priceName(before)} ${priceSpan(before)}`
  switch (priceState(before, now)) {
    case 'ended':
      return `The entry ${what} has ended: add a new one`
    case 'in_force':
      if (after.from < now)
        return `The entry ${what} is in force, and runs keep what was estimated by it: choose now or a later moment`
      break
    case 'to_come':
      break
  }
  return after.until && after.until <= after.from
    ? `The entry ${what} ends before that: choose an earlier moment, or add a new entry`
    : null
}

async function writeAnew(tx: Tx, { id }: OwnPrice, after: Price): Promise<void> {
  await tx.modelPrice.update({ where: { id }, data: rowOfPrice(after) })
}
