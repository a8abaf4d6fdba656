import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { roles } from '#lib/domain/actor.ts'
import { priceFor } from '#lib/domain/price.ts'
import { allPrices, holdPrices, readPrices } from '#lib/store/prices.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { addPrice } from './add.ts'
import { changePrice } from './change.ts'
import { endPrice } from './end.ts'
import { setShippedPrices } from './setShipped.ts'

/** The list of prices: at every moment at most one price of a model and provider, and history stays as it was. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())
beforeEach(async () => {
  await house.db.modelPrice.deleteMany()
  await house.db.setting.deleteMany()
})

const hour = 3600
const at = (second: number) => ({ db: house.db, now: after(second) })
const usd = {
  currency: 'USD',
  inputUsdPerMillion: 2,
  cachedInputUsdPerMillion: 0.5,
  outputUsdPerMillion: 10,
  reasoningUsdPerMillion: null,
}
const entry = (changes: Record<string, unknown> = {}) => ({
  provider: 'acme',
  model: 'm-1',
  from: null,
  until: null,
  ...usd,
  ...changes,
})
const add = (changes: Record<string, unknown> = {}, second = 0) =>
  addPrice(entry(changes), anActor(), at(second))
const priceAt = async (second: number, model = 'm-1') =>
  priceFor(await allPrices(house.db), { provider: 'acme', model, at: after(second) })?.inputUsdPerMillion ??
  null
const linesOf = async (action: string) =>
  (await house.db.auditEntry.findMany({ where: { action }, orderBy: { seq: 'desc' }, take: 1 })).map(
    ({ outcome, body }) => [outcome, body],
  )

describe('an entry', () => {
  test('is in force from its first moment, and on the record with every figure', async () => {
    valueOf(await add())
    expect(await priceAt(-1)).toBeNull()
    expect(await priceAt(0)).toBe(2)
    const [[outcome, body] = []] = await linesOf('price.add')
    expect(outcome).toBe('added')
    for (const said of ['"model":"m-1"', '"cachedInputUsdPerMillion":0.5', '"currency":"USD"'])
      expect(body).toContain(said)
  })

  test('takes a provider as frameworks write it', async () => {
    valueOf(await add({ provider: 'OpenAI.responses' }))
    expect((await readPrices(house.db)).map(({ provider }) => provider)).toEqual(['openai'])
  })

  test('that would overlap another is refused with both named, also when both come at once', async () => {
    const outcomes = await Promise.all([add(), add({ from: after(hour) }), add({ model: 'M-1' })])
    const refused = outcomes.filter((outcome) => !outcome.ok)
    expect(refused).toHaveLength(2)
    for (const outcome of refused) {
      if (outcome.ok) continue
      expect(outcome.refusal.code).toBe('exists')
      expect(outcome.refusal.because).toMatch(/m-1 of acme from .* overlaps the entry m-1 of acme from /i)
    }
    valueOf(await add({ provider: null }))
    valueOf(await add({ provider: 'other' }))
  })

  test('waits for whoever changes the list, and is judged by what came of it', async () => {
    let finish = () => {}
    const finished = new Promise<void>((resolve) => (finish = resolve))
    const row = { model: 'm-1', provider: 'acme', fromAt: after(0), createdAt: after(0), createdBy: {} }
    let isHeld = () => {}
    const held = new Promise<void>((resolve) => (isHeld = resolve))
    const other = house.db.$transaction(
      async (tx) => {
        await holdPrices(tx)
        await tx.modelPrice.create({
          data: { id: 'mp_other', ...row, inputUsdPerMillion: 1, outputUsdPerMillion: 1 },
        })
        isHeld()
        await finished
      },
      { timeout: 180_000 },
    )
    await held
    const added = add()
    await vi.waitFor(
      async () => {
        const [waiting] = await house.db.$queryRaw<{ n: number }[]>`
          SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted`
        expect(waiting?.n).toBe(1)
      },
      { timeout: 60_000, interval: 20 },
    )
    finish()
    await other
    expect(refusalOf(await added)).toBe('exists')
  })

  test('may follow another to the moment', async () => {
    valueOf(await add({ until: after(hour) }))
    valueOf(await add({ from: after(hour), inputUsdPerMillion: 3 }))
    expect([await priceAt(hour - 1), await priceAt(hour)]).toEqual([2, 3])
  })

  test.each([
    ['another currency', { currency: 'EUR' }, /USD.*not in EUR/],
    ['no currency', { currency: undefined }, /currency/],
    ['a negative price', { inputUsdPerMillion: -0.01 }, /inputUsdPerMillion.*0 or more/],
    ['no number', { outputUsdPerMillion: Number.NaN }, /outputUsdPerMillion/],
    ['no end of money', { outputUsdPerMillion: Infinity }, /outputUsdPerMillion/],
    ['an absurd price', { cachedInputUsdPerMillion: 100_001 }, /at most 100000/],
    ['a price as text', { inputUsdPerMillion: '2' }, /inputUsdPerMillion/],
    ['no model', { model: ' ' }, /the name of a model/],
    ['a star in the middle', { model: 'gpt-*-mini' }, /the name of a model/],
    ['a framework for a provider', { provider: 'langchain' }, /framework/],
    ['an end before its beginning', { from: after(hour), until: after(0) }, /until/],
    ['a year that is a slip', { from: new Date('0026-11-01') }, /2020 or later/],
    ['a date that is none', { from: new Date(Number.NaN) }, /a date/],
    ['what is not known', { inputEurPerMillion: 2 }, /inputEurPerMillion/],
  ])('with %s is refused, and says where', async (_name, changes, because) => {
    const outcome = await add(changes)
    expect(refusalOf(outcome)).toBe('bad_input')
    if (!outcome.ok) expect(outcome.refusal.because).toMatch(because)
    expect(await readPrices(house.db)).toEqual([])
  })

  test('cannot be written past the rules either: the database refuses it', async () => {
    const row = { id: 'mp_1', model: 'm', fromAt: after(0), createdAt: after(0), createdBy: {} }
    const wrong = [
      { inputUsdPerMillion: Number.NaN, outputUsdPerMillion: 1 },
      { inputUsdPerMillion: -1, outputUsdPerMillion: 1 },
      { inputUsdPerMillion: 1, outputUsdPerMillion: 1, untilAt: after(0) },
    ]
    for (const figures of wrong) {
      await expect(house.db.modelPrice.create({ data: { ...row, ...figures } })).rejects.toThrow(
        /model_price_/,
      )
    }
  })
})

describe('a change', () => {
  const change = (priceId: string, changes: Record<string, unknown>, second: number) =>
    changePrice({ priceId, from: null, ...usd, ...changes }, anActor(), at(second))

  test('of a price in force leaves what was, and another entry follows', async () => {
    const { priceId } = valueOf(await add())
    const later = valueOf(await change(priceId, { inputUsdPerMillion: 3 }, hour))
    expect(later.priceId).not.toBe(priceId)
    expect([await priceAt(0), await priceAt(hour - 1), await priceAt(hour)]).toEqual([2, 2, 3])
    expect((await readPrices(house.db)).map(({ from, until }) => [from, until])).toEqual([
      [after(0), after(hour)],
      [after(hour), null],
    ])
    const [[, body] = []] = await linesOf('price.change')
    expect(body).toContain('"inputUsdPerMillion":2')
    expect(body).toContain('"inputUsdPerMillion":3')
  })

  test('of a price in force may be said in advance, and keeps its end', async () => {
    const { priceId } = valueOf(await add({ until: after(3 * hour) }))
    valueOf(await change(priceId, { from: after(2 * hour), inputUsdPerMillion: 3 }, hour))
    expect([await priceAt(2 * hour - 1), await priceAt(2 * hour), await priceAt(3 * hour)]).toEqual([
      2,
      3,
      null,
    ])
  })

  test('of a price in force never reaches into the past', async () => {
    const { priceId } = valueOf(await add())
    expect(refusalOf(await change(priceId, { from: after(hour - 1) }, hour))).toBe('not_now')
    expect(await priceAt(hour)).toBe(2)
  })

  test('of a price to come writes it anew', async () => {
    const { priceId } = valueOf(await add({ from: after(2 * hour) }))
    valueOf(await change(priceId, { from: after(hour), inputUsdPerMillion: 3 }, 0))
    expect(await readPrices(house.db)).toMatchObject([
      { id: priceId, from: after(hour), inputUsdPerMillion: 3 },
    ])
  })

  test('of a price that ended, or beyond its end, or into the next one, is refused', async () => {
    const { priceId } = valueOf(await add({ until: after(hour) }))
    const next = valueOf(await add({ from: after(2 * hour) }))
    expect(refusalOf(await change(priceId, { from: after(hour) }, 0))).toBe('not_now')
    expect(refusalOf(await change(priceId, {}, hour))).toBe('not_now')
    expect(refusalOf(await change(next.priceId, { from: after(1) }, 0))).toBe('exists')
    expect(refusalOf(await change('mp_none', {}, 0))).toBe('missing')
  })

  test('by two at once leaves one entry at a time', async () => {
    const { priceId } = valueOf(await add())
    const both = await Promise.all([3, 4].map((usd) => change(priceId, { inputUsdPerMillion: usd }, hour)))
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await readPrices(house.db)).toHaveLength(2)
  })
})

describe('an end', () => {
  const end = (priceId: string, moment: Date | null, second: number) =>
    endPrice({ priceId, at: moment }, anActor(), at(second))

  test('makes the cost unknown from then on, and keeps what was', async () => {
    const { priceId } = valueOf(await add())
    valueOf(await end(priceId, null, hour))
    expect([await priceAt(hour - 1), await priceAt(hour)]).toEqual([2, null])
    expect(refusalOf(await end(priceId, null, 2 * hour))).toBe('not_now')
  })

  test('of a price to come takes it off the list', async () => {
    const { priceId } = valueOf(await add({ from: after(hour) }))
    valueOf(await end(priceId, null, 0))
    expect(await readPrices(house.db)).toEqual([])
    expect(await linesOf('price.end')).toMatchObject([['taken_off', expect.stringContaining('m-1')]])
  })

  test('never reaches into the past, and never makes a price last longer', async () => {
    const { priceId } = valueOf(await add({ until: after(2 * hour) }))
    expect(refusalOf(await end(priceId, after(1), hour))).toBe('not_now')
    expect(refusalOf(await end(priceId, after(3 * hour), hour))).toBe('not_now')
    expect(refusalOf(await end('mp_none', null, hour))).toBe('missing')
  })
})

test('the shipped list is used until somebody switches it off, and then again', async () => {
  const shipped = async () =>
    priceFor(await allPrices(house.db), { provider: 'openai', model: 'gpt-4o', at: after(0) }) !== null
  expect(await shipped()).toBe(true)
  valueOf(await setShippedPrices({ used: false }, anActor(), at(0)))
  expect(await shipped()).toBe(false)
  valueOf(await setShippedPrices({ used: true }, anActor(), at(0)))
  expect(await shipped()).toBe(true)
})

test('nobody but an administrator of every agent changes what a run costs', async () => {
  const { priceId } = valueOf(await add())
  const others = Object.entries(roles).filter(([role]) => role !== 'administrator')
  const actors = [
    ...others.map(([, capabilities]) => anActor({ capabilities })),
    anActor({ agents: ['support-agent'] }),
  ]
  for (const actor of actors) {
    expect(refusalOf(await addPrice(entry({ model: 'm-2' }), actor, at(0)))).toBe('forbidden')
    expect(refusalOf(await changePrice({ priceId, from: null, ...usd }, actor, at(0)))).toBe('forbidden')
    expect(refusalOf(await endPrice({ priceId, at: null }, actor, at(0)))).toBe('forbidden')
    expect(refusalOf(await setShippedPrices({ used: false }, actor, at(0)))).toBe('forbidden')
  }
  expect(await readPrices(house.db)).toHaveLength(1)
})
