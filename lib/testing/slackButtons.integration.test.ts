import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RoleGrant } from '#lib/domain/actor.ts'
import { slackMessenger } from '#lib/drivers/messenger/slack.ts'
import { anActor } from './builders.ts'
import type { TestDatabase } from './database.ts'
import {
  anAgentIn,
  aRolloutIn,
  documentOf,
  giveObservations,
  openInstallation,
  refusalOf,
  valueOf,
} from './installation.ts'
import { ask } from './machine.ts'
import { aPerson, aSession } from './people.ts'
import { bodyOf, sign } from './slack/press.ts'
import type { SlackMessage } from './slack/workspace.ts'
import { type SlackServer, startSlackServer } from './slackServer.ts'
import { policyActor } from '#lib/domain/actor.ts'
import { owedPresses } from '#lib/store/slackPresses.ts'
import { sweep } from '#lib/guard/sweep.ts'
import { deliver } from '#lib/services/alert/deliver.ts'
import { askApproval } from '#lib/services/approval/ask.ts'
import { decideApproval } from '#lib/services/approval/decide.ts'
import { disablePerson } from '#lib/services/people/disable.ts'
import { setGrants } from '#lib/services/people/setGrants.ts'
import { setSlackUser } from '#lib/services/people/setSlackUser.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import { readAskMessage } from '#lib/services/slack/message.ts'
import { engageSwitch } from '#lib/services/switch/engage.ts'
import { evaluateRollout } from '#lib/services/rollout/evaluate.ts'
import { doPress } from '#lib/services/slack/press.ts'
import { answerPress, restate } from '#lib/services/slack/restate.ts'

/** Buttons in Slack, from the message to what they did, over the real driver and a server that answers as Slack does. */

const secret = 'a-signing-secret'
const soon = { timeout: 60_000, interval: 20 }
let house: TestDatabase
let slack: SlackServer

beforeAll(async () => {
  house = await openInstallation()
  slack = await startSlackServer()
  process.env['DATABASE_URL'] = house.url
  process.env['SWITCHBACK_SLACK_SIGNING_SECRET'] = secret
})
beforeEach(() => slack.clear())
afterAll(async () => {
  delete process.env['SWITCHBACK_SLACK_SIGNING_SECRET']
  await slack.close()
  await house.drop()
})

const messenger = () => slackMessenger({ token: slack.token, apiUrl: slack.apiUrl, timeoutMs: 5_000 })
const parts = () => ({ db: house.db, publicUrl: 'http://panel.test', buttons: true })
const twoStages =
  'stages: [{ name: canary, weight_percent: 20, hold: 0s }, { name: full, weight_percent: 100 }]'
const mira = anActor({ id: 'pe_mira', name: 'Mira' })
let count = 0

/** Somebody with an account in Slack. */
async function aMember(
  name: string,
  grants: readonly RoleGrant[],
): Promise<{ personId: string; member: string }> {
  const { personId } = await aPerson(house.db, `${name} ${(count += 1)}`, grants)
  await aSession(house.db, personId)
  const member = `U0MEMBER${String(count).padStart(3, '0')}`
  valueOf(await setSlackUser({ personId, slackUserId: member }, anActor(), { db: house.db }))
  return { personId, member }
}

/** A promotion that Mira asks for, with its message in Slack. */
async function anAsk(by = mira): Promise<{
  agent: string
  rolloutId: string
  approvalId: string
  message: SlackMessage
}> {
  const { db } = house
  const agent = await anAgentIn(db, { agent: `pressed-${(count += 1)}` })
  const rolloutId = await aRolloutIn(db, agent, new Date(Date.now() - 120_000), twoStages)
  await evaluateRollout({ rolloutId }, policyActor, { db })
  const second = await aPerson(db, `Second ${agent}`, [{ role: 'approver', agent }])
  await aSession(db, second.personId)
  const given = { kind: 'promote', input: { rolloutId }, reason: 'Quiet for an hour', way: 'second_person' }
  const { approvalId } = valueOf(await askApproval(given, by, { db }))
  return { agent, rolloutId, approvalId, message: await bring(`approval:${approvalId}`) }
}

