import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTraceUrl } from '#lib/store/settings.ts'
import { anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { setTraceUrl } from './setTraceUrl.ts'

/** Where links to traces lead is what an administrator said, and never a script. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const template = 'https://traces.example/trace/{trace_id}?span={span_id}'
const set = (given: unknown, actor = anActor()) =>
  setTraceUrl({ template: given }, actor, { db: house.db, now: noon })
const lines = () => house.db.auditEntry.count({ where: { action: 'setting.trace_url', outcome: 'set' } })

test('is nowhere, then what was set, then nowhere again', async () => {
  expect(await readTraceUrl(house.db)).toBeNull()
  valueOf(await set(`  ${template}  `))
  expect(await readTraceUrl(house.db)).toBe(template)
  valueOf(await set(template))
  expect(await lines()).toBe(1)
  valueOf(await set(null))
  expect(await readTraceUrl(house.db)).toBeNull()
})

test.each([
  ['javascript:alert("{trace_id}")', 'https://'],
  ['https://traces.example/trace', '{trace_id}'],
  ['https://traces.example/{trace_id}/{user}', '{user}'],
  ['', 'https://'],
])('%o is refused, and says what was expected and given', async (given, expected) => {
  const outcome = await set(given)
  expect(refusalOf(outcome)).toBe('bad_input')
  if (!outcome.ok) expect(outcome.refusal.errors).toMatchObject([{ path: 'template', given }])
  if (!outcome.ok) expect(outcome.refusal.because).toContain(expected)
  expect(await readTraceUrl(house.db)).toBeNull()
})

test('takes an administrator of every agent', async () => {
  expect(refusalOf(await set(template, anActor({ capabilities: ['view', 'policy.edit'] })))).toBe('forbidden')
  expect(refusalOf(await set(template, anActor({ agents: ['support-agent'] })))).toBe('forbidden')
})
