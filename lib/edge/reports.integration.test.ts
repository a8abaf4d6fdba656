import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { systemActor } from '#lib/domain/actor.ts'
import { setLease } from '#lib/services/routing/setLease.ts'
import { acknowledgeSwitch } from '#lib/services/switch/acknowledge.ts'
import { engageSwitch } from '#lib/services/switch/engage.ts'
import { readInstances } from '#lib/store/instances.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { anAgentIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { startTcpProxy, type TcpProxy } from '#lib/testing/tcpProxy.ts'
import { aToken } from '#lib/testing/token.ts'
import { createSwitchback, type SwitchbackOptions } from '#sdk/client.ts'

/** What instances report to a real edge, and what becomes of a switch by it. */

let house: TestDatabase
let network: TcpProxy
let edge: TestEdge
let token: string
let count = 0

beforeAll(async () => {
  house = await openInstallation()
  network = await startTcpProxy(house.url)
  await anAgentIn(house.db)
  token = (await aToken(house.db, ['evaluate'])).token
  edge = await startTestEdge(network.url)
  await edge.hasTable()
})
afterEach(() => network.mend())
afterAll(async () => {
  await edge.stop()
  await network.close()
  await house.drop()
})

const soon = { timeout: 60_000, interval: 20 }
const mira = anActor({ id: 'pe_mira', name: 'Mira' })
const agent = 'support-agent'
const anyRevision = { epoch: 0, rev: 0 }
const instances = async (of = agent) => await readInstances(house.db, of, anyRevision, new Date())

async function anInstance(over: Partial<SwitchbackOptions> = {}) {
  const agents = { [agent]: { stable: '2.3.3' } }
  const client = createSwitchback({ url: edge.url, token, agents, instanceId: `i-${(count += 1)}`, ...over })
  onTestFinished(() => client.close())
  expect(await client.ready(10_000)).toBe(true)
  await vi.waitFor(async () => {
    expect((await instances('*')).map(({ id }) => id)).toContain(client.instanceId)
  }, soon)
  return client
}

