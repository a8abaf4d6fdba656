import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { priceFor } from '#lib/domain/price.ts'
import { addPrice } from '#lib/services/price/add.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, valueOf } from '#lib/testing/installation.ts'
import { startTcpProxy } from '#lib/testing/tcpProxy.ts'
import { openDatabase } from './database.ts'
import { pricesFreshMs, pricesInForce, readUnpricedRuns } from './prices.ts'

/** What edges price runs by, and what they could not price. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())
beforeEach(async () => {
  await house.db.modelPrice.deleteMany()
})

const figures = {
  currency: 'USD',
  inputUsdPerMillion: 2,
  cachedInputUsdPerMillion: null,
  outputUsdPerMillion: 10,
  reasoningUsdPerMillion: null,
}
const add = async (model: string) =>
  valueOf(
    await addPrice({ provider: null, model, from: null, until: null, ...figures }, anActor(), {
      db: house.db,
      now: after(0),
    }),
  )
const at = (ms: number) => new Date(after(3600).getTime() + ms)

describe('the prices of an edge', () => {
  const hasPrice = async (now: Date, model: string, db = house.db) =>
    priceFor(await pricesInForce(db, now), { provider: null, model, at: now }) !== null

  test('are read again ten seconds later, and not before', async () => {
    expect(await hasPrice(at(0), 'm-1')).toBe(false)
    await add('m-1')
    expect(await hasPrice(at(pricesFreshMs - 1), 'm-1')).toBe(false)
    expect(await hasPrice(at(pricesFreshMs), 'm-1')).toBe(true)
  })

  test('are read again when the clock went back', async () => {
    await pricesInForce(house.db, at(60_000))
    await add('m-2')
    expect(await hasPrice(at(59_999), 'm-2')).toBe(true)
  })

  test('have the shipped ones among them', async () => {
    expect(await hasPrice(at(120_000), 'gpt-4o-mini')).toBe(true)
  })

  test('that could not be read are asked for again at once, not remembered as none', async () => {
    await add('m-3')
    const network = await startTcpProxy(house.url)
    const db = openDatabase(network.url, 1)
    try {
      network.cut()
      await expect(pricesInForce(db, at(0))).rejects.toThrow(/reach|closed|ECONNRE|terminated/i)
      network.mend()
      expect(await hasPrice(at(1), 'm-3', db)).toBe(true)
    } finally {
      await db.$disconnect()
      await network.close()
    }
  })
})

test('models without a price come with how many runs called them, most first, of late only', async () => {
  let number = 0
  const run = (second: number, unpriced: object[]) => ({
    traceId: String((number += 1)).padStart(32, '0'),
    spanId: '0'.repeat(16),
    agent: 'support-agent',
    version: '2.4.0',
    rung: 'span',
    startedAt: after(second),
    endedAt: after(second),
    receivedAt: after(second),
    latencyMs: 1,
    failed: false,
    toolCalls: 0,
    toolFailures: 0,
    tools: [],
    inputTokens: 1,
    outputTokens: 1,
    unpriced,
  })
  const mini = { provider: 'openai', model: 'mini' }
  const bare = { provider: null, model: 'bare' }
  await house.db.run.createMany({
    data: [
      run(-7200, [mini]),
      run(0, []),
      run(1, [bare]),
      run(2, [mini, bare]),
      run(3, [mini]),
      run(4, [mini]),
    ],
  })
  expect(await readUnpricedRuns(house.db, after(-3600), 10)).toEqual([
    { ...mini, runs: 3, lastAt: after(4) },
    { ...bare, runs: 2, lastAt: after(2) },
  ])
  expect(await readUnpricedRuns(house.db, after(-3600), 1)).toHaveLength(1)
})
