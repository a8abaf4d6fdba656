import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { memoryMessenger } from '#lib/drivers/messenger/memory.ts'
import { offMessenger } from '#lib/drivers/messenger/off.ts'
import { memorySwitch } from '#lib/drivers/switch/memory.ts'
import { checkEveryMs } from '#lib/domain/pace.ts'
import type { Messenger } from '#lib/ports/messenger.ts'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { enqueueJob } from '#lib/store/jobs.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestGuard } from '#lib/testing/guard.ts'
import {
  anAgentIn,
  aRolloutIn,
  giveObservations,
  openInstallation,
  valueOf,
} from '#lib/testing/installation.ts'
import { recordFaults } from '#lib/testing/record.ts'
import { sweep, sweepEveryMs } from './sweep.ts'

/** Guards on a real PostgreSQL: however many there are, everything is done, and once. */

const channels = ['on-call']
const soon = { timeout: 60_000, interval: 25 }
const bad = { '2.4.0': { runs: 40, errors: 40 }, '2.3.3': { runs: 400 } }

/** A database of its own: guards take every job there is. */
async function open(): Promise<TestDatabase> {
  const house = await openInstallation()
  onTestFinished(() => house.drop())
  return house
}

async function guardOn(house: TestDatabase, parts: Parameters<typeof startTestGuard>[1]) {
  const guard = await startTestGuard(house.url, parts)
  onTestFinished(() => guard.stop())
}

describe('two guards on one database', () => {
  test(
    'ten repeated signals give one switch and one message, and the record says how often',
    { timeout: 180_000 },
    async () => {
      const house = await open()
      const { db } = house
      const messenger = memoryMessenger(channels)
      const trafficSwitch = memorySwitch()
      await guardOn(house, { messenger, trafficSwitch })
      await guardOn(house, { messenger, trafficSwitch })
      const agent = await anAgentIn(db)
      const rolloutId = await aRolloutIn(db, agent, new Date())

      await giveObservations(db, agent, new Date(), bad)
      await enqueueJob(db, 'evaluate', { rolloutId }, 0)
      const rowOf = () => db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
      await vi.waitFor(async () => expect((await rowOf()).phase).toBe('rolled_back'), soon)

      // The same alert again: measured five times, pulled by hand five times at once.
      for (let signal = 1; signal <= 5; signal += 1) {
        await giveObservations(db, agent, new Date(), { '2.4.0': { runs: 4, errors: 4 } })
        await enqueueJob(db, 'evaluate', { rolloutId }, 0)
        await vi.waitFor(async () => expect((await rowOf()).suppressed).toBe(signal), soon)
      }
      const pulled = Array.from({ length: 5 }, () => rollBack({ rolloutId }, anActor(), { db }))
      for (const outcome of await Promise.all(pulled)) expect(valueOf(outcome).alreadyRolledBack).toBe(true)

      await vi.waitFor(async () => {
        const deliveries = await db.delivery.findMany()
        expect(deliveries.map((each) => each.status)).toEqual(['sent', 'sent'])
      }, soon)
      expect(await rowOf()).toMatchObject({ suppressed: 10, switchStatus: 'applied' })
      const lines = await db.auditEntry.findMany({ where: { rolloutId } })
      const count = (action: string, outcome: string) =>
        lines.filter((line) => line.action === action && line.outcome === outcome).length
      expect(count('rollout.rollback', 'rolled_back')).toBe(1)
      expect(count('rollout.rollback', 'already_rolled_back')).toBe(10)
      expect(count('switch', 'applied')).toBe(1)
      expect(await db.incident.count()).toBe(1)
      expect(await db.lock.count()).toBe(1)
      expect(messenger.messages.filter((message) => message.threadOf === null)).toHaveLength(1)
      expect(new Set(trafficSwitch.orders.map((order) => order.rev)).size).toBe(1)
      expect(await recordFaults(db)).toEqual([])
    },
  )

  test('a rollout without any signal is looked at by the guard itself', { timeout: 180_000 }, async () => {
    const house = await open()
    const { db } = house
    const agent = await anAgentIn(db)
    const rolloutId = await aRolloutIn(db, agent, new Date())
    await guardOn(house, { messenger: offMessenger() })
    await guardOn(house, { messenger: offMessenger() })
    const checks = () => db.decision.findMany({ where: { rolloutId }, orderBy: { number: 'asc' } })
    await vi.waitFor(async () => expect((await checks()).length).toBeGreaterThanOrEqual(2), soon)
    expect(new Set((await checks()).map((check) => check.outcome))).toEqual(new Set(['hold']))
  })
})

