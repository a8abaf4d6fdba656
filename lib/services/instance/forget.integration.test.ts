import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepReports } from '#lib/store/instances.ts'
import { readInstancesPage } from '#lib/views/instances.ts'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { forgetInstance } from './forget.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
  await anAgentIn(house.db, { agent })
  await anAgentIn(house.db, { agent: 'other-agent' })
})
afterAll(() => house.drop())

const agent = 'forgetful-agent'
const mira = anActor({ id: 'pe_mira', name: 'Mira' })
const at = (seconds: number) => ({ db: house.db, now: after(seconds) })

async function hear(id: string, over: object = {}): Promise<void> {
  const report = {
    source: 's',
    id,
    agents: [agent],
    host: 'node-1',
    pid: 7,
    sdkVersion: '1.0.0',
    mode: 'stream',
  }
  const rest = {
    epoch: 0,
    rev: 0,
    appliedAt: null,
    heardAt: noon,
    inflight: {},
    nack: null,
    leaseMs: 0,
    leaves: false,
  }
  await keepReports(house.db, [{ ...report, ...rest, ...over }])
}
const listed = async (seconds: number, actor = mira) =>
  (await readInstancesPage(agent, actor, after(seconds), house.db))?.instances.map(({ id }) => id)

test('a silent instance is taken off the list, on the record, and comes back with its next report', async () => {
  await hear('gone')
  expect(refusalOf(await forgetInstance({ agent, id: 'gone' }, mira, at(10)))).toBe('not_now')
  expect(await listed(10)).toEqual(['gone'])
  valueOf(await forgetInstance({ agent, id: 'gone' }, mira, at(20)))
  expect(await listed(20)).toEqual([])
  valueOf(await forgetInstance({ agent, id: 'gone' }, mira, at(21)))
  const lines = await house.db.auditEntry.findMany({ where: { action: 'instance.forget' } })
  const all = lines.map(({ body }) => JSON.parse(body))
  expect(all.map(({ outcome }) => outcome)).toEqual(['refused', 'forgotten'])
  expect(all.slice(1)).toMatchObject([
    { actor: { name: 'Mira' }, agent, details: { instance: 'gone', host: 'node-1' } },
  ])
  await hear('gone', { heardAt: after(30) })
  expect(await listed(31)).toEqual(['gone'])
})

test('an instance of another agent stays, and nobody takes one off whose role does not let them', async () => {
  await hear('theirs', { agents: ['other-agent'] })
  valueOf(await forgetInstance({ agent, id: 'theirs' }, mira, at(60)))
  expect(await house.db.instance.count({ where: { id: 'theirs' } })).toBe(1)
  const viewer = anActor({ capabilities: ['view'] })
  expect(refusalOf(await forgetInstance({ agent, id: 'theirs' }, viewer, at(60)))).toBe('forbidden')
  const stranger = anActor({ agents: ['other-agent'] })
  expect(await listed(60, stranger)).toBeUndefined()
})

test('who is behind stands first, each with what it may still do', async () => {
  const head = await house.db.routingHead.findUniqueOrThrow({ where: { id: 1 } })
  const newest = { epoch: Number(head.epoch), rev: Number(head.rev) }
  await hear('a-fresh', { ...newest, heardAt: after(115), inflight: { '2.4.0': 2, '2.3.3': 0 } })
  await hear('b-silent', { heardAt: after(60) })
  await hear('c-fenced', { heardAt: noon, leaseMs: 60_000 })
  const view = await readInstancesPage(agent, mira, after(120), house.db)
  const shown = view?.instances.filter(({ id }) => id.includes('-'))
  expect(shown?.map(({ id, state }) => [id, state])).toEqual([
    ['b-silent', 'silent'],
    ['c-fenced', 'fenced'],
    ['a-fresh', 'switched'],
  ])
  expect(shown?.[1]?.fencedAt).toBe(new Date(noon.getTime() + 60_600).toISOString())
  expect(shown?.[2]).toMatchObject({
    inflight: [{ version: '2.4.0', turns: 2 }],
    whyNotForget: 'It was heard within the last 15 seconds',
  })
})
