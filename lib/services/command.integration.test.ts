import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { AuditBody, AuditLine } from '#lib/domain/audit.ts'
import { canonicalBody, entryHash } from '#lib/store/audit.ts'
import { anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { exportedLines, verdictOn, recordFaults, rowCounts } from '#lib/testing/record.ts'
import { putAgent } from './agent/put.ts'
import { command } from './command.ts'
import { type Done, done, refuse, type Refused, type Unchanged, unchanged } from './outcome.ts'

/** The one way to change state: what was changed is on the record, and what is not on the record was not changed. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

type Ends = 'done' | 'refused' | 'unchanged' | 'thrown'

/** Creates an agent, and then ends as it is told to. */
const createAnd = command({
  name: 'test.create',
  capability: 'agent.edit',
  input: z.strictObject({ agent: z.string(), ends: z.enum(['done', 'refused', 'unchanged', 'thrown']) }),
  agent: (_tx, input) => input.agent,
  async run(tx, { agent, ends }, { now, newId }): Promise<Done<string> | Unchanged<string> | Refused> {
    await tx.agent.create({ data: { name: agent, displayName: agent, createdAt: now } })
    switch (ends) {
      case 'done':
        return done(newId('x'), { action: 'test.create', agent, outcome: 'created' })
      case 'unchanged':
        return unchanged('as it was')
      case 'refused':
        return refuse('not_now', 'Not on a Monday')
      case 'thrown':
        throw new Error('The power went out')
      default:
        return ends satisfies never
    }
  },
})

const run = (agent: string, ends: Ends, options = {}, actor = anActor()) =>
  createAnd({ agent, ends }, actor, { db: house.db, now: noon, ...options })
const exists = async (agent: string) => (await house.db.agent.count({ where: { name: agent } })) === 1
const linesOf = async (agent: string) =>
  (await house.db.auditEntry.findMany({ where: { chain: agent }, orderBy: { seq: 'asc' } })).map(
    ({ action, outcome, reason }) => ({ action, outcome, reason }),
  )

describe('no change of state without an audit line in the same transaction', () => {
  test('a success without one cannot be written down: the types refuse it', () => {
    type Run = Parameters<typeof command<{ a: string }, string>>[0]['run']
    type Answer = Awaited<ReturnType<Run>>
    expectTypeOf<{ kind: 'done'; value: string; audit: [AuditLine] }>().toExtend<Answer>()
    expectTypeOf<{ kind: 'done'; value: string; audit: [] }>().not.toExtend<Answer>()
    expectTypeOf<{ kind: 'done'; value: string; audit: AuditLine[] }>().not.toExtend<Answer>()
    expectTypeOf<{ kind: 'done'; value: string }>().not.toExtend<Answer>()
    expectTypeOf<string>().not.toExtend<Answer>()
    expectTypeOf<undefined>().not.toExtend<Answer>()
    expectTypeOf<[string]>().not.toExtend<Parameters<typeof done<string>>>()
    expectTypeOf<[string, AuditLine]>().toExtend<Parameters<typeof done<string>>>()
  })

  test('a success is there with its line', async () => {
    expect(valueOf(await run('made-agent', 'done'))).toMatch(/^x_/)
    expect(await exists('made-agent')).toBe(true)
    expect(await linesOf('made-agent')).toEqual([{ action: 'test.create', outcome: 'created', reason: null }])
  })

  test('"nothing had to change" undoes what was written', async () => {
    expect(valueOf(await run('same-agent', 'unchanged'))).toBe('as it was')
    expect(await exists('same-agent')).toBe(false)
    expect(await linesOf('same-agent')).toEqual([])
  })

  test('a refusal undoes what was written, and is itself on the record', async () => {
    expect(refusalOf(await run('refused-agent', 'refused'))).toBe('not_now')
    expect(await exists('refused-agent')).toBe(false)
    expect(await linesOf('refused-agent')).toEqual([
      { action: 'test.create', outcome: 'refused', reason: 'not_now' },
    ])
  })

  test('what breaks in the middle leaves nothing and is not swallowed', async () => {
    await expect(run('broken-agent', 'thrown')).rejects.toThrow('The power went out')
    expect(await exists('broken-agent')).toBe(false)
    expect(await linesOf('broken-agent')).toEqual([])
  })

  test('a line that cannot be written takes the change with it', async () => {
    await house.owner((client) =>
      client.query(`
        CREATE FUNCTION refuse_line() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
        CREATE TRIGGER refuse_line BEFORE INSERT ON audit_entry FOR EACH ROW
          WHEN (NEW.chain = 'unwritten-agent') EXECUTE FUNCTION refuse_line()`),
    )
    await expect(run('unwritten-agent', 'done')).rejects.toThrow('disk full')
    expect(await exists('unwritten-agent')).toBe(false)
    await house.owner((client) => client.query('DROP TRIGGER refuse_line ON audit_entry'))
  })

  test('who may not is refused before anything is written, and that is on the record', async () => {
    const before = await rowCounts(house.db)
    const stranger = anActor({ capabilities: ['view'] })
    expect(refusalOf(await run('closed-agent', 'done', {}, stranger))).toBe('forbidden')
    const elsewhere = anActor({ agents: ['other-agent'] })
    expect(refusalOf(await run('closed-agent', 'done', {}, elsewhere))).toBe('forbidden')
    expect((await linesOf('closed-agent')).map((line) => line.reason)).toEqual(['forbidden', 'forbidden'])
    const after = await rowCounts(house.db)
    expect({ ...after, audit_entry: 0, audit_chain: 0 }).toEqual({
      ...before,
      audit_entry: 0,
      audit_chain: 0,
    })
    expect(after['audit_entry']).toBe((before['audit_entry'] ?? 0) + 2)
  })
})

describe('an Idempotency-Key', () => {
  test('gets the same answer again and changes nothing, also when asked five times at once', async () => {
    const options = { idempotencyKey: 'k-1' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => run('once-agent', 'done', options)))
    expect(new Set(answers.map(valueOf)).size).toBe(1)
    expect(await linesOf('once-agent')).toHaveLength(1)
    expect(answers.map(valueOf)).toContain(valueOf(await run('once-agent', 'done', options)))
  })

  test('used for something else is refused', async () => {
    const options = { idempotencyKey: 'k-2' }
    valueOf(await run('first-agent', 'done', options))
    expect(refusalOf(await run('second-agent', 'done', options))).toBe('exists')
    const other = await putAgent({ agent: 'second-agent' }, anActor(), { db: house.db, ...options })
    expect(refusalOf(other)).toBe('exists')
    expect(await exists('second-agent')).toBe(false)
  })

  test('of another actor is another key, and a refusal does not use one up', async () => {
    const options = { idempotencyKey: 'k-3' }
    refusalOf(await run('later-agent', 'refused', options))
    valueOf(await run('later-agent', 'done', options))
    valueOf(await run('another-agent', 'done', options, anActor({ id: 'pe_2' })))
    expect(await exists('another-agent')).toBe(true)
  })
})