/** Brings what is owed under this key, and answers with it as it stands in Slack. */
async function bring(onceKey: string): Promise<SlackMessage> {
  const delivery = await house.db.delivery.findUniqueOrThrow({ where: { onceKey } })
  await deliver(delivery.id, messenger(), { ...parts(), channel: 'on-call' })
  const message = slack.messages.at(-1)
  if (!message) throw new Error('Nothing came')
  return message
}

interface Sending {
  readonly secret?: string
  readonly at?: Date
  readonly body?: string
  readonly signature?: string
}

async function send(
  body: string,
  { secret: by = secret, at = new Date(), signature, ...rest }: Sending = {},
) {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return await ask('POST', '/api/slack/interactions', {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature ?? sign(by, timestamp, body),
    },
    body: rest.body ?? body,
  })
}

/** Presses a button and waits until what follows from it was done and told. Answers with the row of the press. */
async function press(message: SlackMessage, user: string, label: string, reason?: string) {
  const body = bodyOf({ user, message, label, ...(reason === undefined ? {} : { reason }) })
  expect((await send(body)).status).toBe(200)
  const row = await vi.waitFor(
    async () =>
      await house.db.slackPress.findFirstOrThrow({
        where: { slackUserId: user, doneAt: { not: null }, toldAt: null },
      }),
    soon,
  )
  await answerPress(row.id, messenger(), parts())
  return row
}

const inSlack = (ts: string) => JSON.stringify(slack.messages.find((one) => one.ts === ts))
const whispers = async () =>
  (await (await fetch(`${slack.url}/control/whispers`)).json()) as { user: string; text: string }[]
const statusOf = async (id: string) => (await house.db.approval.findUniqueOrThrow({ where: { id } })).status
const phaseOf = async (id: string) => (await house.db.rollout.findUniqueOrThrow({ where: { id } })).phase

