import { afterAll, beforeAll, expect, test } from 'vitest'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { readPalette } from './palette.ts'

let installation: TestDatabase
const everyone = anActor()
const onlyMail = anActor({ agents: ['mail-agent'] })
const find = (typed: string, actor = everyone) => readPalette(typed, actor, installation.db)
const names = (found: readonly { agent: string }[]) => found.map(({ agent }) => agent)

beforeAll(async () => {
  installation = await openInstallation()
  const { db } = installation
  for (const agent of ['support-agent', 'mail-agent', 'policy_bot']) await anAgentIn(db, { agent })
  const stopped = await aRolloutIn(db, 'support-agent')
  await aRolloutIn(db, 'mail-agent')
  valueOf(await rollBack({ rolloutId: stopped, reason: 'odd replies' }, everyone, { db, now: after(60) }))
})
afterAll(() => installation.drop())

test('without words it offers what is live and what is newest', async () => {
  const view = await find('')
  expect(names(view.rollouts)).toEqual(['mail-agent', 'support-agent'])
  expect(names(view.incidents)).toEqual(['support-agent'])
  expect(view.agents).toHaveLength(3)
})

test('finds by parts of names, in any case and order', async () => {
  expect(names((await find('2.4.0 SUPPORT')).rollouts)).toEqual(['support-agent'])
  expect(names((await find('agent mail')).agents)).toEqual(['mail-agent'])
  const [incident] = (await find('support')).incidents
  expect(names((await find(incident?.incidentId ?? '')).incidents)).toEqual(['support-agent'])
})

test('a screen of an agent is found by its name, and so is an agent that is called like one', async () => {
  const { agents } = await find('mail pol')
  expect(agents).toEqual([{ agent: 'mail-agent', displayName: 'mail-agent', screen: 'policy' }])
  const found = (await find('policy')).agents
  expect(found[0]).toMatchObject({ agent: 'policy_bot', screen: null })
  expect(found.slice(1).every(({ screen }) => screen === 'policy')).toBe(true)
})

test('what a person may not see is not found, by whatever it is looked for', async () => {
  for (const typed of ['', 'support', '2.4.0', 'policy', '%', '_']) {
    const { agents, rollouts, incidents } = await find(typed, onlyMail)
    const seen = new Set([...names(agents), ...names(rollouts), ...names(incidents)])
    seen.delete('mail-agent')
    expect([...seen], typed).toEqual([])
  }
})

test('signs that mean something to a database mean only themselves', async () => {
  expect((await find('%')).agents).toEqual([])
  expect(names((await find('_')).agents)).toEqual(['policy_bot'])
  expect((await find(`' OR true --`)).agents).toEqual([])
})
