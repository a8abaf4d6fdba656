import { readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { tableEvent } from '../lib/routing/stream.ts'
import { aTable, aTableOf, ramping } from '../lib/routing/testing/tables.ts'
import type { RoutingTable } from '../lib/routing/table.ts'
import { aClient, anEdge, aPath, neverMs, until, untilRev } from './testing/setting.ts'

const conversation = { conversationId: 'c' }
const denied = (rev: number) =>
  aTableOf(
    ramping(10_000, { capabilities: { writes: { state: 'deny', onUnknown: 'deny', since: rev } } }),
    rev,
  )

/** A client that ran, held this table, and was closed. */
async function aPastRun(path: string, table: RoutingTable) {
  const edge = await anEdge()
  edge.publish(table)
  const { client } = aClient(edge.url, { persistPath: path })
  await untilRev(client, table.rev)
  await client.close()
  return edge
}

test('after a restart the last table decides, but the candidate waits for a first contact', async () => {
  const path = aPath()
  const edge = await aPastRun(path, denied(7))
  edge.faults.stream = (_, response) => response.writeHead(500).end()
  edge.faults.table = (_, response) => response.writeHead(500).end()

  const { client } = aClient(edge.url, { persistPath: path })
  expect(client.decide('support-agent', conversation)).toMatchObject({
    version: '2.3.3',
    reason: 'NO_CONTACT',
    rev: 7,
  })
  expect(client.decide('support-agent', { pin: { version: '2.4.0' } }).version).toBe('2.4.0')
  expect(client.allow('support-agent', 'writes', { onUnknown: 'allow' })).toBe(false)

  edge.faults.stream = null
  expect(await client.ready(5_000)).toBe(true)
  const streams = edge.requests.filter(({ path }) => path === '/v1/stream')
  expect(streams.at(-1)?.headers['last-event-id']).toBe('1.7')
  expect(client.decide('support-agent', conversation).version).toBe('2.4.0')
})

test('after a restart an older table of the server is refused, and is no contact', async () => {
  const path = aPath()
  const edge = await aPastRun(path, aTableOf(ramping(10_000), 7))
  edge.publish(aTableOf(ramping(10_000), 6))

  const { client, events } = aClient(edge.url, { persistPath: path, timings: { pollMs: neverMs } })
  await until(() => events.some(({ type }) => type === 'server_behind'))
  edge.write(tableEvent(aTableOf(ramping(10_000), 6)))
  await until(() => events.some((event) => event.type === 'refused' && event.reason === 'older'))
  expect(client.table()?.rev).toBe(7)
  expect(client.decide('support-agent', conversation)).toMatchObject({
    version: '2.3.3',
    reason: 'NO_CONTACT',
  })

  edge.publish(aTableOf(ramping(10_000), 1 + 7))
  await untilRev(client, 8)
  expect(client.decide('support-agent', conversation).version).toBe('2.4.0')
})

test('a deny outlives the restart, the loss of its key, and a damaged table beside it', async () => {
  const path = aPath()
  const edge = await aPastRun(path, denied(7))
  const written = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...written, table: { ...written.table, sum: 'sha256:0' } }))
  edge.publish(aTableOf(ramping(0), 8))

  const { client, events } = aClient(edge.url, { persistPath: path })
  expect(events).toContainEqual({ type: 'snapshot_ignored', message: 'The sum of the table does not hold' })
  const asked = { onUnknown: 'allow' } as const
  expect(client.table()).toBeNull()
  expect(client.allow('support-agent', 'writes', asked)).toBe(false)
  await untilRev(client, 8)
  expect(client.allow('support-agent', 'writes', asked)).toBe(false)
})

test.each(['', '{', '[]', '{"v":2}', '{"v":1,"source":3}'])(
  'a snapshot that holds %j is ignored and told of, and is replaced by the next table',
  async (content) => {
    const path = aPath()
    writeFileSync(path, content)
    const edge = await anEdge()
    edge.publish(aTable(1))
    const { client, events } = aClient(edge.url, { persistPath: path })
    expect(events.map(({ type }) => type)).toEqual(['snapshot_ignored'])
    await untilRev(client, 1)
    await client.close()
    expect(JSON.parse(readFileSync(path, 'utf8')).table).toEqual(aTable(1))
  },
)

test('a snapshot is written beside and renamed: nothing else is left', async () => {
  const path = aPath()
  await aPastRun(path, aTable(1))
  expect(await readdir(dirname(path))).toEqual(['table.json'])
})

test('a disk that cannot be written is told of and does not stop the client', async () => {
  const edge = await anEdge()
  edge.publish(aTable(1))
  const { client, events } = aClient(edge.url, { persistPath: `${aPath()}/no/such/folder` })
  await until(() => events.some(({ type }) => type === 'persist_failed'))
  expect(client.table()?.rev).toBe(1)
})

test('another token may show another part of the same revision, once', async () => {
  const path = aPath()
  const edge = await aPastRun(path, aTable(7))
  const wider = aTable(7, { agents: { 'support-agent': { stable: '2.3.3' }, other: { stable: '1.0.0' } } })
  edge.publish(wider)
  edge.faults.stream = (request, response) => {
    expect(request.headers).not.toHaveProperty('last-event-id')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(tableEvent(wider))
    response.write(tableEvent(aTable(7)))
  }

  const { client, events } = aClient(edge.url, { persistPath: path, token: 'another' })
  await until(() => events.some((event) => event.type === 'refused' && event.reason === 'conflict'))
  expect(client.table()).toEqual(wider)
})
