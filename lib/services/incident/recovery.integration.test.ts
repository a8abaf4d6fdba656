import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemActor } from '#lib/domain/actor.ts'
import { memorySwitch } from '#lib/drivers/switch/memory.ts'
import type { NewRun } from '#lib/store/newRuns.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, documentOf, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { giveRuns } from '#lib/testing/runs.ts'
import { reconcile } from '../rollout/reconcile.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { startRollout } from '../rollout/start.ts'
import { verifyRecovery } from './verify.ts'

/** Which runs a recovery is judged by: the clocks, durations, exporters and conversations of real agents. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const extra = `  stability_window: 60s
  recovery_runs_min: 20`
const stable = '2.3.3'
const candidate = '2.4.0'
const minute = 60
const switchedAt = 11

interface Times {
  readonly start: number
  readonly end: number
  /** Arrival by our clock; at its end where it is not given. */
  readonly received?: number
}

/** Rolled back at second 10, in force at second 11; runs that are given `before` came in before. */
async function aSwitch(agent: string, { policy = extra, before = async () => {} }: Given = {}) {
  const { db } = house
  await anAgentIn(db, { agent })
  const rolloutId = await aRolloutIn(db, agent, after(0), policy)
  const give = (version: string, times: Times, count = 1, changes: Partial<NewRun> = {}) => {
    const received = after(times.received ?? times.end)
    const latencyMs = (times.end - times.start) * 1000
    const told = { startedAt: after(times.start), endedAt: after(times.end), latencyMs, ...changes }
    return giveRuns(db, agent, version, received, count, told)
  }
  await before(give)
  const { incidentId } = valueOf(await rollBack({ rolloutId }, anActor(), { db, now: after(10) }))
  if (incidentId === null) throw new Error('A rollback opens an incident')
  await reconcile(agent, memorySwitch(), systemActor, { db, now: after(switchedAt) })
  const read = () => db.incident.findUniqueOrThrow({ where: { id: incidentId } })
  const judgeAt = async (second: number) => {
    valueOf(await verifyRecovery({ incidentId }, systemActor, { db, now: after(second) }))
    return await read()
  }
  return { give, judgeAt, read, rowOf: () => db.rollout.findUniqueOrThrow({ where: { id: rolloutId } }) }
}
type Give = (version: string, times: Times, count?: number, changes?: Partial<NewRun>) => Promise<void>
interface Given {
  readonly policy?: string
  readonly before?: (give: Give) => Promise<void>
}

const wellAgain = (give: Give) => give(stable, { start: 30, end: 31 }, 30)

describe('a candidate’s run', () => {
  test('that began before the switch and ended in the window does not speak against the recovery', async () => {
    const { give, judgeAt } = await aSwitch('long-runs')
    await wellAgain(give)
    for (const end of [15, 40, 65, 70]) await give(candidate, { start: end - 70, end })
    expect(await judgeAt(72)).toMatchObject({ recovery: 'recovered' })
  })

  test('that is under way does not keep the switch from being verified', async () => {
    const { give, judgeAt, rowOf } = await aSwitch('under-way')
    await give(stable, { start: 17, end: 18 })
    await give(candidate, { start: 5, end: 19 })
    await judgeAt(20)
    expect((await rowOf()).switchStatus).toBe('verified')
  })

  test('that began after the switch was in force is a leak, and the sentence says so', async () => {
    const { give, judgeAt } = await aSwitch('leaks')
    await wellAgain(give)
    await give(candidate, { start: 45, end: 46 })
    expect(await judgeAt(72)).toMatchObject({
      recovery: 'not_recovered',
      recoveryBecause: 'One run began on the candidate after the switch was in force',
    })
  })

  test('of an application that polls and learned of the switch a little later is none', async () => {
    const { give, judgeAt } = await aSwitch('polls')
    await wellAgain(give)
    await give(candidate, { start: 25, end: 26 })
    expect(await judgeAt(72)).toMatchObject({ recovery: 'recovered' })
  })

  test('counts by its duration where the sender’s clock is four minutes ahead', async () => {
    const { give, judgeAt } = await aSwitch('ahead')
    await wellAgain(give)
    await give(candidate, { start: 240 - 20, end: 240 + 60, received: 61 }, 5)
    expect(await judgeAt(72)).toMatchObject({ recovery: 'recovered' })
  })

  test('leaks also where the sender’s clock is ten minutes behind', async () => {
    const behind = 600
    const { give, judgeAt } = await aSwitch('behind', {
      before: (first) => first(candidate, { start: 4 - behind, end: 5 - behind, received: 5.2 }, 20),
    })
    await wellAgain(give)
    await give(candidate, { start: 50 - behind, end: 51 - behind, received: 51.2 })
    expect(await judgeAt(72)).toMatchObject({ recovery: 'not_recovered' })
  })

  test('that a collector held back for half a minute counts by its start', async () => {
    const { give, judgeAt } = await aSwitch('held-back')
    await wellAgain(give)
    await give(candidate, { start: 7, end: 9, received: 45 }, 5)
    expect(await judgeAt(72)).toMatchObject({ recovery: 'recovered' })
  })

  test('in a conversation that was there before is to be expected where it may finish', async () => {
    const { give, judgeAt } = await aSwitch('finishing', {
      policy: `${extra}\n  sessions_on_rollback: finish`,
      before: (first) => first(candidate, { start: 2, end: 3 }, 1, { conversationId: 'c-1' }),
    })
    await wellAgain(give)
    await give(candidate, { start: 50, end: 51 }, 2, { conversationId: 'c-1' })
    expect(await judgeAt(72)).toMatchObject({
      recovery: 'recovered',
      recoveryBecause: expect.stringContaining('2 runs of conversations that may finish'),
    })
  })

  test('in a conversation that began after the switch is a leak, whoever may finish', async () => {
    const { give, judgeAt } = await aSwitch('new-conversation', {
      policy: `${extra}\n  sessions_on_rollback: finish`,
      before: (first) => first(candidate, { start: 2, end: 3 }, 1, { conversationId: 'c-1' }),
    })
    await wellAgain(give)
    await give(candidate, { start: 50, end: 51 }, 1, { conversationId: 'c-1' })
    await give(candidate, { start: 52, end: 53 }, 1, { conversationId: 'c-2' })
    await give(candidate, { start: 54, end: 55 })
    expect(await judgeAt(72)).toMatchObject({
      recovery: 'not_recovered',
      recoveryBecause: '2 runs began on the candidate after the switch was in force',
    })
  })

  test('in an old conversation is a leak where conversations change at their next turn', async () => {
    const { give, judgeAt } = await aSwitch('next-turn', {
      before: (first) => first(candidate, { start: 2, end: 3 }, 1, { conversationId: 'c-1' }),
    })
    await wellAgain(give)
    await give(candidate, { start: 50, end: 51 }, 1, { conversationId: 'c-1' })
    expect(await judgeAt(72)).toMatchObject({ recovery: 'not_recovered' })
  })
})