describe('the sweep', () => {
  const jobsOf = (house: TestDatabase) =>
    house.owner(async (client) => {
      const { rows } = await client.query<{ key: string; locked: boolean }>(
        'SELECT key, locked_at IS NOT NULL AS locked FROM graphile_worker.jobs WHERE key IS NOT NULL ORDER BY key',
      )
      return rows.map((row) => (row.locked ? `${row.key} (taken)` : row.key))
    })
  const forget = (house: TestDatabase) =>
    house.owner((client) => client.query('DELETE FROM graphile_worker._private_jobs'))

  test('makes a check due five seconds after the last one, and not before', async () => {
    const house = await open()
    const { db } = house
    const agent = await anAgentIn(db)
    const rolloutId = await aRolloutIn(db, agent)
    await sweep(db, after(0))
    expect(await jobsOf(house)).toEqual([`evaluate:${rolloutId}`])

    await forget(house)
    await db.rollout.update({ where: { id: rolloutId }, data: { checkedAt: after(10) } })
    await sweep(db, after(15))
    expect(await jobsOf(house)).toEqual([])
    await sweep(db, after(15.001))
    await sweep(db, after(15.002))
    expect(await jobsOf(house)).toEqual([`evaluate:${rolloutId}`])
    expect(checkEveryMs + sweepEveryMs).toBeLessThanOrEqual(10_000)
  })

  test('brings back every job that was lost, and asks for nothing that is settled', async () => {
    const house = await open()
    const { db } = house
    const agent = await anAgentIn(db)
    const rolloutId = await aRolloutIn(db, agent)
    const { incidentId } = valueOf(await rollBack({ rolloutId }, anActor(), { db, now: after(5) }))
    const delivery = await db.delivery.findFirstOrThrow()
    await forget(house)
    await sweep(db, after(10))
    const owed = [`deliver:${delivery.id}`, `reconcile:${agent}`, `verify:${incidentId}`]
    expect(await jobsOf(house)).toEqual(owed)

    await forget(house)
    await db.rollout.update({ where: { id: rolloutId }, data: { switchStatus: 'verified' } })
    await db.incident.updateMany({ data: { recovery: 'recovered' } })
    await db.delivery.updateMany({ data: { status: 'sent' } })
    await sweep(db, after(20))
    expect(await jobsOf(house)).toEqual([`acknowledge:rollout:${rolloutId}:`])

    await forget(house)
    await db.rollout.update({ where: { id: rolloutId }, data: { switchAcks: {} } })
    await sweep(db, after(20))
    expect(await jobsOf(house)).toEqual([])
  })

  test('a job that died with its worker is done by another guard', { timeout: 180_000 }, async () => {
    const house = await open()
    const { db } = house
    const agent = await anAgentIn(db)
    const rolloutId = await aRolloutIn(db, agent, new Date())
    await giveObservations(db, agent, new Date(), bad)
    await enqueueJob(db, 'evaluate', { rolloutId }, 0)
    // As a worker leaves it that took the job and was killed.
    await house.owner((client) =>
      client.query(
        `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'worker-killed', attempts = 1`,
      ),
    )
    expect(await jobsOf(house)).toEqual([`evaluate:${rolloutId} (taken)`])
    await guardOn(house, { messenger: offMessenger(), trafficSwitch: memorySwitch() })
    await vi.waitFor(async () => {
      const row = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
      expect(row).toMatchObject({ phase: 'rolled_back', switchStatus: 'applied' })
    }, soon)
    expect(await db.incident.count()).toBe(1)
  })
})

describe('a messenger that is down', () => {
  /** Takes every message and never answers, until it is let go. */
  function silentMessenger(): { messenger: Messenger; waiting: () => number; letGo: () => void } {
    let letGo = () => {}
    let waiting = 0
    const gone = new Promise<void>((resolve) => (letGo = resolve))
    const answer = async () => {
      waiting += 1
      await gone
      return { ok: false, retry: true, afterSeconds: 60, reason: 'No answer', mayHaveArrived: true } as const
    }
    return {
      messenger: { send: answer, update: answer, check: answer },
      waiting: () => waiting,
      letGo: () => letGo(),
    }
  }

  test('delays nothing: switches go on while messages hang', { timeout: 180_000 }, async () => {
    const house = await open()
    const { db } = house
    const silent = silentMessenger()
    const others = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `agent-${name}`)
    const hung: string[] = []
    for (const agent of others) {
      await anAgentIn(db, { agent })
      hung.push(await aRolloutIn(db, agent, new Date()))
    }
    const agent = await anAgentIn(db)
    const rolloutId = await aRolloutIn(db, agent, new Date())
    for (const id of hung) valueOf(await rollBack({ rolloutId: id }, anActor(), { db }))
    await guardOn(house, { messenger: silent.messenger, trafficSwitch: memorySwitch() })
    onTestFinished(silent.letGo)
    await vi.waitFor(() => expect(silent.waiting()).toBeGreaterThan(0), soon)

    await giveObservations(db, agent, new Date(), bad)
    await enqueueJob(db, 'evaluate', { rolloutId }, 0)
    await vi.waitFor(async () => {
      const row = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
      expect(row).toMatchObject({ phase: 'rolled_back', switchStatus: 'applied' })
    }, soon)
    expect(await db.rollout.count({ where: { switchStatus: 'applied' } })).toBe(others.length + 1)
    expect(await db.delivery.count({ where: { status: 'sent' } })).toBe(0)
  })

  test(
    'or not set up is on the record as not sent, and the rollback is whole',
    { timeout: 180_000 },
    async () => {
      const house = await open()
      const { db } = house
      const agent = await anAgentIn(db)
      const rolloutId = await aRolloutIn(db, agent, new Date())
      valueOf(await rollBack({ rolloutId }, anActor(), { db }))
      await guardOn(house, { messenger: offMessenger(), trafficSwitch: memorySwitch() })
      await vi.waitFor(async () => {
        expect(await db.delivery.count({ where: { status: 'not_sent' } })).toBe(2)
      }, soon)
      const lines = await db.auditEntry.findMany({ where: { rolloutId, action: 'alert' } })
      expect(lines.map((line) => line.outcome)).toEqual(['not_sent', 'not_sent'])
      expect(JSON.parse(lines[0]?.body ?? '')).toMatchObject({
        details: { kind: 'rollback_triggered', error: expect.stringContaining('Slack is not set up') },
      })
      expect(await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).toMatchObject({
        switchStatus: 'applied',
      })
    },
  )
})
