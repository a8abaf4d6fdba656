import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addPrice } from '#lib/services/price/add.ts'
import { setShippedPrices } from '#lib/services/price/setShipped.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, valueOf } from '#lib/testing/installation.ts'
import { readPricesView } from './prices.ts'

/** The page of prices: what lacks one comes first, and each entry says whether it counts. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())
beforeEach(async () => {
  await house.db.modelPrice.deleteMany()
  await house.db.run.deleteMany()
})

const add = async (model: string, changes: object = {}) =>
  valueOf(
    await addPrice(
      {
        provider: 'openai',
        model,
        from: null,
        until: null,
        currency: 'USD',
        inputUsdPerMillion: 1,
        cachedInputUsdPerMillion: null,
        outputUsdPerMillion: 1,
        reasoningUsdPerMillion: null,
        ...changes,
      },
      anActor(),
      { db: house.db, now: after(0) },
    ),
  )
const view = (second = 1) => readPricesView(after(second), house.db)

test('an own entry replaces the shipped one, which says so; one to come does not yet', async () => {
  const shippedState = async (second?: number) =>
    (await view(second)).shipped.find(({ model }) => model === 'gpt-4o')?.state
  expect(await shippedState()).toBe('in_force')
  await add('gpt-4o', { from: after(3600) })
  expect(await shippedState()).toBe('in_force')
  expect(await shippedState(3600)).toBe('replaced')
})

test('own entries that ended stand last', async () => {
  await add('b', { until: after(10) })
  await add('c')
  await add('d', { from: after(3600) })
  expect((await view(20)).own.map(({ model, state }) => [model, state])).toEqual([
    ['c', 'in_force'],
    ['d', 'to_come'],
    ['b', 'ended'],
  ])
})

test('a model that has a price by now is not among those without; one that nobody names stays', async () => {
  const unpriced = [
    { provider: 'openai', model: 'x-1' },
    { provider: 'openai', model: 'x-2' },
    { provider: null, model: null },
  ]
  await house.db.run.create({
    data: {
      traceId: '1',
      spanId: '1',
      agent: 'support-agent',
      version: '2.4.0',
      rung: 'span',
      startedAt: after(0),
      endedAt: after(0),
      receivedAt: after(0),
      latencyMs: 1,
      failed: false,
      toolCalls: 0,
      toolFailures: 0,
      tools: [],
      inputTokens: 1,
      outputTokens: 1,
      unpriced,
    },
  })
  await add('x-1')
  expect((await view()).unpriced.map(({ model }) => model)).toEqual(['x-2', null])
  expect((await view(86_402)).unpriced).toEqual([])
})

test('a list that is switched off is still shown as what it is', async () => {
  valueOf(await setShippedPrices({ used: false }, anActor(), { db: house.db, now: after(0) }))
  expect(await view()).toMatchObject({ usesShipped: false })
})
