import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { systemActor } from '#lib/domain/actor.ts'
import { demoAgent, demoLastsMs } from '#lib/domain/demo.ts'
import type { Settings } from '#lib/env.ts'
import { startDemo } from '#lib/services/demo/start.ts'
import { stopDemo } from '#lib/services/demo/stop.ts'
import { demoId, readDemoFacts, readDemoWanted } from '#lib/store/demo.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, valueOf } from '#lib/testing/installation.ts'
import { freePorts } from '#lib/testing/program.ts'
import { keepDemo } from './demo.ts'

/** A launcher whose panel does not answer: the fleet cannot begin. One that can is in the stories. */

let house: TestDatabase
let ports: number[]
beforeAll(async () => {
  house = await openInstallation()
  ports = await freePorts(2)
})
afterAll(() => house.drop())

async function aLauncher() {
  const [panel = 0, edge = 0] = ports
  const settings = {
    SWITCHBACK_HOST: '127.0.0.1',
    SWITCHBACK_PANEL_PORT: panel,
    SWITCHBACK_EDGE_PORT: edge,
  } as Settings
  const kept = keepDemo({ settings, databaseUrl: house.url, say: () => undefined })
  onTestFinished(() => kept.stop())
  await untilIs('off')
  return kept
}

const facts = async () => await readDemoFacts(house.db, new Date())
async function untilIs(status: string) {
  await vi.waitUntil(async () => (await facts())?.status === status, { timeout: 60_000, interval: 50 })
}
const tokens = async () => await house.db.apiToken.findMany({ orderBy: { createdAt: 'asc' } })

test('does what is asked for, says why it cannot, and ends its token with it', async () => {
  const launcher = await aLauncher()
  valueOf(await startDemo({}, systemActor, { db: house.db }))
  await untilIs('failed')
  expect((await facts())?.because).toContain('The panel does not answer')
  const [token] = await tokens()
  expect(token).toMatchObject({ agents: [demoAgent, 'demo-agent-orders'], revokedAt: null })

  valueOf(await startDemo({}, systemActor, { db: house.db }))
  await vi.waitUntil(async () => (await tokens()).length === 2, { timeout: 60_000, interval: 50 })
  expect((await tokens()).map((each) => each.revokedAt !== null)).toEqual([true, false])

  valueOf(await stopDemo({}, systemActor, { db: house.db }))
  await untilIs('off')
  await vi.waitUntil(async () => (await tokens()).every((each) => each.revokedAt !== null))
  await launcher.stop()
  expect(await facts()).toBeNull()
})

test('a demo that nobody has touched for an hour is not begun again', async () => {
  const longAgo = new Date(Date.now() - demoLastsMs - 1_000)
  await house.db.demo.update({ where: { id: demoId }, data: { wanted: true, changedAt: longAgo } })
  const before = (await tokens()).length
  await aLauncher()
  await vi.waitUntil(async () => !(await readDemoWanted(house.db)).wanted, { timeout: 60_000, interval: 50 })
  expect(await tokens()).toHaveLength(before)
})
