import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryMessenger } from '#lib/drivers/messenger/memory.ts'
import { failuresBeforeSecond } from '#lib/domain/alertRoute.ts'
import { findWebhookTarget } from '#lib/store/webhookTarget.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { deliver } from '../alert/deliver.ts'
import { sendTestAlert } from '../alert/sendTest.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { addAlertRoute } from './add.ts'
import { removeAlertRoute } from './remove.ts'
import { rotateWebhookSecret } from './rotate.ts'

/** Alerts go where somebody said, besides the installation's own channel, and nowhere else. */

let house: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'switchback-routes-'))
beforeAll(async () => {
  house = await openInstallation()
  writeFileSync(join(folder, 'webhook'), 'a'.repeat(64))
  process.env.WEBHOOK_KEY_FILE = join(folder, 'webhook')
})
afterAll(async () => {
  delete process.env.WEBHOOK_KEY_FILE
  rmSync(folder, { recursive: true })
  await house.drop()
})

const at = (second: number) => ({ db: house.db, now: after(second) })
const slack = (changes: Record<string, unknown> = {}) => ({
  agent: '*',
  severity: 'critical',
  use: 'always',
  messenger: 'slack',
  channel: '#team',
  mention: null,
  ...changes,
})
const webhook = (agent: string, url = 'https://hooks.example.com/a') => ({
  agent,
  severity: 'info',
  use: 'always',
  messenger: 'webhook',
  url,
})

async function add(route: object): Promise<{ routeId: string; secret: string | null }> {
  return valueOf(await addAlertRoute(route, anActor(), at(0)))
}

/** A rollback of this agent, and the messages that are owed for it. */
async function rolledBack(agent: string) {
  const rolloutId = await aRolloutIn(house.db, agent, after(0))
  const { incidentId } = valueOf(await rollBack({ rolloutId }, anActor(), at(10)))
  return await owedFor(incidentId)
}
const owedFor = (incidentId: string | null) =>
  house.db.delivery.findMany({ where: { incidentId }, orderBy: { onceKey: 'asc' } })
const bring = (id: string, messenger: Parameters<typeof deliver>[1], second: number) =>
  deliver(id, messenger, {
    db: house.db,
    publicUrl: 'http://panel.test',
    channel: 'on-call',
    now: () => after(second),
  })

describe('a way for alerts', () => {
  test('gets the alerts of its agent beside the own channel, and those of no other', async () => {
    await anAgentIn(house.db, { agent: 'routed' })
    await anAgentIn(house.db, { agent: 'other' })
    const { routeId } = await add(slack({ agent: 'routed' }))
    const messages = await rolledBack('routed')
    expect(messages.map((row) => [row.channel, row.routeId])).toEqual([
      [null, null],
      ['#team', routeId],
    ])
    expect((await rolledBack('other')).map(({ channel }) => channel)).toEqual([null])
    valueOf(await removeAlertRoute({ routeId }, anActor(), at(20)))
  })

  test('calls its user group at the head of the message, and only there', async () => {
    await anAgentIn(house.db, { agent: 'calling' })
    await add(slack({ agent: 'calling', channel: 'calls', mention: 'S0123ABCD' }))
    const [own, copy] = await rolledBack('calling')
    const messenger = memoryMessenger(['on-call', 'calls'])
    await bring(own?.id ?? '', messenger, 11)
    await bring(copy?.id ?? '', messenger, 11)
    const texts = messenger.messages.map(({ message, handle }) => [
      handle.channel,
      message.text.includes('<!subteam^S0123ABCD>'),
    ])
    expect(texts).toEqual([
      ['on-call', false],
      ['calls', true],
    ])
  })

  test('that was taken away is not used by what is still owed', async () => {
    await anAgentIn(house.db, { agent: 'leaving' })
    const { routeId } = await add(slack({ agent: 'leaving', channel: 'leaving' }))
    const copy = (await rolledBack('leaving')).find((row) => row.routeId === routeId)
    valueOf(await removeAlertRoute({ routeId }, anActor(), at(11)))
    const messenger = memoryMessenger(['leaving'])
    expect(await bring(copy?.id ?? '', messenger, 12)).toBeNull()
    expect(messenger.messages).toEqual([])
    expect(await house.db.delivery.findUnique({ where: { id: copy?.id ?? '' } })).toMatchObject({
      status: 'not_sent',
      lastError: expect.stringContaining('taken away'),
    })
  })

  test('for failures gets a message once its own channel did not take it three times', async () => {
    await anAgentIn(house.db, { agent: 'stubborn' })
    await add(slack({ agent: 'stubborn', channel: 'second', use: 'after_failures' }))
    const [own] = await rolledBack('stubborn')
    const { id = '', incidentId = '' } = own ?? {}
    const messenger = memoryMessenger(['on-call', 'second'])
    const counts: number[] = []
    for (let attempt = 1; attempt <= failuresBeforeSecond + 2; attempt += 1) {
      messenger.trouble('unreachable')
      await bring(id, messenger, attempt * 60)
      counts.push((await owedFor(incidentId)).length)
    }
    expect(counts).toEqual([1, 1, 2, 2, 2])
    const second = (await owedFor(incidentId)).find(({ channel }) => channel === 'second')
    await bring(second?.id ?? '', messenger, 600)
    expect(messenger.messages.map(({ handle }) => handle.channel)).toEqual(['second'])
    // The first goes on being tried, and arrives.
    await bring(id, messenger, 700)
    expect(messenger.messages.map(({ handle }) => handle.channel)).toEqual(['second', 'on-call'])
  })

  test('for failures gets at once what its own channel will never take', async () => {
    await anAgentIn(house.db, { agent: 'hopeless' })
    await add(slack({ agent: 'hopeless', channel: 'second', use: 'after_failures' }))
    const [own] = await rolledBack('hopeless')
    await bring(own?.id ?? '', memoryMessenger(['second']), 11)
    expect((await owedFor(own?.incidentId ?? '')).map((row) => [row.channel, row.status])).toEqual([
      [null, 'not_sent'],
      ['second', 'queued'],
    ])
  })

  test('can be proven by a test message of its own', async () => {
    await anAgentIn(house.db, { agent: 'proving' })
    const { routeId } = await add(slack({ agent: 'proving', channel: 'proof' }))
    const { deliveryId } = valueOf(await sendTestAlert({ routeId }, anActor(), at(1)))
    const messenger = memoryMessenger(['proof'])
    await bring(deliveryId ?? '', messenger, 2)
    expect(messenger.messages.map(({ handle }) => handle.channel)).toEqual(['proof'])
  })
})

