import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { addPrice } from '#lib/services/price/add.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { anAgentIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { aToken } from '#lib/testing/token.ts'
import { readPricesView } from '#lib/views/prices.ts'

/** What a run cost, from a real edge: no framework says it, so it is estimated, or it is unknown and the page names why. */

let house: TestDatabase
let edge: TestEdge
let token: string

beforeAll(async () => {
  house = await openInstallation()
  await anAgentIn(house.db)
  token = (await aToken(house.db, ['telemetry'])).token
  edge = await startTestEdge(house.url)
  await edge.hasTable()
})
afterAll(async () => {
  await edge.stop()
  await house.drop()
})

type Values = Record<string, string | number>
const attributes = (values: Values) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))

/** A run of this version with one model call, as an exporter sends both. */
async function send(version: string, call: Values): Promise<void> {
  const traceId = randomBytes(16).toString('hex')
  const [runId, callId] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')]
  const endNs = BigInt(Date.now()) * 1_000_000n
  const times = { startTimeUnixNano: String(endNs - 1_000_000_000n), endTimeUnixNano: String(endNs) }
  const run = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'support-agent',
    'gen_ai.agent.version': version,
  }
  const chat = { 'gen_ai.operation.name': 'chat', ...call }
  const spans = [
    {
      traceId,
      spanId: callId,
      parentSpanId: runId,
      name: 'chat',
      kind: 3,
      ...times,
      attributes: attributes(chat),
    },
    { traceId, spanId: runId, name: 'invoke_agent', kind: 1, ...times, attributes: attributes(run) },
  ]
  const answer = await fetch(`${edge.url}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  })
  expect([answer.status, await answer.json()]).toEqual([200, {}])
}

async function runOf(version: string) {
  return await vi.waitFor(async () => await house.db.run.findFirstOrThrow({ where: { version } }), {
    timeout: 60_000,
    interval: 20,
  })
}

test('a run that tells its tokens has a cost by the shipped prices', async () => {
  await send('2.3.3', {
    'gen_ai.provider.name': 'openai',
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'gen_ai.usage.input_tokens': 1_000_000,
    'gen_ai.usage.cache_read.input_tokens': 400_000,
    'gen_ai.usage.output_tokens': 100_000,
  })
  const run = await runOf('2.3.3')
  expect(run).toMatchObject({ costEstimated: true, cachedInputTokens: 400_000, unpriced: [] })
  expect(run.costUsd).toBeCloseTo(0.6 * 0.15 + 0.4 * 0.075 + 0.1 * 0.6, 10)
  expect(run.costUncachedUsd).toBeCloseTo(0.15 + 0.1 * 0.6, 10)
})

test('a model without a price has an unknown cost and is named; a price that comes later changes nothing that is counted', async () => {
  await send('2.4.0', {
    'gen_ai.provider.name': 'acme',
    'gen_ai.response.model': 'anvil-1',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 10,
  })
  expect(await runOf('2.4.0')).toMatchObject({ costUsd: null, costEstimated: false })
  const unpriced = async () => (await readPricesView(new Date(), house.db)).unpriced
  expect(await unpriced()).toMatchObject([{ provider: 'acme', model: 'anvil-1', runs: 1 }])
  const figures = {
    currency: 'USD',
    inputUsdPerMillion: 1,
    cachedInputUsdPerMillion: null,
    outputUsdPerMillion: 1,
    reasoningUsdPerMillion: null,
  }
  const price = { provider: 'acme', model: 'anvil-1', from: new Date('2026-01-01'), until: null, ...figures }
  valueOf(await addPrice(price, anActor(), { db: house.db, now: new Date() }))
  expect(await unpriced()).toEqual([])
  expect(await runOf('2.4.0')).toMatchObject({ costUsd: null })
})
