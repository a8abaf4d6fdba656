import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { currentEvent, tableEvent } from '../lib/routing/stream.ts'
import { aTable, aTableOf, ramping } from '../lib/routing/testing/tables.ts'
import { aClient, anEdge, neverMs, until, untilRev } from './testing/setting.ts'

const conversation = { conversationId: 'c' }

test('before the first word of a server every agent runs its configured stable', async () => {
  const edge = await anEdge()
  const { client } = aClient(edge.url)
  expect(client.decide('support-agent', conversation)).toMatchObject({ version: '1.0.0', reason: 'NO_TABLE' })
  expect(client.decide('unknown-agent', conversation).version).toBeNull()
  expect(client.allow('support-agent', 'writes')).toBe(false)
  expect(client.allow('support-agent', 'search', { irreversible: false })).toBe(true)
  expect(await client.ready(1)).toBe(false)
})

test('a published table is applied at once, and each later one after it', async () => {
  const edge = await anEdge()
  edge.publish(aTableOf(ramping(0), 1))
  const applied: number[] = []
  const { client, events } = aClient(edge.url, { onApplied: ({ table }) => applied.push(table.rev) })
  expect(await client.ready(5_000)).toBe(true)
  expect(client.decide('support-agent', conversation)).toMatchObject({ version: '2.3.3', rev: 1 })

  edge.publish(aTableOf(ramping(10_000), 2))
  await untilRev(client, 2)
  expect(client.decide('support-agent', conversation)).toMatchObject({ version: '2.4.0', reason: 'SPLIT' })
  expect(applied).toEqual([1, 2])
  expect(events.map(({ type }) => type)).toEqual(['connected', 'applied', 'fresh', 'applied'])
})

test('a change made while the stream is down is there after the reconnect', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client } = aClient(edge.url, { timings: { pollMs: neverMs } })
  await untilRev(client, 1)

  edge.publish(aTable(2), 'silently')
  edge.drop()
  await untilRev(client, 2)
})

test('a reconnect to an unchanged server confirms the table without sending it again', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url, { timings: { pollMs: neverMs } })
  await untilRev(client, 1)
  edge.drop()
  await until(() => events.filter(({ type }) => type === 'connected').length === 2)
  expect(edge.requests.at(-1)?.headers['last-event-id']).toBe('1.1')
  expect(events.filter(({ type }) => type === 'applied')).toHaveLength(1)
})

test('a missed change shows in the heartbeat and is fetched', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client } = aClient(edge.url, { timings: { pollMs: neverMs } })
  await untilRev(client, 1)

  edge.publish(aTable(2), 'silently')
  edge.beat()
  await untilRev(client, 2)
  expect(edge.openStreams()).toBe(1)
})

test('a slow old answer never replaces a newer table', async () => {
  const edge = await anEdge()
  let late: ServerResponse | undefined
  edge.publish(aTable(1))
  edge.faults.table = (_, response) => (late = response)
  const { client, events } = aClient(edge.url, {
    timings: { tableTimeoutMs: neverMs, readTimeoutMs: neverMs },
  })
  await untilRev(client, 1)

  edge.publish(aTable(2), 'silently')
  edge.beat()
  await until(() => late !== undefined)
  edge.publish(aTable(3))
  await untilRev(client, 3)
  late?.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(aTable(2)))

  await until(() => events.some((event) => event.type === 'refused' && event.reason === 'older'))
  expect(client.table()?.rev).toBe(3)
})

test('a server that is behind is told of and never believed', async () => {
  const edge = await anEdge()
  edge.publish(aTable(5))
  const { client, events } = aClient(edge.url)
  await untilRev(client, 5)

  edge.publish(aTable(4), 'silently')
  edge.drop()
  await until(() => events.some(({ type }) => type === 'server_behind'))
  edge.write(tableEvent(aTable(4)))
  await until(() => events.some((event) => event.type === 'refused' && event.reason === 'older'))
  expect(client.table()?.rev).toBe(5)

  edge.publish(aTable(1, { epoch: 2 }))
  await until(() => client.table()?.epoch === 2)
})

test('a table with a wrong sum, of another shape, version or environment leaves the one before', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url)
  await untilRev(client, 1)

  const bad = (value: unknown) => edge.write(`event: table\ndata: ${JSON.stringify(value)}\n\n`)
  bad({ ...aTable(2), leaseMs: 1 })
  bad({ ...aTable(3), agents: 'all' })
  bad({ ...aTable(4), v: 2 })
  bad(aTable(5, { env: 'staging' }))
  bad(aTable(1, { leaseMs: 7 }))
  edge.write('event: table\ndata: <html>\n\n')

  const reasons = () => events.flatMap((event) => (event.type === 'refused' ? [event.reason] : []))
  await until(() => reasons().length === 6)
  expect(reasons()).toEqual(['sum', 'schema', 'schema', 'environment', 'conflict', 'schema'])
  expect(client.table()).toEqual(aTable(1))

  edge.publish(aTable(6))
  await untilRev(client, 6)
})

