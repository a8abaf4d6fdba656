import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { memoryMessenger } from '#lib/drivers/messenger/memory.ts'
import { buildTable } from '#lib/routing/build.ts'
import { followDrill } from '#lib/services/drill/follow.ts'
import { scheduleDrills, startDueDrills } from '#lib/services/drill/schedule.ts'
import { startDrill } from '#lib/services/drill/start.ts'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { keepReports } from '#lib/store/instances.ts'
import { readRoutingFacts } from '#lib/store/routing.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { startTestGuard, tableSwitchOf } from '#lib/testing/guard.ts'
import { anAgentIn, aRolloutIn, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { aToken } from '#lib/testing/token.ts'
import { readReadiness } from '#lib/views/readiness.ts'
import { createSwitchback } from '#sdk/client.ts'

/** Drills over a real guard, edge and SDK: what they prove, and that they change nothing. */

const soon = { timeout: 60_000, interval: 20 }
const mira = anActor({ id: 'pe_mira', name: 'Mira' })
let house: TestDatabase
let edge: TestEdge
let count = 0

beforeAll(async () => {
  house = await openInstallation()
  await anAgentIn(house.db, { agent: 'first-agent' })
  edge = await startTestEdge(house.url)
  await edge.hasTable()
})
afterAll(async () => {
  await edge.stop()
  await house.drop()
})

const options = (now = new Date()) => ({ db: house.db, now })
const drillOf = (id: string) => house.db.drill.findUniqueOrThrow({ where: { id } })

/** An agent with a policy in force and no rollout under way. */
async function anAgent(live = false): Promise<string> {
  const agent = await anAgentIn(house.db, { agent: `drilled-${(count += 1)}` })
  const rolloutId = await aRolloutIn(house.db, agent, new Date())
  if (!live) valueOf(await rollBack({ rolloutId }, mira, options()))
  return agent
}

/** The table as the edges serve it, without its number and what follows from that. */
async function content(): Promise<object> {
  const {
    rev: _rev,
    sum: _sum,
    issuedAt: _at,
    ...rest
  } = buildTable(await readRoutingFacts(house.db), 'test')
  return rest
}

test('a drill passes with its seconds, proves the switch, and changes no share, lock or version', async () => {
  const agent = await anAgent(true)
  const { token } = await aToken(house.db, ['evaluate'])
  const client = createSwitchback({ url: edge.url, token, agents: { [agent]: { stable: '2.3.3' } } })
  onTestFinished(() => client.close())
  expect(await client.ready(10_000)).toBe(true)
  const messenger = memoryMessenger(['on-call'])
  const guard = await startTestGuard(house.url, { messenger })
  onTestFinished(() => guard.stop())

  const before = await content()
  const conversations = Array.from({ length: 200 }, (_, index) => ({ conversationId: `c${index}` }))
  const drawn = () => conversations.map((each) => client.decide(agent, each).version)
  const drawnBefore = drawn()
  const counts = async () => ({
    locks: await house.db.lock.count(),
    incidents: await house.db.incident.count(),
    runs: await house.db.run.count(),
    rollout:
      (await house.db.rollout.findFirst({ where: { agent }, select: { phase: true, weightBp: true } })) ?? {},
  })
  const countsBefore = await counts()

  const { drillId } = valueOf(await startDrill({ agent }, mira, options()))
  const { rev } = await drillOf(drillId)
  await vi.waitFor(async () => expect((await drillOf(drillId)).status).toBe('passed'), soon)
  const drill = await drillOf(drillId)
  expect(drill.because).toMatch(/In force at 1 edge after \d+\.\d\d s; 1 of 1 instance switched/)
  expect(drill.runningKey).toBeNull()
  expect(client.table()?.rev).toBeGreaterThanOrEqual(Number(rev))
  expect(await content()).toEqual(before)
  expect(drawn()).toEqual(drawnBefore)
  expect(await counts()).toEqual(countsBefore)

  const view = await readReadiness(agent, mira, new Date(), house.db)
  expect(view?.items.find(({ key }) => key === 'switch')).toMatchObject({ isProven: true })
  expect(view?.drills.history[0]).toMatchObject({ id: drillId, by: 'Mira', instances: 1 })
  const lines = await house.db.auditEntry.findMany({ where: { agent, action: { startsWith: 'drill.' } } })
  expect(lines.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['running', 'passed']))
  await vi.waitFor(() => {
    const told = messenger.messages.filter(({ message }) =>
      message.text.includes(`The drill of ${agent} passed`),
    )
    expect(told).toHaveLength(1)
  }, soon)
})

