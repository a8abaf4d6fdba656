import { z } from 'zod'
import { providerOf } from '#lib/domain/modelName.ts'
import type { Price } from '#lib/domain/price.ts'
import { overlapFault } from '#lib/domain/priceRules.ts'
import { announceChange } from '#lib/store/notices.ts'
import { holdPrices, readPrices, rowOfPrice } from '#lib/store/prices.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { figures, figuresOf, priceModel, priceMoment, priceProvider, recorded } from './input.ts'

/**
 * Adds an entry to the list of prices. Runs that were counted keep the estimate that they got: nothing is worked out
 * again, also where the entry begins in the past.
 */
export const addPrice = command({
  name: 'price.add',
  capability: 'settings.edit',
  input: z
    .strictObject({
      /** Null: whoever sells the model. */
      provider: priceProvider,
      model: priceModel,
      /** Null: now. */
      from: priceMoment.nullable(),
      until: priceMoment.nullable(),
      ...figures,
    })
    .refine(({ from, until }) => !from || !until || until > from, {
      path: ['until'],
      message: 'a moment after the first one',
    }),
  agent: () => undefined,
  async run(tx, input, { actor, now, newId }) {
    await holdPrices(tx)
    const { model, until } = input
    const entry: Price = {
      provider: providerOf(input.provider),
      model,
      from: input.from ?? now,
      until,
      ...figuresOf(input),
    }
    if (until && until <= entry.from) return refuse('not_now', 'The entry would end before it begins')
    const overlap = overlapFault(entry, await readPrices(tx))
    if (overlap) return refuse('exists', overlap)
    const id = newId('mp')
    const by = { kind: actor.kind, id: actor.id, name: actor.name }
    await tx.modelPrice.create({ data: { id, ...rowOfPrice(entry), createdAt: now, createdBy: by } })
    await announceChange(tx, {})
    const details = { price: id, ...recorded(entry) }
    return done({ priceId: id }, { action: 'price.add', outcome: 'added', details })
  },
})