test('a stream that falls silent is replaced', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url, { timings: { pollMs: neverMs } })
  await untilRev(client, 1)
  edge.publish(aTable(2), 'silently')
  await untilRev(client, 2)
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'disconnected', message: 'No byte for 300 ms' }),
  )
})

test('a stream that beats is kept for longer than the read timeout', async () => {
  const edge = await anEdge(20)
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url, { timings: { readTimeoutMs: 250 } })
  await untilRev(client, 1)
  const since = performance.now()
  await until(() => performance.now() - since > 600)
  expect(events.filter(({ type }) => type === 'disconnected')).toEqual([])
  expect(client.isFresh()).toBe(true)
})

test('headers with a body that never comes hold up neither the stream nor the table for long', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const stall = (type: string) => (_: unknown, response: ServerResponse) =>
    response.writeHead(200, { 'content-type': type }).flushHeaders()
  edge.faults.stream = stall('text/event-stream')
  edge.faults.table = stall('application/json')
  const { client, events } = aClient(edge.url)
  await until(() => events.some(({ type }) => type === 'fetch_failed'))
  await until(() => events.some(({ type }) => type === 'disconnected'))
  expect(client.table()).toBeNull()

  edge.faults.stream = null
  await until(() => edge.openStreams() === 1)
  await untilRev(client, 1)
})

test('while there is no stream the table is polled', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  edge.faults.stream = (_, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const { client } = aClient(edge.url, { timings: { readTimeoutMs: neverMs } })
  await untilRev(client, 1)
  edge.publish(aTable(2), 'silently')
  await untilRev(client, 2)
})

test('a stalled poll is given up, and the next one is made', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  edge.faults.stream = (_, response) => response.writeHead(404).end()
  edge.faults.table = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"v":1,')
    edge.faults.table = null
  }
  const { client, events } = aClient(edge.url)
  await untilRev(client, 1)
  expect(events.some(({ type }) => type === 'fetch_failed')).toBe(true)
})

test('an error page with status 200 clears nothing, on either path', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url)
  await untilRev(client, 1)

  const page = (_: unknown, response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>')
  edge.faults.stream = page
  edge.faults.table = page
  edge.drop()
  await until(() =>
    events.some((event) => event.type === 'fetch_failed' && event.message.includes('text/html')),
  )
  await until(() =>
    events.some((event) => event.type === 'disconnected' && event.message.includes('text/html')),
  )
  expect(client.table()?.rev).toBe(1)

  edge.publish(aTable(2), 'silently')
  edge.faults.stream = null
  await untilRev(client, 2)
})

test('a 304 without a table to keep is a fault of the server, and is asked again', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  edge.faults.stream = (_, response) => response.writeHead(500).end()
  edge.faults.table = (_, response) => {
    response.writeHead(304).end()
    edge.faults.table = null
  }
  const { client, events } = aClient(edge.url)
  await untilRev(client, 1)
  expect(events).toContainEqual({ type: 'fetch_failed', message: '304 to a request that named no ETag' })
  expect(edge.requests.find(({ path }) => path === '/v1/table')?.headers).not.toHaveProperty('if-none-match')
})

test('polls of an unchanged table are answered by 304 and make it fresh again', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const refuse = (_: unknown, response: ServerResponse) => void response.writeHead(500).end()
  edge.faults.stream = refuse
  const { client, events } = aClient(edge.url)
  await untilRev(client, 1)
  edge.faults.table = refuse
  await until(() => !client.isFresh())

  edge.faults.table = null
  await until(() => client.isFresh())
  expect(edge.requests.findLast(({ path }) => path === '/v1/table')?.headers['if-none-match']).toBe('"1.1"')
  expect(events.filter(({ type }) => type === 'applied')).toHaveLength(1)
})

test('a token that is refused for a while keeps the table and does not end the client', async () => {
  const edge = await anEdge()
  edge.publish(aTableOf(ramping(10_000), 1))
  const { client, events } = aClient(edge.url)
  await untilRev(client, 1)

  const refuse = (_: unknown, response: ServerResponse) => response.writeHead(401).end()
  edge.faults.stream = refuse
  edge.faults.table = refuse
  edge.drop()
  await until(() => events.filter(({ type }) => type === 'auth_failed').length >= 2)
  expect(client.decide('support-agent', conversation).version).toBe('2.4.0')

  edge.publish(aTable(2), 'silently')
  edge.faults.stream = null
  edge.faults.table = null
  await untilRev(client, 2)
})

