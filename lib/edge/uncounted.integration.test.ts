import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { registerVersion } from '#lib/services/version/register.ts'
import { addUncounted, forgetUncounted, rateBefore, readUncounted } from '#lib/store/uncounted.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { anAgentIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { otlpBody, type SentRun } from '#lib/testing/otlpRuns.ts'
import { aToken } from '#lib/testing/token.ts'
import { readAgent } from '#lib/views/agent.ts'
import { readConnect } from '#lib/views/connect.ts'
import { bodyLimits } from './readBody.ts'

/** Runs that cannot be counted as a version's, from an exporter's request to the line that a person is told to change. */

let house: TestDatabase
let edge: TestEdge
let token: string
const agents = [
  'misspelt',
  'nameless',
  'ahead',
  'behind',
  'large',
  'mine',
  'others',
  'repeated',
  'late-name',
  'lone',
]
beforeAll(async () => {
  house = await openInstallation()
  for (const agent of agents) await anAgentIn(house.db, { agent })
  token = (await aToken(house.db, ['telemetry'])).token
  edge = await startTestEdge(house.url)
  await edge.hasTable()
})
afterAll(async () => {
  await edge.stop()
  await house.drop()
})

async function send(runs: readonly SentRun[] | string, endMs = Date.now(), secret = token): Promise<number> {
  const answer = await fetch(`${edge.url}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: typeof runs === 'string' ? runs : JSON.stringify(otlpBody(runs, endMs)),
  }).catch(() => null)
  await answer?.text()
  return answer?.status ?? 413
}

const soon = { timeout: 60_000, interval: 25 }
const seenOf = async (agent: string) => (await readAgent(agent, anActor(), new Date(), house.db))?.telemetry
const expectSeen = (agent: string, expected: object) =>
  vi.waitFor(async () => expect((await seenOf(agent))?.uncounted).toMatchObject([expected]), soon)

describe('a run', () => {
  test('whose version is written in another way is told with the registered one, on the agent and on Connect', async () => {
    const agent = 'misspelt'
    await send(Array.from({ length: 3 }, () => ({ agent, version: 'v2.4.0' })))
    const expected = {
      cause: 'unknown_version',
      detail: 'v2.4.0',
      count: 3,
      sentence: 'The runs name the version v2.4.0, which is not registered.',
      mend: 'Set gen_ai.agent.version to 2.4.0, not v2.4.0.',
    }
    await expectSeen(agent, expected)
    expect((await readConnect(agent, anActor(), new Date(), house.db))?.uncounted).toMatchObject([expected])
    expect(await rateBefore(house.db, agent, new Date(Date.now() + 60_000))).toBeCloseTo(3 / 60)
    // A registered version beside it is none of them.
    await send([{ agent, version: '2.4.0' }])
    await vi.waitFor(async () => expect(await house.db.run.count({ where: { agent } })).toBe(4), soon)
    await expectSeen(agent, expected)
  })

  test('without a version is told so', async () => {
    await send([{ agent: 'nameless', version: '' }])
    await expectSeen('nameless', { cause: 'no_version', detail: '', count: 1 })
  })

  test('from a clock that is six minutes ahead, or a day behind, is told with the version that it names', async () => {
    const minutes = 60_000
    expect(await send([{ agent: 'ahead', version: '2.4.0' }], Date.now() + 6 * minutes)).toBe(200)
    await expectSeen('ahead', { cause: 'clock_ahead', detail: '2.4.0', count: 1 })
    expect(await send([{ agent: 'behind', version: '2.4.0' }], Date.now() - 25 * 60 * minutes)).toBe(200)
    await expectSeen('behind', { cause: 'clock_behind', detail: '2.4.0', count: 1 })
    expect(await house.db.run.count({ where: { agent: { in: ['ahead', 'behind'] } } })).toBe(0)
  })

  test('in a request that is too large is told where the token is of one agent', async () => {
    const own = (await aToken(house.db, ['telemetry'], ['large'])).token
    await send(`{"x":"${'y'.repeat(bodyLimits.bytesMax)}"}`, 0, own)
    await expectSeen('large', { cause: 'too_large', count: 1 })
  })

  test('of an agent that the token may not speak for is counted against nobody', async () => {
    const own = (await aToken(house.db, ['telemetry'], ['mine'])).token
    const wrong = Date.now() + 600_000
    const sent = ['others', 'mine', 'unregistered'].map((agent) => ({ agent, version: '2.4.0' }))
    await send(sent, wrong, own)
    await expectSeen('mine', { cause: 'clock_ahead', count: 1 })
    expect((await seenOf('others'))?.uncounted).toEqual([])
    expect(await house.db.uncountedRun.count({ where: { agent: 'unregistered' } })).toBe(0)
  })

  test('without a conversation is told on Connect', async () => {
    const agent = 'lone'
    const note = async () => (await readConnect(agent, anActor(), new Date(), house.db))?.conversationNote
    await send([{ agent, version: '2.4.0', conversationId: 'c-1' }])
    await vi.waitFor(async () => expect(await house.db.run.count({ where: { agent } })).toBe(1), soon)
    expect(await note()).toBeNull()
    await send([{ agent, version: '2.4.0' }])
    await vi.waitFor(async () => expect(await note()).toContain('1 of 2 runs'), soon)
    expect(await note()).toContain('add gen_ai.conversation.id')
  })

  test('that is sent twice is one', async () => {
    const body = JSON.stringify(otlpBody([{ agent: 'repeated', version: '9.9.9' }], Date.now()))
    await Promise.all([send(body), send(body)])
    await expectSeen('repeated', { detail: '9.9.9', count: 1 })
    await send(body)
    await send([{ agent: 'repeated', version: '2.4.0' }])
    await vi.waitFor(
      async () => expect(await house.db.run.count({ where: { agent: 'repeated' } })).toBe(2),
      soon,
    )
    await expectSeen('repeated', { detail: '9.9.9', count: 1 })
  })

  test('whose version was registered since is no mystery any more', async () => {
    const agent = 'late-name'
    await send([{ agent, version: '3.0.0' }])
    await expectSeen(agent, { detail: '3.0.0' })
    const version = { agent, version: '3.0.0', manifest: { model: 'm-3' } }
    valueOf(await registerVersion(version, anActor(), { db: house.db }))
    expect((await seenOf(agent))?.uncounted).toEqual([])
  })
})

describe('what is kept', () => {
  const row = (agent: string, detail: string) =>
    ({ agent, cause: 'unknown_version', detail, count: 1 }) as const

  test('is bounded, whoever sends another version with every run', async () => {
    const { db } = house
    for (let batch = 0; batch < 4; batch += 1) {
      const rows = Array.from({ length: 50 }, (_, index) => row('random-versions', `r-${batch}-${index}`))
      await addUncounted(db, rows, after(batch))
    }
    const kept = await readUncounted(db, 'random-versions', after(-60), after(60))
    expect(kept.length).toBeLessThanOrEqual(41)
    expect(kept.reduce((sum, { count }) => sum + count, 0)).toBe(200)
    expect(kept[0]).toMatchObject({ detail: '', count: 160 })
  })

  test('adds up however many edges write at once, and in whatever order', async () => {
    const { db } = house
    const rows = ['a', 'b', 'c', 'd'].map((detail) => row('many-edges', detail))
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        addUncounted(db, index % 2 ? rows : rows.toReversed(), after(index)),
      ),
    )
    const kept = await readUncounted(db, 'many-edges', after(-60), after(60))
    expect(kept.map(({ count }) => count)).toEqual([20, 20, 20, 20])
  })

  test('is of a time, and is forgotten', async () => {
    const { db } = house
    await addUncounted(db, [row('forgotten', 'old')], after(-7200))
    await addUncounted(db, [row('forgotten', 'new')], after(-600))
    expect(await rateBefore(db, 'forgotten', after(0))).toBeCloseTo(1 / 60)
    expect(await readUncounted(db, 'forgotten', after(-3600), after(0))).toMatchObject([
      { detail: 'new', count: 1 },
    ])
    await forgetUncounted(db, after(-3600))
    expect(await readUncounted(db, 'forgotten', after(-90_000), after(0))).toHaveLength(1)
  })
})