describe('the record', () => {
  test('has no gap and no fork after twenty changes at once', async () => {
    const changes = Array.from({ length: 20 }, (_, index) => {
      const agent = index % 2 ? 'busy-agent' : `busy-${index}`
      return putAgent({ agent, displayName: `Number ${index}` }, anActor(), { db: house.db })
    })
    for (const outcome of await Promise.all(changes)) valueOf(outcome)
    const rows = await house.db.auditEntry.findMany({
      where: { chain: 'busy-agent' },
      orderBy: { seq: 'asc' },
    })
    expect(rows.map((row) => Number(row.seq))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(await recordFaults(house.db)).toEqual([])
  })

  test.each([
    ['UPDATE', `UPDATE audit_entry SET outcome = 'allow'`],
    ['DELETE', 'DELETE FROM audit_entry'],
    ['TRUNCATE', 'TRUNCATE audit_entry'],
    ['TRUNCATE CASCADE', 'TRUNCATE audit_entry, audit_chain CASCADE'],
  ])('refuses %s, from the application and from the owner of the database', async (_name, statement) => {
    const before = await exportedLines(house.db)
    await expect(house.db.$executeRawUnsafe(statement)).rejects.toThrow(/permission denied/)
    await expect(house.owner((client) => client.query(statement))).rejects.toThrow(/append-only/)
    expect(await exportedLines(house.db)).toEqual(before)
  })

  test('the application can neither lift the refusal nor take another role', async () => {
    const lift = [
      'ALTER TABLE audit_entry DISABLE TRIGGER ALL',
      'DROP TRIGGER audit_entry_append_only ON audit_entry',
    ]
    for (const statement of lift) {
      await expect(house.db.$executeRawUnsafe(statement)).rejects.toThrow(/must be owner|permission denied/)
    }
  })
})

describe('an export that somebody changed', () => {
  const chain = 'told-agent'
  let lines: string[]
  beforeAll(async () => {
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) {
      valueOf(await putAgent({ agent: chain, displayName: name }, anActor(), { db: house.db }))
    }
    lines = await exportedLines(house.db, chain)
  })

  test('holds as it is; from the middle on only as a part', async () => {
    expect(await verdictOn(lines)).toMatchObject({ faults: [], chains: [{ chain, entries: 5 }] })
    expect((await verdictOn(lines.slice(2), undefined, true)).faults).toEqual([])
    expect((await verdictOn(lines.slice(2))).faults).toMatchObject([{ kind: 'deleted', line: 1, seq: 1 }])
  })

  test.each([
    [
      'edited',
      (all: string[]) => all.with(2, (all[2] ?? '').replace('Three', 'Drei')),
      [{ kind: 'edited', line: 3, seq: 3 }],
    ],
    ['deleted', (all: string[]) => all.toSpliced(2, 1), [{ kind: 'deleted', line: 3, seq: 3 }]],
    [
      'reordered',
      (all: string[]) => all.with(1, all[2] ?? '').with(2, all[1] ?? ''),
      [{ kind: 'reordered', line: 3, seq: 2 }],
    ],
    ['said twice', (all: string[]) => all.toSpliced(2, 0, all[1] ?? ''), [{ kind: 'reordered', line: 3 }]],
    ['no entry', (all: string[]) => all.with(4, '{"chain": 7}'), [{ kind: 'unreadable', line: 5 }]],
  ])('shows the place of the line that was %s', async (_name, change, expected) => {
    expect((await verdictOn(change([...lines]))).faults).toMatchObject(expected)
  })

  test('shows the line after one that was edited and hashed anew', async () => {
    const { position, prev_hash, hash: _, ...body } = JSON.parse(lines[2] ?? '') as Entry
    const forged = { ...body, outcome: 'nothing' }
    const hash = entryHash(prev_hash, canonicalBody(forged))
    const all = lines.with(2, JSON.stringify({ ...forged, position, prev_hash, hash }))
    const { faults } = await verdictOn(all)
    expect(faults).toMatchObject([{ kind: 'not_following', line: 4, chain, seq: 4 }])
  })
})

type Entry = AuditBody & { position: number; prev_hash: string; hash: string }