test.each([429, 503])('a %i with Retry-After is obeyed, for no longer than the cap', async (status) => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const wait = (_: unknown, response: ServerResponse) =>
    response.writeHead(status, { 'retry-after': '120' }).end()
  edge.faults.stream = wait
  edge.faults.table = wait
  const { client, events } = aClient(edge.url)
  await until(() => events.some(({ type }) => type === 'told_to_wait'))
  const told = events.find((event) => event.type === 'told_to_wait')
  expect(told).toMatchObject({ status, retryInMs: 80 })
  edge.faults.stream = null
  await untilRev(client, 1)
})

test('after a goodbye the client is back when it was asked to be', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url, { timings: { pollMs: neverMs } })
  await untilRev(client, 1)
  edge.publish(aTable(2), 'silently')
  edge.goodbye(7)
  await untilRev(client, 2)
  expect(events).toContainEqual({ type: 'disconnected', message: 'The server said goodbye', retryInMs: 7 })
})

test('silence is told once, and its end too', async () => {
  const edge = await anEdge(20)
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url)
  await client.ready(5_000)
  const refuse = (_: unknown, response: ServerResponse) => response.writeHead(500).end()
  Object.assign(edge.faults, { stream: refuse, table: refuse })
  edge.drop()
  await until(() => !client.isFresh())
  Object.assign(edge.faults, { stream: null, table: null })
  await until(() => client.isFresh())
  const told = events.flatMap(({ type }) => (type === 'fresh' || type === 'stale' ? [type] : []))
  expect(told).toEqual(['fresh', 'stale', 'fresh'])
})

test('a denied capability stays denied until a newer table allows it', async () => {
  const edge = await anEdge()
  const writes = (state: 'allow' | 'deny') => ({ writes: { state, onUnknown: 'deny', since: 1 } as const })
  edge.publish(aTableOf(ramping(0, { capabilities: writes('deny') }), 1))
  const { client } = aClient(edge.url)
  const asked = { onUnknown: 'allow' } as const
  await untilRev(client, 1)
  expect(client.allow('support-agent', 'writes', asked)).toBe(false)

  edge.publish(aTableOf(ramping(0), 2))
  await untilRev(client, 2)
  expect(client.decideCapability('support-agent', 'writes', asked)).toMatchObject({
    allowed: false,
    reason: 'LATCHED',
  })
  edge.publish(aTable(3, { agents: {} }))
  await untilRev(client, 3)
  expect(client.allow('support-agent', 'writes', asked)).toBe(false)

  edge.publish(aTableOf(ramping(0, { capabilities: writes('allow') }), 4))
  await untilRev(client, 4)
  expect(client.allow('support-agent', 'writes')).toBe(true)
})

test('an instance whose lease has ended sends no new conversation to the candidate', async () => {
  const edge = await anEdge()
  edge.publish(aTableOf(ramping(10_000), 1))
  let expired = false
  const { client } = aClient(edge.url, { leaseExpired: () => expired })
  await untilRev(client, 1)
  expect(client.decide('support-agent', conversation).version).toBe('2.4.0')
  expired = true
  expect(client.decide('support-agent', conversation)).toMatchObject({
    version: '2.3.3',
    reason: 'LEASE_EXPIRED',
  })
})

test('a listener that throws does not cost the client its stream', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const warned: string[] = []
  const keep = (warning: Error) => warned.push(warning.message)
  process.on('warning', keep)
  const fail = () => {
    throw new Error('a fault of the application')
  }
  const { client, events } = aClient(edge.url, { onApplied: fail, onEvent: fail })
  await untilRev(client, 1)
  edge.publish(aTable(2))
  await untilRev(client, 2)
  await until(() => warned.includes('a fault of the application'))
  process.off('warning', keep)
  expect(events.some(({ type }) => type === 'disconnected')).toBe(false)
})

test('a closed client leaves no connection, and answers from its last table', async () => {
  const edge = await anEdge()
  edge.publish(aTableOf(ramping(10_000), 1))
  const { client } = aClient(edge.url)
  await untilRev(client, 1)
  await client.close()
  await until(() => edge.openStreams() === 0)
  expect(client.decide('support-agent', conversation).version).toBe('2.4.0')
  expect(await client.ready(neverMs)).toBe(true)
})

test('a client that is closed before it was ready says so at once', async () => {
  const edge = await anEdge()
  const { client } = aClient(edge.url)
  const ready = client.ready(neverMs)
  await client.close()
  expect(await ready).toBe(false)
})

test('every request names the token, the instance and the kind of client', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client } = aClient(edge.url, { instanceId: 'pod-7' })
  await untilRev(client, 1)
  expect(edge.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer token',
    'switchback-instance': 'pod-7',
    'user-agent': expect.stringMatching(/^switchback-sdk\/\d/),
  })
})

test('a claim to be current about a revision that is not held is followed up', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client } = aClient(edge.url, { timings: { pollMs: neverMs } })
  await untilRev(client, 1)
  edge.publish(aTable(2), 'silently')
  edge.write(currentEvent(aTable(2)))
  await untilRev(client, 2)
})