describe('the stable’s runs', () => {
  const slow = { before: (give: Give) => give(stable, { start: -120, end: -60 }, 100) }

  test('count from those that began after the switch, not from those that ended after it', async () => {
    const { give, judgeAt } = await aSwitch('old-stable')
    await give(stable, { start: 5, end: 30 }, 100)
    expect(await judgeAt(72)).toMatchObject({ recovery: 'inconclusive', recoveryFacts: { runs: 0 } })
  })

  test('of a slow agent are judged when they are mature: early failures do not break a limit', async () => {
    const { give, judgeAt, read } = await aSwitch('slow-agent', slow)
    expect((await read()).recoveryUntil).toEqual(after(switchedAt + minute + minute))
    await give(stable, { start: 20, end: 22 }, 1, { failed: true, toolCalls: 0, latencyMs: 900 })
    await give(stable, { start: 110, end: 112 }, 4, { failed: true, toolCalls: 0, latencyMs: 900 })
    expect(await judgeAt(80)).toMatchObject({ recovery: 'verifying' })
    await give(stable, { start: 30, end: 90 }, 40, { latencyMs: 900 })
    expect(await judgeAt(131)).toMatchObject({ recovery: 'recovered', recoveryFacts: { runs: 41 } })
  })

  test('of a sparse agent are waited for, and judged when there are enough', async () => {
    const { give, judgeAt, read } = await aSwitch('sparse-agent', {
      before: async (first) => {
        for (let second = -590; second <= 10; second += 20)
          await first(stable, { start: second - 2, end: second })
      },
    })
    const until = (await read()).recoveryUntil.getTime() - after(switchedAt).getTime()
    expect(until).toBeGreaterThan(10 * minute * 1000)
    expect(until).toBeLessThan(13 * minute * 1000)
    await give(stable, { start: 60, end: 61 }, 19)
    expect(await judgeAt(80)).toMatchObject({ recovery: 'verifying' })
    await give(stable, { start: 401, end: 402 })
    expect(await judgeAt(404)).toMatchObject({ recovery: 'recovered', recoveryFacts: { runs: 20 } })
  })

  test('that do not come in the stretched window either are inconclusive, at its end', async () => {
    const { judgeAt, read } = await aSwitch('gone-agent', {
      before: (first) => first(stable, { start: -900, end: -899 }, 20),
    })
    const until = ((await read()).recoveryUntil.getTime() - after(0).getTime()) / 1000
    expect(until).toBeGreaterThan(10 * minute)
    expect(await judgeAt(until - 1)).toMatchObject({ recovery: 'verifying' })
    expect(await judgeAt(until)).toMatchObject({ recovery: 'inconclusive' })
  })

  test('of a candidate that had all traffic before say how much the stable will get', async () => {
    const { read } = await aSwitch('all-traffic', {
      before: async (first) => {
        for (let second = -590; second <= 10; second += 5)
          await first(candidate, { start: second - 1, end: second })
      },
    })
    const until = ((await read()).recoveryUntil.getTime() - after(switchedAt).getTime()) / 1000
    expect(until).toBeGreaterThan(2 * minute)
    expect(until).toBeLessThan(3 * minute)
  })
})

describe('before the rollout', () => {
  const startWith = async (agent: string, everySeconds: number) => {
    const { db } = house
    await anAgentIn(db, { agent })
    for (let second = -3600; second < 0; second += everySeconds)
      await giveRuns(db, agent, stable, after(second))
    const document = { yaml: documentOf(agent, candidate, extra) }
    return valueOf(await startRollout({ agent, document }, anActor(), { db, now: after(0) })).notes.join('; ')
  }

  test('the answer says how long the recovery of a sparse agent takes, and nothing of a busy one', async () => {
    expect(await startWith('told-sparse', 30)).toContain(
      'told-sparse has about 2 runs a minute: after a rollback the recovery takes about 10 min to prove',
    )
    expect(await startWith('told-busy', 2)).not.toContain('recovery')
  })

  test('the answer says when a recovery will be inconclusive', async () => {
    expect(await startWith('told-rare', 900)).toContain('the recovery will be inconclusive')
    expect(await startWith('told-none', 9_999)).toContain('the recovery will be inconclusive')
  })
})
