import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryMessenger } from '#lib/drivers/messenger/memory.ts'
import { putAgent } from '#lib/services/agent/put.ts'
import { deliver } from '#lib/services/alert/deliver.ts'
import { retryDelivery } from '#lib/services/alert/retry.ts'
import { sendTestAlert } from '#lib/services/alert/sendTest.ts'
import { askApproval } from '#lib/services/approval/ask.ts'
import { decideApproval } from '#lib/services/approval/decide.ts'
import { engageSwitch } from '#lib/services/switch/engage.ts'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { checkChain } from '#lib/store/chainCheck.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { readAlerts } from './alerts.ts'
import { readReadiness } from './readiness.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const mira = anActor()
const at = (seconds: number) => ({ db: house.db, now: after(seconds) })

const bring = (id: string, second: number, channels: string[] = ['on-call']) =>
  deliver(id, memoryMessenger(channels), {
    db: house.db,
    publicUrl: 'http://panel.test',
    channel: 'on-call',
    now: () => after(second),
  })

async function provenOf(agent: string, second: number): Promise<string[]> {
  const view = await readReadiness(agent, mira, after(second), house.db)
  return view?.items.filter(({ isProven }) => isProven).map(({ key }) => key) ?? []
}

test('a fresh agent has proven nothing but its stable; a policy proves what it says', async () => {
  const agent = await anAgentIn(house.db, { agent: 'fresh-agent' })
  expect(await provenOf(agent, 1)).toEqual(['stable'])
  await aRolloutIn(house.db, agent, after(1))
  expect(await provenOf(agent, 2)).toEqual(['triggers', 'stable', 'lock', 'recovery'])
})

test('an alert counts once it arrived, and not for a channel that came after it', async () => {
  const agent = await anAgentIn(house.db, { agent: 'heard-agent' })
  const { deliveryId } = valueOf(await sendTestAlert({ agent }, mira, at(1)))
  expect(refusalOf(await sendTestAlert({ agent }, mira, at(2)))).toBe('not_now')
  expect(await provenOf(agent, 2)).toEqual(['stable'])
  expect(await bring(deliveryId ?? '', 3)).toBeNull()
  expect(await provenOf(agent, 4)).toEqual(['stable', 'alert'])

  valueOf(await putAgent({ agent, alerts: { channel: '#elsewhere' } }, mira, at(5)))
  expect(await provenOf(agent, 6)).toEqual(['stable'])
})

test('a message that was not sent says why, and can be sent again; one that was sent cannot', async () => {
  const agent = await anAgentIn(house.db, { agent: 'retried-agent' })
  const deliveryId = valueOf(await sendTestAlert({ agent }, mira, at(1))).deliveryId ?? ''
  expect(refusalOf(await retryDelivery({ deliveryId }, mira, at(2)))).toBe('not_now')
  await bring(deliveryId, 3, [])
  const [line] = (await readAlerts(null, house.db)).messages.filter((each) => each.agent === agent)
  expect(line).toMatchObject({ status: 'not_sent', attempts: 1, lastError: expect.any(String) })
  const view = await readReadiness(agent, mira, after(4), house.db)
  expect(view?.items.find(({ key }) => key === 'alert')).toMatchObject({ because: line?.lastError })

  const stranger = anActor({ agents: ['fresh-agent'] })
  expect(refusalOf(await retryDelivery({ deliveryId }, stranger, at(4)))).toBe('forbidden')
  valueOf(await retryDelivery({ deliveryId }, mira, at(5)))
  await bring(deliveryId, 30)
  expect(await provenOf(agent, 31)).toContain('alert')
  expect(refusalOf(await retryDelivery({ deliveryId }, mira, at(32)))).toBe('not_now')
})

test('nobody sends to a channel, or sees the readiness, of an agent that is not theirs', async () => {
  const agent = await anAgentIn(house.db, { agent: 'closed-agent' })
  const stranger = anActor({ agents: ['fresh-agent'] })
  expect(refusalOf(await sendTestAlert({ agent }, stranger, at(1)))).toBe('forbidden')
  expect(refusalOf(await sendTestAlert({}, stranger, at(1)))).toBe('forbidden')
  expect(await readReadiness(agent, stranger, after(1), house.db)).toBeNull()
})

