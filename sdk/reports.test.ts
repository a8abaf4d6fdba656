import { expect, test, vi } from 'vitest'
import { aTable, aTableOf, ramping } from '../lib/routing/testing/tables.ts'
import { aClient, aPath, anEdge, neverMs, until, untilRev } from './testing/setting.ts'

const quiet = { timings: { reportMs: neverMs } }

test('an instance reports each table that it applied, at once, with what runs at that moment', async () => {
  const edge = await anEdge()
  const agents = { 'support-agent': { stable: '2.3.3' } }
  const inflight = () => ({ '2.4.0': 3 })
  const { client } = aClient(edge.url, { ...quiet, instanceId: 'i-1', agents, inflight })
  await until(() => edge.openStreams() === 1)
  edge.publish(aTableOf(ramping(500), 1))
  await until(() => edge.reports.some(({ rev }) => rev === 1))
  edge.publish(aTableOf(ramping(0), 2))
  await until(() => edge.reports.some(({ rev }) => rev === 2))
  const report = edge.reports.at(-1)
  expect(report).toMatchObject({
    instanceId: 'i-1',
    epoch: 1,
    rev: 2,
    sum: client.table()?.sum,
    mode: 'stream',
    agents: ['support-agent'],
    inflight: { '2.4.0': 3 },
    nack: null,
  })
  expect(Math.abs((report?.appliedAt ?? 0) - Date.now())).toBeLessThan(5_000)
})

test('a table that was refused is reported with its place, until another is applied', async () => {
  const edge = await anEdge()
  aClient(edge.url, quiet)
  await until(() => edge.openStreams() === 1)
  edge.publish(aTable(1))
  edge.publish({ ...aTable(2), sum: 'sha256:0' })
  await until(() => edge.reports.some(({ nack }) => nack !== null))
  expect(edge.reports.at(-1)).toMatchObject({ rev: 1, nack: { epoch: 1, rev: 2, error: /^sum: / } })
  edge.publish(aTable(3))
  await until(() => edge.reports.at(-1)?.rev === 3)
  expect(edge.reports.at(-1)?.nack).toBeNull()
})

test('it reports again and again, also when nobody takes it, and says goodbye', async () => {
  const edge = await anEdge()
  const { client } = aClient(edge.url)
  edge.publish(aTable(1))
  await until(() => edge.reports.length > 3)
  edge.faults.ack = (_, response) => void response.writeHead(500).end()
  const before = edge.reports.length
  await until(() => client.table() !== null)
  edge.faults.ack = null
  await until(() => edge.reports.length > before)
  await client.close()
  expect(edge.reports.at(-1)).toMatchObject({ leaves: true })
})

test('an edge that knows no reports changes nothing for the one who decides', async () => {
  const edge = await anEdge()
  edge.faults.ack = (_, response) => void response.writeHead(404).end()
  const { client, events } = aClient(edge.url)
  edge.publish(aTableOf(ramping(10_000), 4))
  await untilRev(client, 4)
  expect(client.decide('support-agent', { conversationId: 'c' }).version).toBe('2.4.0')
  expect(events.some(({ type }) => type === 'fetch_failed')).toBe(false)
})

test('many instances of one process report in few requests', async () => {
  const edge = await anEdge()
  let requests = 0
  const counting: typeof fetch = (...given) => {
    if (String(given[0]).endsWith('/v1/ack')) requests += 1
    return fetch(...given)
  }
  for (let i = 0; i < 30; i += 1) aClient(edge.url, { ...quiet, instanceId: `i-${i}`, fetch: counting })
  await until(() => edge.openStreams() === 30)
  edge.publish(aTable(5))
  await until(
    () => new Set(edge.reports.filter(({ rev }) => rev === 5).map((each) => each.instanceId)).size === 30,
  )
  expect(requests).toBeLessThan(15)
})

test('the answer to one that was behind carries the table', async () => {
  const edge = await anEdge()
  edge.faults.stream = (_, response) => void response.writeHead(503).end()
  edge.faults.table = edge.faults.stream
  edge.answer = { leaseMs: 0, table: aTable(8) }
  const { client } = aClient(edge.url)
  await untilRev(client, 8)
})

