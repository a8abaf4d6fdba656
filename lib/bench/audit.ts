import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type EntryConditions, entriesSql } from '#lib/store/auditPage.ts'
import { openDatabase } from '#lib/store/database.ts'
import { startPostgres } from '#lib/store/embeddedPostgres.ts'
import { Prisma } from '#lib/store/generated/client.ts'
import { migrate } from '#lib/store/migrate.ts'
import { seedRecord } from './auditSeed.ts'
import { summary } from './summary.ts'

/**
 * `npm run bench:audit`: what a page of the record costs under each condition, with a million entries, beside the page
 * under none; and the plan of each. ROWS, ROUNDS; PLANS=0 leaves the plans out.
 */

const number = (name: string, usual: number) => Number(process.env[name] ?? usual)
const rows = number('ROWS', 1_000_000)
const rounds = number('ROUNDS', 20)
const pageSize = 51

const everything: EntryConditions = { agents: '*' }
const middle = { from: new Date('2026-05-01T00:00:00Z'), until: new Date('2026-05-02T00:00:00Z') }
const few = ['agent-0', 'agent-90', 'agent-199']
const cases: Readonly<Record<string, EntryConditions>> = {
  'none (reference)': everything,
  'none, from the middle on': { ...everything, before: BigInt(Math.floor(rows / 2)) },
  agent: { ...everything, agent: 'agent-150' },
  action: { ...everything, action: 'rollout.rollback' },
  'action that never was': { ...everything, action: 'drill.run' },
  reason: { ...everything, reason: 'error_spike' },
  outcome: { ...everything, outcome: 'refused' },
  'actor: a person': { ...everything, actor: 'pe_7' },
  'actor: any token': { ...everything, actor: 'token' },
  rollout: { ...everything, rollout: 'ro_3_4' },
  incident: { ...everything, incident: 'in_50' },
  'a day of last May': { ...everything, ...middle },
  'agent + action': { ...everything, agent: 'agent-150', action: 'rollout.rollback' },
  'agent + reason': { ...everything, agent: 'agent-150', reason: 'error_spike' },
  'agent + outcome': { ...everything, agent: 'agent-150', outcome: 'refused' },
  'agent + actor': { ...everything, agent: 'agent-150', actor: 'pe_7' },
  'agent + a day': { ...everything, agent: 'agent-150', ...middle },
  'action + outcome': { ...everything, action: 'rollout.rollback', outcome: 'refused' },
  'action + actor': { ...everything, action: 'rollout.pause', actor: 'pe_7' },
  'action + a day': { ...everything, action: 'rollout.rollback', ...middle },
  'outcome + a day': { ...everything, outcome: 'refused', ...middle },
  'actor + outcome': { ...everything, actor: 'pe_7', outcome: 'refused' },
  'reader of three agents': { agents: few },
  'reader of three agents, action': { agents: few, action: 'rollout.rollback' },
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const folder = mkdtempSync(join(tmpdir(), 'switchback-bench-audit-'))
const server = await startPostgres({
  folder: join(folder, 'postgres'),
  password: 'bench',
  database: 'switchback',
})
try {
  await migrate(server.url)
  const owner = new pg.Client({ connectionString: server.url })
  await owner.connect()
  const began = Date.now()
  await seedRecord(owner, rows)
  say(`${rows} entries, made in ${Math.round((Date.now() - began) / 1000)} s; their hashes are not computed.`)
  await owner.end()
  await measure(server.url)
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(url: string): Promise<void> {
  const db = openDatabase(url, 1)
  const took = async (conditions: EntryConditions) => {
    const began = performance.now()
    await db.$queryRaw(entriesSql(conditions, 'newest', pageSize))
    return performance.now() - began
  }
  for (let round = 0; round < rounds; round += 1) await took(everything)
  const measured = new Map<string, number[]>()
  // In turn, so that whatever else the machine does falls on all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, conditions] of Object.entries(cases))
      measured.set(name, [...(measured.get(name) ?? []), await took(conditions)])
  }
  const reference = summary(measured.get('none (reference)') ?? []).p50
  say(
    `\n${'page of 51 under'.padEnd(34)}${'p50 ms'.padStart(9)}${'max ms'.padStart(9)}${'ratio'.padStart(8)}`,
  )
  for (const [name, times] of measured) {
    const { p50, max } = summary(times)
    const cells = [
      p50.toFixed(1).padStart(9),
      max.toFixed(1).padStart(9),
      (p50 / reference).toFixed(1).padStart(8),
    ]
    say(`${name.padEnd(34)}${cells.join('')}`)
  }
  if (process.env['PLANS'] !== '0') {
    for (const [name, conditions] of Object.entries(cases)) {
      const plan = await db.$queryRaw<{ 'QUERY PLAN': string }[]>(
        Prisma.sql`EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF) ${entriesSql(conditions, 'newest', pageSize)}`,
      )
      say(`\n── ${name}\n${plan.map((row) => row['QUERY PLAN']).join('\n')}`)
    }
  }
  await db.$disconnect()
}