describe('a request for a second person', () => {
  test('is approved by a press, once, and the message says so in the place of its buttons', async () => {
    const { agent, approvalId, rolloutId, message } = await anAsk()
    expect(message.text).toContain('Mira asks for a second person: Quiet for an hour')
    const noah = await aMember('Noah', [{ role: 'approver', agent }])
    const body = bodyOf({ user: noah.member, message, label: 'Approve', actionTs: '1.1' })
    expect((await send(body)).status).toBe(200)
    expect((await send(body)).status).toBe(200)
    await vi.waitFor(async () => expect(await statusOf(approvalId)).toBe('approved'), soon)
    expect(await phaseOf(rolloutId)).toBe('completed')
    const presses = await house.db.slackPress.findMany({ where: { slackUserId: noah.member } })
    expect(presses).toHaveLength(1)
    await vi.waitFor(async () => {
      const again = await answerPress(presses[0]?.id ?? '', messenger(), parts())
      expect(again).toBeNull()
      expect(inSlack(message.ts)).toContain('Approved by Noah')
    }, soon)
    expect(inSlack(message.ts)).not.toContain('"value"')
    const lines = await house.db.auditEntry.findMany({
      where: { agent, action: { in: ['approval.approve', 'slack.press'] } },
    })
    expect(lines.filter(({ action }) => action === 'slack.press')).toHaveLength(1)
  })

  test.each([
    ['nobody that we know', async () => 'U0STRANGER', /belongs to nobody in Switchback/],
    [
      'somebody whose role does not let them',
      async (agent: string) => (await aMember('Vera', [{ role: 'viewer', agent }])).member,
      /./,
    ],
  ] as const)('is not approved by %s, who is told why', async (_who, memberOf, why) => {
    const { agent, approvalId, message } = await anAsk()
    const row = await press(message, await memberOf(agent), 'Approve')
    expect(row).toMatchObject({ outcome: 'refused' })
    expect((await whispers()).at(-1)?.text).toMatch(why)
    expect(await statusOf(approvalId)).toBe('waiting')
    expect(inSlack(message.ts)).toContain('"value"')
  })

  test('is not approved by whoever asked, whose role was taken or who was disabled since', async () => {
    const asker = await aMember('Asker', [{ role: 'administrator', agent: '*' }])
    const { agent, approvalId, message } = await anAsk(anActor({ id: asker.personId, name: 'Asker' }))
    expect((await press(message, asker.member, 'Approve')).outcome).toBe('refused')
    const taken = await aMember('Taken', [{ role: 'approver', agent }])
    const viewer = [{ role: 'viewer', agent }]
    valueOf(await setGrants({ personId: taken.personId, grants: viewer }, anActor(), { db: house.db }))
    expect((await press(message, taken.member, 'Approve')).outcome).toBe('refused')
    const gone = await aMember('Gone', [{ role: 'approver', agent }])
    valueOf(await disablePerson({ personId: gone.personId }, anActor(), { db: house.db }))
    expect((await press(message, gone.member, 'Approve')).said).toContain('belongs to nobody')
    expect(await statusOf(approvalId)).toBe('waiting')
  })

  test('is rejected with the reason that stands in the field, and not without one', async () => {
    const { agent, approvalId, message } = await anAsk()
    const { member } = await aMember('Noah', [{ role: 'approver', agent }])
    expect((await press(message, member, 'Reject')).said).toContain('takes a reason')
    expect(await statusOf(approvalId)).toBe('waiting')
    await press(message, member, 'Reject', 'Not on a Friday')
    expect(await statusOf(approvalId)).toBe('rejected')
    expect(inSlack(message.ts)).toContain('Not on a Friday')
  })

  test('that was decided in the browser says so in Slack, and its old button does nothing', async () => {
    const { agent, approvalId, message } = await anAsk()
    const noah = anActor({ id: 'pe_noah', name: 'Noah' })
    valueOf(await decideApproval({ approvalId, verdict: 'reject', reason: 'Later' }, noah, { db: house.db }))
    await sweep(house.db, new Date())
    await restate(`approval:${approvalId}`, messenger(), parts())
    expect(inSlack(message.ts)).toContain('Rejected by Noah')
    expect(inSlack(message.ts)).not.toContain('"value"')
    const { member } = await aMember('Late', [{ role: 'approver', agent }])
    expect((await press(message, member, 'Approve')).outcome).toBe('refused')
    expect(await statusOf(approvalId)).toBe('rejected')
  })

  test('is done by the guard when whoever took the press in died', async () => {
    const { agent, approvalId, message } = await anAsk()
    const { member } = await aMember('Noah', [{ role: 'approver', agent }])
    const button = await house.db.slackButton.findFirstOrThrow({
      where: { askKey: `approval:${approvalId}`, verb: 'approve' },
    })
    const at = { channel: message.channel, messageTs: message.ts, pressedAt: new Date(Date.now() - 60_000) }
    const row = { id: 'pr_lost', onceKey: 'lost', buttonId: button.id, slackUserId: member, ...at }
    await house.db.slackPress.create({ data: row })
    expect((await owedPresses(house.db, new Date())).todo).toEqual(['pr_lost'])
    await doPress('pr_lost', { db: house.db })
    await doPress('pr_lost', { db: house.db })
    expect(await statusOf(approvalId)).toBe('approved')
  })
})

describe('a request that Slack did not sign, or not lately', () => {
  test('is refused, and nothing of it is kept', async () => {
    const { agent, approvalId, message } = await anAsk()
    const { member } = await aMember('Noah', [{ role: 'approver', agent }])
    const body = bodyOf({ user: member, message, label: 'Approve' })
    const minutes = (some: number) => new Date(Date.now() + some * 60_000)
    const stranger = body.replace(member, 'U0SOMEBODY')
    const refused = [
      send(body, { secret: 'another-secret' }),
      send(body, { at: minutes(-6) }),
      send(body, { at: minutes(6) }),
      send(body, { body: stranger }),
      send(body, { signature: '' }),
      send(body, { signature: 'v0=' }),
      send(body, { signature: `v1=${'0'.repeat(64)}` }),
    ]
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(refused.map(() => 401))
    delete process.env['SWITCHBACK_SLACK_SIGNING_SECRET']
    expect((await send(body, { secret: '' })).status).toBe(401)
    expect((await send(body, { secret: 'undefined' })).status).toBe(401)
    process.env['SWITCHBACK_SLACK_SIGNING_SECRET'] = secret
    expect(await house.db.slackPress.count({ where: { slackUserId: member } })).toBe(0)
    expect(await statusOf(approvalId)).toBe('waiting')
  })

  test('and one that says nothing of a button is bad input', async () => {
    for (const body of ['', 'payload=', 'payload=%7B%7D', 'payload=null']) {
      expect((await send(body)).status, body).toBe(400)
    }
  })
})

