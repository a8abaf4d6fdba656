import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'
import { expect, onTestFinished, test } from 'vitest'
import { evaluateFlag } from './ofrep.ts'
import type { RoutingTable } from './table.ts'
import { aTableOf, ramping } from './testing/tables.ts'

/** The published provider, as a black box, on a server that only adds HTTP. */
async function aClientOf(table: () => RoutingTable | null) {
  const server = createServer(async (request, response) => {
    const key = decodeURIComponent(request.url?.split('/').at(-1) ?? '')
    const answer = evaluateFlag(table(), key, JSON.parse(await text(request)))
    const body = JSON.stringify(answer.body)
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await OpenFeature.clearProviders()
    server.close()
    server.closeAllConnections()
  })

  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl }))
  return OpenFeature.getClient()
}

const key = 'agent.support-agent.version'
const writes = 'capability.support-agent.tool:refund'
const deny = { 'tool:refund': { state: 'deny', onUnknown: 'deny', since: 1 } } as const

test('the published OFREP provider reads version, variant, reason, revision and bucket', async () => {
  const client = await aClientOf(() => aTableOf(ramping(10_000), 7))
  const details = await client.getStringDetails(key, '1.0.0', { targetingKey: 'conv-1' })
  expect(details).toMatchObject({
    value: '2.4.0',
    variant: 'candidate',
    reason: 'SPLIT',
    flagMetadata: { epoch: 1, rev: 7, bucket: 0xf3448ee6 % 10_000 },
  })
})

test('the published OFREP provider follows a rollback at its next evaluation', async () => {
  let table = aTableOf(ramping(10_000), 1)
  const client = await aClientOf(() => table)
  const version = () => client.getStringValue(key, '1.0.0', { targetingKey: 'conv-1' })
  expect(await version()).toBe('2.4.0')
  table = aTableOf(
    { stable: '2.3.3', revoked: { '2.4.0': { mode: 'next_turn', reason: 'errors', since: 2 } } },
    2,
  )
  expect(await version()).toBe('2.3.3')
})

test('the published OFREP provider reads a denied capability as false, whatever the default', async () => {
  const client = await aClientOf(() => aTableOf(ramping(0, { capabilities: deny })))
  expect(await client.getBooleanDetails(writes, true)).toMatchObject({ value: false, reason: 'STATIC' })
})

test('the published OFREP provider serves the caller’s default for what does not exist', async () => {
  const client = await aClientOf(() => aTableOf(ramping(0)))
  expect(await client.getStringDetails('agent.other.version', '1.0.0')).toMatchObject({
    value: '1.0.0',
    errorCode: 'FLAG_NOT_FOUND',
  })
  expect(await client.getBooleanDetails(writes, false)).toMatchObject({
    value: false,
    errorCode: 'FLAG_NOT_FOUND',
  })
})

test('the published OFREP provider gets its default version and no writes while there is no table', async () => {
  const client = await aClientOf(() => null)
  expect(await client.getStringValue(key, '1.0.0')).toBe('1.0.0')
  expect(await client.getBooleanValue(writes, true)).toBe(false)
})

test('the published OFREP provider understands that a context was not valid', async () => {
  const client = await aClientOf(() => aTableOf(ramping(0)))
  expect(await client.getStringDetails(key, '1.0.0', { pin: 7 })).toMatchObject({
    errorCode: 'INVALID_CONTEXT',
  })
})