describe('a webhook', () => {
  test('has a secret that is shown once and stands nowhere in the database', async () => {
    await anAgentIn(house.db, { agent: 'hooked' })
    const { routeId, secret } = await add(webhook('hooked'))
    expect(secret).toMatch(/^whsec_/)
    const target = await findWebhookTarget(house.db, `webhook:${routeId}`, after(1))
    expect(target).toEqual({ url: 'https://hooks.example.com/a', secrets: [secret] })
    const route = await house.db.alertRoute.findUnique({ where: { id: routeId } })
    const lines = await house.db.auditEntry.findMany({ where: { action: 'alert_route.add' } })
    expect(JSON.stringify([route, lines.map(({ body }) => body)])).not.toContain(secret?.slice(6))
  })

  test('is signed with both secrets for a day after a rotation, and with the new one then', async () => {
    await anAgentIn(house.db, { agent: 'rotating' })
    const { routeId, secret: first } = await add(webhook('rotating'))
    const { secret: second } = valueOf(await rotateWebhookSecret({ routeId }, anActor(), at(0)))
    const secretsAt = async (second: number) =>
      (await findWebhookTarget(house.db, `webhook:${routeId}`, after(second)))?.secrets
    expect(await secretsAt(86_399)).toEqual([second, first])
    expect(await secretsAt(86_401)).toEqual([second])
    // A second rotation within the day would cut off whoever still has the first.
    expect(refusalOf(await rotateWebhookSecret({ routeId }, anActor(), at(10)))).toBe('not_now')
  })

  test('that was taken away leads nowhere', async () => {
    await anAgentIn(house.db, { agent: 'unhooked' })
    const { routeId } = await add(webhook('unhooked'))
    valueOf(await removeAlertRoute({ routeId }, anActor(), at(1)))
    expect(await findWebhookTarget(house.db, `webhook:${routeId}`, after(2))).toBeNull()
  })
})

test.each([
  ['a channel that is a webhook', slack({ channel: 'webhook:ar_1' })],
  ['a group that is no id', slack({ mention: '!channel' })],
  ['an address with a password', webhook('*', 'https://me:pw@hooks.example.com/')],
  ['another kind of address', webhook('*', 'file:///etc/passwd')],
])('%s is refused', async (_name, route) => {
  expect(refusalOf(await addAlertRoute(route, anActor(), at(0)))).toBe('bad_input')
})

test('who may edit the alerts of one agent gives no way for another’s, nor for all', async () => {
  await anAgentIn(house.db, { agent: 'mine' })
  await anAgentIn(house.db, { agent: 'yours' })
  const editor = anActor({ agents: ['mine'] })
  expect(refusalOf(await addAlertRoute(slack({ agent: 'yours' }), editor, at(0)))).toBe('forbidden')
  expect(refusalOf(await addAlertRoute(slack(), editor, at(0)))).toBe('forbidden')
  valueOf(await addAlertRoute(slack({ agent: 'mine' }), editor, at(0)))
})
