import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk'
import { expect, onTestFinished, test } from 'vitest'
import { aTable, aTableOf, ramping } from '../lib/routing/testing/tables.ts'
import { createSwitchbackProvider } from './openfeature.ts'
import { aClient, anEdge, until, untilRev } from './testing/setting.ts'

async function aProvider(beatMs = 20) {
  const edge = await anEdge(beatMs)
  const { client } = aClient(edge.url)
  const told: string[] = []
  const flags = OpenFeature.getClient()
  for (const type of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.ConfigurationChanged]) {
    const note = () => told.push(type)
    flags.addHandler(type, note)
    onTestFinished(() => flags.removeHandler(type, note))
  }
  onTestFinished(() => OpenFeature.clearProviders())
  return { edge, client, flags, told }
}

const key = 'agent.support-agent.version'
const unit = { targetingKey: 'conv-1' }

test('versions are evaluated in the process, with variant, reason, revision and bucket', async () => {
  const { edge, client, flags } = await aProvider()
  edge.publish(aTableOf(ramping(10_000), 7))
  await OpenFeature.setProviderAndWait(createSwitchbackProvider(client))
  const requests = edge.requests.length
  expect(await flags.getStringDetails(key, '0', unit)).toMatchObject({
    value: '2.4.0',
    variant: 'candidate',
    reason: 'SPLIT',
    flagMetadata: { epoch: 1, rev: 7, bucket: 0xf3448ee6 % 10_000 },
  })
  expect(await flags.getStringValue(key, '0')).toBe('2.3.3')
  expect(await flags.getStringValue(key, '0', { ...unit, pin: '2.3.3' })).toBe('2.3.3')
  expect(edge.requests).toHaveLength(requests)
})

test('a denied capability is false and an unknown one is the caller’s default', async () => {
  const { edge, client, flags } = await aProvider()
  const deny = { state: 'deny', onUnknown: 'deny', since: 1 } as const
  edge.publish(aTable(1, { agents: { 'a.b': { stable: null, capabilities: { 'tool:x.y': deny } } } }))
  await OpenFeature.setProviderAndWait(createSwitchbackProvider(client))
  expect(await flags.getBooleanValue('capability.a.b.tool:x.y', true)).toBe(false)
  expect(await flags.getBooleanDetails('capability.a.b.reads', true)).toMatchObject({
    value: true,
    errorCode: 'FLAG_NOT_FOUND',
  })

  edge.publish(aTable(2, { agents: {} }))
  await untilRev(client, 2)
  expect(await flags.getBooleanDetails('capability.a.b.tool:x.y', true)).toMatchObject({
    value: false,
    reason: 'STALE',
  })
})

test('flags of other kinds are not found', async () => {
  const { edge, client, flags } = await aProvider()
  edge.publish(aTable(1))
  await OpenFeature.setProviderAndWait(createSwitchbackProvider(client))
  expect(await flags.getNumberDetails('n', 3)).toMatchObject({ value: 3, errorCode: 'FLAG_NOT_FOUND' })
  expect(await flags.getObjectDetails('o', {})).toMatchObject({ value: {}, errorCode: 'FLAG_NOT_FOUND' })
  expect(await flags.getStringDetails('agent.x', 'd')).toMatchObject({
    value: 'd',
    errorCode: 'FLAG_NOT_FOUND',
  })
  expect(await flags.getBooleanDetails('capability', true)).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' })
})

test('a change, a silence and its end are told as OpenFeature events', async () => {
  const { edge, client, flags, told } = await aProvider()
  edge.publish(aTable(1))
  await OpenFeature.setProviderAndWait(createSwitchbackProvider(client))
  edge.publish(aTable(2))
  await until(() => told.includes(ProviderEvents.ConfigurationChanged))

  const refuse = (_: unknown, response: { writeHead(status: number): { end(): unknown } }) =>
    void response.writeHead(500).end()
  Object.assign(edge.faults, { stream: refuse, table: refuse })
  edge.drop()
  await until(() => flags.providerStatus === ProviderStatus.STALE)
  Object.assign(edge.faults, { stream: null, table: null })
  await until(() => flags.providerStatus === ProviderStatus.READY)
  expect(told).toEqual([
    ProviderEvents.Ready,
    ProviderEvents.ConfigurationChanged,
    ProviderEvents.Stale,
    ProviderEvents.Ready,
  ])
})

test('a server that cannot be reached is an error of the provider, which serves the stable all the same', async () => {
  const { edge, client, flags } = await aProvider()
  const provider = createSwitchbackProvider(client, { readyTimeoutMs: 20 })
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toThrow('No word of the Switchback edge')
  expect(await flags.getStringValue(key, '0', unit)).toBe('1.0.0')

  edge.publish(aTable(1))
  await until(() => flags.providerStatus === ProviderStatus.READY)
  expect(await flags.getStringValue(key, '0', unit)).toBe('2.3.3')
})

test('closing the provider closes its client', async () => {
  const { edge, client } = await aProvider()
  edge.publish(aTable(1))
  await OpenFeature.setProviderAndWait(createSwitchbackProvider(client))
  await OpenFeature.clearProviders()
  await until(() => edge.openStreams() === 0)
  expect(client.isFresh()).toBe(false)
})