function post(body: unknown, bearer = token) {
  return fetch(`${edge.url}/v1/ack`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}
const aReport = (over: object = {}) => ({
  instanceId: `raw-${(count += 1)}`,
  epoch: 1,
  rev: 1,
  sum: 'sha256:0',
  appliedAt: Date.now(),
  mode: 'stream',
  agents: [agent],
  inflight: {},
  ...over,
})

const lines = (action: string) =>
  house.db.auditEntry.findMany({ where: { action }, orderBy: { position: 'asc' } })

describe('a kill switch', () => {
  test('is on the record with its times once every instance has acknowledged it, and once only', async () => {
    const [first, second] = [await anInstance(), await anInstance()]
    const { revision } = valueOf(await engageSwitch({ agent, name: 'writes' }, mira, { db: house.db }))
    const note = () =>
      acknowledgeSwitch({ about: 'switch', id: agent, name: 'writes' }, systemActor, { db: house.db })
    await vi.waitFor(async () => expect(valueOf(await note())).toEqual({ settled: true }), soon)
    expect([first, second].map((client) => client.allow(agent, 'writes'))).toEqual([false, false])
    valueOf(await note())
    const [line, ...more] = await lines('switch.acknowledge')
    expect(more).toEqual([])
    const { details, outcome } = JSON.parse(line?.body ?? '')
    expect(outcome).toBe('acknowledged')
    expect(details).toMatchObject({
      revision,
      instances: 2,
      switched: 2,
      because: '2 of 2 instances switched',
    })
    expect(details.first_ms).toBeLessThanOrEqual(details.p50_ms)
    expect(details.p50_ms).toBeLessThanOrEqual(details.last_ms)
  })

  test('that one instance does not hear of is not complete, and the record says so after a minute', async () => {
    const client = await anInstance()
    const wire = { agent, name: 'tool:wire' }
    const { revision } = valueOf(await engageSwitch(wire, mira, { db: house.db }))
    await vi.waitFor(async () => {
      const heard = await instances()
      expect(heard.find(({ id }) => id === client.instanceId)?.rev).toBeGreaterThanOrEqual(revision)
    }, soon)
    expect((await post(aReport({ instanceId: 'deaf', rev: 1 }))).status).toBe(200)
    await vi.waitFor(async () => expect((await instances()).map(({ id }) => id)).toContain('deaf'), soon)
    const note = (now: Date) =>
      acknowledgeSwitch({ about: 'switch', id: agent, name: 'tool:wire' }, systemActor, { db: house.db, now })
    expect(valueOf(await note(new Date()))).toEqual({ settled: false })
    expect(valueOf(await note(new Date(Date.now() + 61_000)))).toEqual({ settled: true })
    const line = (await lines('switch.acknowledge')).at(-1)
    expect(JSON.parse(line?.body ?? '')).toMatchObject({ outcome: 'incomplete', details: { silent: 1 } })
    await post(aReport({ instanceId: 'deaf', leaves: true }))
    await vi.waitFor(async () => expect((await instances()).map(({ id }) => id)).not.toContain('deaf'), soon)
  })
})

describe('a report', () => {
  test('counts for no agent that its token may not see', async () => {
    const mail = (await aToken(house.db, ['evaluate'], ['mail-agent'])).token
    const foreign = aReport({ agents: [agent] })
    expect((await post(foreign, mail)).status).toBe(200)
    const own = aReport({ agents: [] })
    expect((await post(own, mail)).status).toBe(200)
    await vi.waitFor(
      async () => expect((await instances('mail-agent')).map(({ id }) => id)).toEqual([own.instanceId]),
      soon,
    )
    expect((await instances()).map(({ id }) => id)).not.toContain(foreign.instanceId)
  })

  test('with another token cannot speak for an instance, nor take it off', async () => {
    const client = await anInstance()
    const other = (await aToken(house.db, ['evaluate'])).token
    const said = { instanceId: client.instanceId, rev: 0, leaves: true }
    expect((await post(aReport(said), other)).status).toBe(200)
    expect((await instances()).filter(({ id, rev }) => id === client.instanceId && rev > 0)).toHaveLength(1)
  })

  test.each([
    ['no JSON', '{', 400],
    ['a field that is wrong', { ...aReport(), rev: 'x' }, 400],
    ['two mebibytes', 'x'.repeat(2 * 2 ** 20), 413],
    ['script in its names', aReport({ instanceId: '<script>', host: '"><b>' }), 200],
    ['a number that PostgreSQL cannot hold', aReport({ rev: Number.MAX_SAFE_INTEGER, appliedAt: 9e15 }), 200],
  ])('of %s is answered', async (_what, body, status) => {
    const answer = await post(body)
    expect(answer.status).toBe(status)
    if (status !== 200) expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) })
  })

  test('that is behind is answered the table; one that refused it is not', async () => {
    const behind = (await (await post(aReport({ epoch: 0, rev: 0 }))).json()) as { table?: { rev: number } }
    expect(behind.table?.rev).toBeGreaterThan(0)
    const nack = { epoch: 1, rev: 9, error: 'sum' }
    expect(await (await post(aReport({ epoch: 0, rev: 0, nack }))).json()).toEqual({ leaseMs: 0 })
  })

  test('is answered though the database is away, and what was ordered goes on holding', async () => {
    network.cut()
    const answer = await post(aReport())
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ leaseMs: 0 })
  })
})

describe('a lease', () => {
  test('is granted to whoever has heard of every stop, and only once that is on record', async () => {
    const client = await anInstance()
    valueOf(await setLease({ seconds: 60 }, mira, { db: house.db }))
    onTestFinished(async () => void valueOf(await setLease({ seconds: 0 }, mira, { db: house.db })))
    await vi.waitFor(() => expect(client.table()?.leaseMs).toBe(60_000), soon)
    const table = client.table()
    if (!table) throw new Error('There is no table')
    const leaseOf = async (rev: number) =>
      ((await (await post(aReport({ epoch: table.epoch, rev }))).json()) as { leaseMs: number }).leaseMs
    expect(await leaseOf(table.rev)).toBe(60_000)
    // Before the denies of the tests above.
    expect(await leaseOf(1)).toBe(0)
    network.cut()
    expect(await leaseOf(table.rev)).toBe(0)
  })

  test('of less than half a minute is refused', async () => {
    expect((await setLease({ seconds: 5 }, mira, { db: house.db })).ok).toBe(false)
  })
})

test('a deny holds at an edge that starts again without the database', async () => {
  valueOf(await engageSwitch({ agent, name: 'agent' }, mira, { db: house.db }))
  const flag = async (key: string) =>
    (await (
      await fetch(`${edge.url}/ofrep/v1/evaluate/flags/${key}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"context": {"targetingKey": "c"}}',
      })
    ).json()) as object
  const isStopped = async () => {
    expect(await flag(`agent.${agent}.version`)).toMatchObject({
      value: '',
      reason: 'DISABLED',
      variant: 'stopped',
    })
    expect(await flag(`capability.${agent}.tool:anything`)).toMatchObject({ value: false })
  }
  await vi.waitFor(isStopped, soon)
  network.cut()
  await edge.restart()
  await isStopped()
})
