import { afterAll, beforeAll, expect, test } from 'vitest'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { everyIncident, type IncidentFilter, readIncidents } from './incidents.ts'

let installation: TestDatabase
const everyone = anActor()
const read = (changes: Partial<IncidentFilter> = {}, actor = everyone) =>
  readIncidents({ ...everyIncident, ...changes }, actor, installation.db)

/** Every page after the other. */
async function readAll(changes: Partial<IncidentFilter> = {}): Promise<string[]> {
  const ids: string[] = []
  for (let before: string | null = null, pages = 0; pages < 50; pages += 1) {
    const page = await read({ ...changes, before })
    ids.push(...page.incidents.map(({ id }) => id))
    if (page.older === null) return ids
    before = page.older
  }
  throw new Error('the pages have no end')
}

beforeAll(async () => {
  installation = await openInstallation()
  const { db } = installation
  await anAgentIn(db, { agent: 'support-agent' })
  const rolloutId = await aRolloutIn(db, 'support-agent')
  valueOf(await rollBack({ rolloutId, reason: 'odd' }, everyone, { db, now: after(60) }))
  const { snapshot, actor, ...one } = await db.incident.findFirstOrThrow()
  await db.incident.createMany({
    data: Array.from({ length: 1000 }, (_, index) => ({
      ...one,
      decisionId: null,
      snapshot: snapshot ?? {},
      actor: actor ?? {},
      id: `in_many_${index}`,
      agent: index % 2 === 0 ? 'mail-agent' : 'sql-agent',
      rolloutId: `ro_many_${index}`,
      // Ten at each moment: the place in the list is not their time alone.
      openedAt: after(-Math.floor(index / 10) * 60),
      recovery: index % 4 < 2 ? 'recovered' : 'inconclusive',
      recoveryFacts: {},
    })),
  })
})
afterAll(() => installation.drop())

test('page by page each of a thousand incidents comes once, the newest first', async () => {
  const ids = await readAll()
  expect(ids).toHaveLength(1001)
  expect(new Set(ids).size).toBe(1001)
  expect(ids.slice(1, 11).every((id) => /^in_many_\d$/.test(id))).toBe(true)
})

test('conditions narrow together, and the count is of what fits', async () => {
  const fitting = await readAll({ agent: 'mail-agent', state: 'inconclusive' })
  expect(fitting).toHaveLength(250)
  const view = await read({ agent: 'mail-agent', state: 'inconclusive' })
  expect(view).toMatchObject({ fitting: 250, total: 1001 })
  expect(view.incidents).toHaveLength(50)
  const [from, until] = [after(-600), after(-540)]
  expect((await read({ from, until })).fitting).toBe(20)
  expect((await read({ from: noon, until: noon })).fitting).toBe(10)
})

test('open are those that still ask for somebody', async () => {
  const view = await read({ state: 'open' })
  expect(view.fitting).toBe(view.open)
  expect(view.incidents.every(({ open }) => open)).toBe(true)
})

test('no condition shows what the actor may not see', async () => {
  const onlyMail = anActor({ agents: ['mail-agent'] })
  expect(await read({ agent: 'sql-agent' }, onlyMail)).toMatchObject({
    incidents: [],
    fitting: 0,
    total: 500,
  })
  expect(
    (await read({ state: 'open' }, onlyMail)).incidents.every(({ agent }) => agent === 'mail-agent'),
  ).toBe(true)
  expect((await read({}, onlyMail)).agents).toEqual(['mail-agent'])
})

test('a place that is none is the beginning', async () => {
  for (const before of ['x', '1', '99999999999999999.in_1', "1.'; --"]) {
    expect((await read({ before })).incidents[0]?.agent, before).toBe('support-agent')
  }
})