const leased = aTableOf(
  ramping(10_000, {
    capabilities: {
      writes: { state: 'allow', onUnknown: 'deny', since: 0, strict: true },
      reads: { state: 'allow', onUnknown: 'deny', since: 0 },
    },
  }),
  1,
)

test('under a lease a candidate is drawn only while a report was granted one', async () => {
  const edge = await anEdge(20)
  const table = aTable(1, { leaseMs: 200, agents: leased.agents })
  const { client } = aClient(edge.url, { random: () => 0 })
  const draws = () => client.decide('support-agent', { conversationId: 'c' })
  edge.publish(table)
  await untilRev(client, 1)
  expect(draws()).toMatchObject({ version: '2.3.3', reason: 'LEASE_EXPIRED' })
  edge.answer = { leaseMs: 200 }
  await until(() => draws().version === '2.4.0')
  expect(client.allow('support-agent', 'writes')).toBe(true)

  // The stream and its heartbeats go on; only the reports are not heard any more.
  edge.faults.ack = (_, response) => void response.writeHead(503).end()
  await until(() => draws().reason === 'LEASE_EXPIRED')
  expect(client.isFresh()).toBe(true)
  expect(client.allow('support-agent', 'writes')).toBe(false)
  expect(client.allow('support-agent', 'reads')).toBe(true)
})

test('a lease counts from when the report was sent, however late the answer comes', async () => {
  const edge = await anEdge()
  edge.faults.ack = (_, response) => {
    setTimeout(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"leaseMs":60}'),
      90,
    )
  }
  const { client } = aClient(edge.url, { ...quiet, random: () => 0 })
  edge.publish(aTable(1, { leaseMs: 60, agents: leased.agents }))
  await untilRev(client, 1)
  const start = performance.now()
  const reasons = new Set<string>()
  await vi.waitFor(
    () => {
      reasons.add(client.decide('support-agent', { conversationId: 'c' }).reason)
      expect(performance.now()).toBeGreaterThan(start + 400)
    },
    { timeout: 60_000, interval: 2 },
  )
  expect([...reasons]).toEqual(['LEASE_EXPIRED'])
})

test('a deny outlives a restart without a server, a key that is gone, and an older table', async () => {
  const edge = await anEdge()
  const persistPath = aPath()
  const deny = { state: 'deny', onUnknown: 'allow', since: 3 } as const
  const first = aClient(edge.url, { persistPath })
  edge.publish(aTableOf(ramping(0, { capabilities: { agent: deny, 'tool:refund': deny } }), 3))
  await untilRev(first.client, 3)
  await first.client.close()
  edge.drop()

  edge.faults.stream = (_, response) => void response.writeHead(404).end()
  edge.faults.table = edge.faults.stream
  const { client } = aClient(edge.url, { persistPath })
  const asked = { onUnknown: 'allow' } as const
  const isStopped = () =>
    client.decide('support-agent', { conversationId: 'c' }).version === null &&
    !client.allow('support-agent', 'tool:refund', asked)
  expect(isStopped()).toBe(true)
  edge.faults.stream = null
  edge.faults.table = null
  const allow = { state: 'allow', onUnknown: 'allow', since: 1 } as const
  edge.publish(aTableOf(ramping(0, { capabilities: { agent: allow, 'tool:refund': allow } }), 2))
  expect(isStopped()).toBe(true)
  edge.publish(aTableOf(ramping(0, { capabilities: { 'tool:*': allow } }), 4))
  await untilRev(client, 4)
  expect(isStopped()).toBe(true)
  edge.publish(
    aTableOf(ramping(0, { capabilities: { agent: allow, 'tool:refund': { ...allow, since: 5 } } }), 5),
  )
  await untilRev(client, 5)
  expect(client.decide('support-agent', { conversationId: 'c' }).version).toBe('2.3.3')
  expect(client.allow('support-agent', 'tool:refund', asked)).toBe(true)
})