test('one at a time; without a policy there is nothing to rehearse; and not by everybody', async () => {
  const bare = await anAgentIn(house.db, { agent: 'bare-agent' })
  expect(refusalOf(await startDrill({ agent: bare }, mira, options()))).toBe('not_now')
  const agent = await anAgent()
  valueOf(await startDrill({ agent }, mira, options()))
  expect(refusalOf(await startDrill({ agent }, mira, options()))).toBe('exists')
  const viewer = anActor({ capabilities: ['view'] })
  expect(refusalOf(await startDrill({ agent }, viewer, options()))).toBe('forbidden')
})

test('an instance that does not follow fails it after half a minute, once, whoever looks', async () => {
  const agent = await anAgent()
  const report = {
    source: 's',
    id: 'deaf',
    agents: [agent],
    host: null,
    pid: null,
    sdkVersion: null,
    mode: 'stream',
  }
  const at = { epoch: 0, rev: 1, appliedAt: null, heardAt: new Date(), inflight: {}, nack: null, leaseMs: 0 }
  await keepReports(house.db, [{ ...report, ...at, leaves: false }])
  const { drillId } = valueOf(await startDrill({ agent }, mira, options()))
  const look = (now: Date) => followDrill(drillId, tableSwitchOf(house.db), { db: house.db, now })
  await vi.waitFor(async () => {
    await look(new Date())
    expect((await drillOf(drillId)).inForceAt).not.toBeNull()
  }, soon)
  expect(await look(new Date())).toBe(false)
  const late = new Date(Date.now() + 31_000)
  expect(await Promise.all([look(late), look(late)])).toEqual([true, true])
  expect(await drillOf(drillId)).toMatchObject({ status: 'failed', runningKey: null })
  const lines = await house.db.auditEntry.findMany({
    where: { agent, action: 'drill.follow', outcome: 'failed' },
  })
  expect(lines).toHaveLength(1)
  const view = await readReadiness(agent, mira, new Date(), house.db)
  expect(view?.items.find(({ key }) => key === 'switch')).toMatchObject({ isProven: false })
})

test('a scheduled drill is held once when it is due, and waits while a rollout is under way', async () => {
  const [calm, busy] = [await anAgent(), await anAgent(true)]
  const setAt = new Date('2026-11-23T12:00:00.000Z')
  for (const agent of [calm, busy]) {
    const input = { agent, schedule: { everyDays: 7, atMinute: 210 } }
    valueOf(await scheduleDrills(input, mira, options(setAt)))
  }
  const held = (agent: string) => house.db.drill.count({ where: { agent } })
  await startDueDrills({ db: house.db, now: new Date('2026-11-24T03:29:59.000Z') })
  expect([await held(calm), await held(busy)]).toEqual([0, 0])
  const due = { db: house.db, now: new Date('2026-11-24T03:30:00.000Z') }
  await Promise.all([startDueDrills(due), startDueDrills(due)])
  await startDueDrills(due)
  expect([await held(calm), await held(busy)]).toEqual([1, 0])
  const off = { agent: calm, schedule: null }
  valueOf(await scheduleDrills(off, mira, options()))
  await startDueDrills({ db: house.db, now: new Date('2027-11-24T03:30:00.000Z') })
  expect(await held(calm)).toBe(1)
})