test('a chain with a forged entry, or cut off at its end, is not whole', async () => {
  const { db } = house
  const agent = await anAgentIn(db, { agent: 'forged-agent' })
  const whole = await checkChain(db, agent, 100)
  expect(whole).toMatchObject({ brokenSeq: null, checked: whole.entries, checkpoint: null })
  expect(await checkChain(db, agent, 2)).toMatchObject({ brokenSeq: null, checked: 2 })

  const end = await db.auditChain.findUniqueOrThrow({ where: { chain: agent } })
  const seq = end.seq + 1n
  await db.auditChain.update({ where: { chain: agent }, data: { seq } })
  expect((await checkChain(db, agent, 100)).brokenSeq).toBe(Number(seq))
  const forged = { at: after(1), action: 'alert', actorKind: 'system', actorId: 'system', body: '{}' }
  await db.auditEntry.create({ data: { ...forged, chain: agent, seq, prevHash: end.hash, hash: 'f00d' } })
  await db.auditChain.update({ where: { chain: agent }, data: { hash: 'f00d' } })
  expect((await checkChain(db, agent, 100)).brokenSeq).toBe(Number(seq))
})

test('the runbook counts what people did: a switch engaged, and released by a second person', async () => {
  const { db } = house
  const noah = anActor({ id: 'pe_noah', name: 'Noah' })
  const agent = await anAgentIn(db, { agent: 'drilled-agent' })
  const runbook = async (second: number) => {
    const view = await readReadiness(agent, mira, after(second), db)
    return view?.items.find(({ key }) => key === 'runbook')
  }
  valueOf(await engageSwitch({ agent, name: 'writes', reason: 'a rehearsal' }, mira, at(1)))
  expect((await runbook(2))?.because).toContain('30 days: release it, have a second person decide')
  const asked = { kind: 'switch_release', input: { agent, name: 'writes' }, reason: 'it is over' }
  const { approvalId } = valueOf(await askApproval({ ...asked, way: 'second_person' }, mira, at(3)))
  expect(await runbook(4)).toMatchObject({ isProven: false })
  valueOf(await decideApproval({ approvalId, verdict: 'approve' }, noah, at(5)))
  expect(await runbook(6)).toMatchObject({ isProven: true })
  expect(await runbook(31 * 86_400)).toMatchObject({ isProven: false })
})

test('a request that its asker carried out alone is not one that a second person decided', async () => {
  const { db } = house
  const agent = await anAgentIn(db, { agent: 'lonely-agent' })
  const rolloutId = await aRolloutIn(db, agent, after(0))
  const asked = { kind: 'rollback', input: { rolloutId }, reason: 'It cannot wait', way: 'break_glass' }
  valueOf(await askApproval(asked, mira, at(1)))
  const view = await readReadiness(agent, mira, after(2), db)
  expect(view?.items.find(({ key }) => key === 'runbook')?.because).toContain('have a second person decide')
})

test('a rollback proves the switch once it was seen in force, with its seconds, for thirty days', async () => {
  const { db } = house
  const agent = await anAgentIn(db, { agent: 'stopped-agent' })
  const rolloutId = await aRolloutIn(db, agent, after(1))
  const { incidentId } = valueOf(await rollBack({ rolloutId }, mira, at(10)))
  expect(await provenOf(agent, 11)).not.toContain('switch')
  await db.incident.update({
    where: { id: incidentId ?? '' },
    data: { appliedAt: new Date(+after(10) + 640) },
  })
  const view = await readReadiness(agent, mira, after(11), db)
  expect(view).toMatchObject({ incidentId })
  expect(view?.items.find(({ key }) => key === 'switch')?.because).toContain('after 0.6 s')
  expect(await provenOf(agent, 31 * 86_400)).not.toContain('switch')
})
