import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bounds, Use } from '#lib/domain/observation/due.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation } from '#lib/testing/installation.ts'
import { type NewObservation, recordObservations, takeDue } from './observations.ts'
import { inTransaction } from './transaction.ts'

/** What is due is taken, all of it and once, however much there is and whatever PostgreSQL knows of the table. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const s = 1_000
const bounds = (changes: Partial<Bounds> = {}): Bounds => ({
  unitBefore: Number.POSITIVE_INFINITY,
  endedBy: 100 * s,
  matureBy: 60 * s,
  silentBy: 30 * s,
  ...changes,
})
const observed = (use: Use, startedAt: number, changes: Partial<NewObservation> = {}): NewObservation => ({
  rolloutId: 'ro_1',
  use,
  side: 'candidate',
  turn: 0,
  unitBeganAt: startedAt,
  startedAt,
  endedAt: startedAt + s,
  receivedAt: startedAt + s,
  traceId: `${use}-${startedAt}`,
  spanId: '1',
  wentWrong: false,
  said: { bad: { errors: 0 } },
  ...changes,
})
const record = (all: readonly NewObservation[]) =>
  inTransaction(house.db, (tx) => recordObservations(tx, all))
const take = (rolloutId: string, at: Bounds) => inTransaction(house.db, (tx) => takeDue(tx, rolloutId, at))

test('each use is taken at its own time, of its own rollout, and of units whose period is known', async () => {
  await record([
    ...[10 * s, 50 * s, 99 * s, 100 * s].flatMap((at) => [
      observed('cohort', at),
      observed('limit', at),
      observed('silence', at),
    ]),
    observed('cohort', 5 * s, { rolloutId: 'ro_2' }),
  ])
  const known = await take('ro_1', bounds({ unitBefore: 50 * s }))
  expect(known.map(({ use, startedAt }) => [use, startedAt / s])).toEqual([
    ['cohort', 10],
    ['limit', 10],
    ['silence', 10],
  ])
  const rest = await take('ro_1', bounds())
  expect(rest.map(({ use, startedAt }) => [use, startedAt / s])).toEqual([
    ['cohort', 50],
    ['cohort', 99],
    ['limit', 50],
  ])
  expect(await take('ro_1', bounds())).toEqual([])
  expect(await take('ro_2', bounds())).toHaveLength(1)
})

test('a table that was filled a moment ago is taken from without being read again for each row', async () => {
  const batch = (from: number) =>
    Array.from({ length: 10_000 }, (_, n) => observed('cohort', from + n, { rolloutId: 'ro_many' }))
  for (let from = 0; from < 60_000; from += 10_000) await record(batch(from))
  const plan = await house.db.$queryRaw<{ 'QUERY PLAN': string }[]>`
    EXPLAIN DELETE FROM observation WHERE id = ANY(ARRAY(
      SELECT id FROM observation WHERE rollout_id = 'ro_many' AND use = 'cohort' AND ended_at <= now()
      ORDER BY started_at LIMIT 20000))`
  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  expect(text).not.toMatch(/Seq Scan on observation|Nested Loop/)
  let taken = 0
  for (let more = -1; more !== 0; taken += more) more = (await take('ro_many', bounds())).length
  expect(taken).toBe(60_000)
})
