import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readDemoWanted } from '#lib/store/demo.ts'
import { beat } from '#lib/store/heartbeats.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, valueOf } from '#lib/testing/installation.ts'
import { readDemo } from '#lib/views/demo.ts'
import { setDemoFault } from './setFault.ts'
import { startDemo } from './start.ts'
import { stopDemo } from './stop.ts'

/** What is asked for of the demo; the launcher does it. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())
beforeEach(async () => {
  await house.db.demo.deleteMany()
  await house.db.heartbeat.deleteMany()
})

const administrator = anActor({ capabilities: ['demo.run'] })
const at = (second: number) => ({ db: house.db, now: after(second) })

async function aLauncher(second: number, facts: Readonly<Record<string, string | null>> = { status: 'off' }) {
  const said = { because: null, rolloutId: null, ...facts }
  await beat(house.db, {
    kind: 'launcher',
    instance: 'l',
    startedAt: after(0),
    at: after(second),
    facts: said,
  })
}

const linesOf = async () => {
  const entries = await house.db.auditEntry.findMany({
    where: { action: { startsWith: 'demo.' } },
    orderBy: { seq: 'asc' },
  })
  return entries.map(({ action, outcome }) => `${action} ${outcome}`)
}

test('is not asked for where nobody would run it', async () => {
  expect(await startDemo({}, administrator, at(0))).toMatchObject({
    ok: false,
    refusal: { code: 'not_now', because: expect.stringContaining('npm run demo') },
  })
  await aLauncher(0)
  expect((await startDemo({}, administrator, at(60))).ok).toBe(false)
  expect(await readDemo(house.db, after(60))).toBeNull()
})

test('each start is another fleet, with nothing wrong; the second stop changes nothing', async () => {
  await aLauncher(0)
  const before = (await linesOf()).length
  valueOf(await startDemo({}, administrator, at(1)))
  valueOf(await setDemoFault({ fault: 'errors', on: true }, administrator, at(2)))
  valueOf(await setDemoFault({ fault: 'errors', on: true }, administrator, at(3)))
  expect(await readDemoWanted(house.db)).toMatchObject({ wanted: true, number: 1, faults: ['errors'] })
  valueOf(await startDemo({}, administrator, at(4)))
  expect(await readDemoWanted(house.db)).toMatchObject({ wanted: true, number: 2, faults: [] })
  valueOf(await stopDemo({}, administrator, at(5)))
  valueOf(await stopDemo({}, administrator, at(6)))
  expect(await readDemoWanted(house.db)).toMatchObject({ wanted: false, number: 2, changedAt: after(5) })
  expect((await linesOf()).slice(before)).toEqual([
    'demo.start ordered',
    'demo.fault on',
    'demo.start ordered',
    'demo.stop ordered',
  ])
})

test('nothing goes wrong with a demo that does not run, and no fault that there is none of', async () => {
  await aLauncher(0)
  expect(await setDemoFault({ fault: 'errors', on: true }, administrator, at(1))).toMatchObject({
    ok: false,
    refusal: { code: 'not_now' },
  })
  valueOf(await startDemo({}, administrator, at(1)))
  expect(await setDemoFault({ fault: 'fire', on: true }, administrator, at(2))).toMatchObject({
    ok: false,
    refusal: { code: 'bad_input' },
  })
})

test('nobody else may ask for it', async () => {
  await aLauncher(0)
  const manager = anActor({ capabilities: ['rollout.start', 'rollout.rollback'] })
  expect(await startDemo({}, manager, at(1))).toMatchObject({ ok: false, refusal: { code: 'forbidden' } })
  expect(await stopDemo({}, manager, at(1))).toMatchObject({ ok: false, refusal: { code: 'forbidden' } })
})

test('its page says how it is: as the launcher says, and that nobody runs it once that is not heard', async () => {
  await aLauncher(0)
  valueOf(await startDemo({}, administrator, at(1)))
  expect(await readDemo(house.db, after(1))).toMatchObject({ status: 'starting' })
  await aLauncher(3, { status: 'running', rolloutId: 'ro_1' })
  expect(await readDemo(house.db, after(4))).toEqual({
    status: 'running',
    because: null,
    rolloutId: 'ro_1',
    faults: [],
  })
  await aLauncher(5, { status: 'failed', because: 'The panel does not answer' })
  expect(await readDemo(house.db, after(6))).toMatchObject({ status: 'failed' })
  expect(await readDemo(house.db, after(60))).toMatchObject({ status: 'away', rolloutId: null })
})