test('a limit that asks a person has a button that rolls back, for whoever may', async () => {
  const { db } = house
  const agent = await anAgentIn(db, { agent: `held-${(count += 1)}` })
  // As much traffic as nobody has to be asked for, so that the limit is broken first.
  const stages = 'stages: [{ name: half, weight_percent: 50, hold: 1h }, { name: full, weight_percent: 100 }]'
  const limit = 'error_rate: { limit: 0.05, action: approval }'
  const yaml = documentOf(agent, '2.4.0', stages).replace('error_rate_p95: 0.05', limit)
  const started = await startRollout({ agent, document: { yaml } }, mira, { db })
  const { rolloutId } = valueOf(started)
  await giveObservations(db, agent, new Date(), { '2.4.0': { runs: 400, errors: 80 } })
  await evaluateRollout({ rolloutId }, policyActor, { db })
  const message = await bring(`held:${rolloutId}:0`)
  expect(message.text).toContain('a limit asks a person')
  const vera = await aMember('Vera', [{ role: 'viewer', agent }])
  expect((await press(message, vera.member, 'Roll back now')).outcome).toBe('refused')
  const omar = await aMember('Omar', [{ role: 'on_call', agent }])
  await press(message, omar.member, 'Roll back now', 'Customers wait')
  expect(await phaseOf(rolloutId)).toBe('rolled_back')
  expect(inSlack(message.ts)).toContain('Rolled back by Omar')
})

test('without a signing secret, and where it takes a recent sign-in, a message has no buttons', async () => {
  const { db } = house
  const { agent, approvalId } = await anAsk()
  const delivery = await db.delivery.findUniqueOrThrow({ where: { onceKey: `approval:${approvalId}` } })
  const said = await readAskMessage(db, delivery, { ...parts(), buttons: false, now: new Date() })
  expect(JSON.stringify(said)).toContain('decided in the panel')
  expect(JSON.stringify(said)).not.toContain('"value"')
  valueOf(await engageSwitch({ agent, name: 'writes' }, mira, { db }))
  const release = {
    kind: 'switch_release',
    input: { agent, name: 'writes' },
    reason: 'Mended',
    way: 'second_person',
  }
  const asked = valueOf(await askApproval(release, mira, { db }))
  const message = JSON.stringify(await bring(`approval:${asked.approvalId}`))
  expect(message).toContain('decided in the panel')
  expect(message).not.toContain('"value"')
})

test('a broken glass is told at once, with who and why', async () => {
  const { db } = house
  const { agent, rolloutId } = await anAsk()
  const given = { kind: 'rollback', input: { rolloutId }, reason: 'Customers wait', way: 'break_glass' }
  const { approvalId } = valueOf(await askApproval(given, mira, { db }))
  const message = await bring(`glass:${approvalId}`)
  expect(message.text).toContain(`Mira broke the glass for ${agent}`)
  expect(message.text).toContain('Customers wait')
})

test('an account in Slack belongs to one person, and only an administrator says to whom', async () => {
  const { db } = house
  const { personId, member } = await aMember('One', [{ role: 'viewer', agent: '*' }])
  const other = await aPerson(db, 'Other')
  expect(
    refusalOf(await setSlackUser({ personId: other.personId, slackUserId: member }, anActor(), { db })),
  ).toBe('exists')
  const viewer = anActor({ capabilities: ['view'] })
  expect(refusalOf(await setSlackUser({ personId, slackUserId: null }, viewer, { db }))).toBe('forbidden')
  expect(refusalOf(await setSlackUser({ personId, slackUserId: 'nobody' }, anActor(), { db }))).toBe(
    'bad_input',
  )
})
