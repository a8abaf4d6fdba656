import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryMessenger } from '#lib/drivers/messenger/memory.ts'
import { systemActor } from '#lib/domain/actor.ts'
import type { SignedCheckpoint } from '#lib/domain/checkpoint.ts'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { verifyCheckpoints } from '#lib/record/checkpoints.ts'
import { checkpointLines } from '#lib/store/checkpoints.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, valueOf } from '#lib/testing/installation.ts'
import { exportedLines, verdictOn } from '#lib/testing/record.ts'
import { putAgent } from '../agent/put.ts'
import { deliver } from '../alert/deliver.ts'
import { makeCheckpoint } from './makeCheckpoint.ts'
import { publishCheckpoints, readPublished } from './publishCheckpoints.ts'
import { recordKeyOf } from './recordKey.ts'

/** Checkpoints on a real PostgreSQL: when they are made, and what is seen with them alone. */

const key = recordKeyOf('11'.repeat(32))
let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

let names = 0
const write = async (agent: string, second: number) => {
  names += 1
  const given = { agent, displayName: `Name ${names}` }
  valueOf(await putAgent(given, anActor(), { db: house.db, now: after(second) }))
}
const seal = async (second: number, with_ = key) =>
  valueOf(await makeCheckpoint(with_)({}, systemActor, { db: house.db, now: after(second) }))
const published = async () =>
  (await checkpointLines(house.db, 0, 100)).map((line) => JSON.parse(line) as SignedCheckpoint)

describe('checkpoints', () => {
  test('are made at once, then every five minutes while something is written, and daily', async () => {
    expect(await seal(0)).toBeNull()
    await write('first-agent', 1)
    expect(await seal(2)).toMatchObject({ number: 1, entries: 1, previous: null })
    expect(await seal(400)).toBeNull()
    await write('first-agent', 401)
    await write('second-agent', 402)
    expect(await seal(403)).toMatchObject({ number: 2, heads: [{ chain: '(system)' }, {}, {}] })
    await write('first-agent', 404)
    expect(await seal(500)).toBeNull()
    const both = await Promise.all([seal(704), seal(704), seal(704)])
    expect(both.filter((each) => each !== null)).toHaveLength(1)
    expect(await seal(704 + 86_399)).toBeNull()
    expect(await seal(704 + 86_400)).toMatchObject({ number: 4 })
    expect(await verifyCheckpoints(await published(), key.published)).toMatchObject({
      signatures: 'hold',
      newest: 4,
      faults: [],
    })
  })

  test('are a quiet line: one message a day, the others in its thread, and none calls for the next', async () => {
    const messenger = memoryMessenger(['on-call'])
    const bring = (id: string) =>
      deliver(id, messenger, { db: house.db, publicUrl: 'http://panel.test', channel: 'on-call' })
    const owed = await house.db.delivery.findMany({
      where: { kind: 'checkpoint' },
      orderBy: { createdAt: 'asc' },
    })
    for (const { id } of owed) await bring(id)
    expect(messenger.messages.map((each) => each.threadOf !== null)).toEqual([false, true, true, false])
    expect(messenger.messages[0]?.message.text).toMatch(/Record checkpoint 1: 1 entries in 1 chains, sha256 /)
    expect(await seal(704 + 86_400 + 3_000)).toBeNull()
  })

  test('stand in the file in their order, once, however often they are published', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'switchback-record-')), 'checkpoints.jsonl')
    await publishCheckpoints(house.db, file, key)
    await publishCheckpoints(house.db, file, key)
    const there = readPublished(file)
    expect(there.checkpoints.map((each) => each.number)).toEqual([1, 2, 3, 4])
    expect(there.key).toEqual(key.published)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(5)
  })

  test('cannot be changed by the application, nor by the owner while the trigger stands', async () => {
    const change = `UPDATE audit_checkpoint SET digest = ''`
    await expect(house.db.$executeRawUnsafe(change)).rejects.toThrow(/permission denied/)
    await expect(house.owner((client) => client.query(change))).rejects.toThrow(/append-only/)
  })
})

describe('with its checkpoints alone, a record shows', () => {
  const verdict = async (lines: readonly string[], checkpoints?: readonly SignedCheckpoint[]) =>
    await verdictOn(lines, await verifyCheckpoints(checkpoints ?? (await published()), key.published))

  test('that it is whole', async () => {
    expect((await verdict(await exportedLines(house.db))).faults).toEqual([])
  })

  test('entries that were cut off at the end, and how many', async () => {
    const lines = (await exportedLines(house.db, 'first-agent')).slice(0, 1)
    expect((await verdict(lines)).faults).toMatchObject([
      { kind: 'cut_off', chain: 'first-agent', seq: 2, says: expect.stringContaining('entries 2 to 3') },
    ])
  })

  test('a tail that was written anew with hashes that fit', async () => {
    await house.owner(async (client) => {
      await client.query('ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only')
      await client.query(`DELETE FROM audit_entry WHERE chain = 'second-agent'`)
      await client.query(
        `UPDATE audit_chain SET seq = 0, hash = repeat('0', 64) WHERE chain = 'second-agent'`,
      )
      await client.query('ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only')
    })
    await write('second-agent', 90_000)
    const lines = await exportedLines(house.db, 'second-agent')
    expect((await verdictOn(lines)).faults).toEqual([])
    expect((await verdict(lines)).faults).toMatchObject([
      { kind: 'rewritten', line: 1, chain: 'second-agent', seq: 1 },
    ])
  })

  test('a checkpoint that was changed, signed by another key, or left out', async () => {
    const all = await published()
    const [one, two, three] = all
    if (!one || !two || !three) throw new Error('There are too few checkpoints')
    const faultsOf = async (given: readonly SignedCheckpoint[]) =>
      (await verifyCheckpoints(given, key.published)).faults.map((fault) => fault.says)
    expect(await faultsOf([one, { ...two, entries: two.entries - 1 }])).toEqual([
      expect.stringMatching(/^Checkpoint 2.*signature does not hold/),
    ])
    const other = recordKeyOf('22'.repeat(32))
    const forged = await verifyCheckpoints(all, other.published)
    expect(forged).toMatchObject({ signatures: 'broken', newest: null })
    expect(await faultsOf([one, { ...three, number: 2 }])).toHaveLength(1)
  })

  test('all this on the command line, with nothing but the files', { timeout: 180_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchback-record-'))
    const at = (name: string) => join(folder, name)
    await publishCheckpoints(house.db, at('checkpoints.jsonl'), key)
    writeFileSync(at('key'), key.published.public)
    const lines = await exportedLines(house.db, 'first-agent')
    writeFileSync(at('whole.jsonl'), lines.join('\n'))
    writeFileSync(at('cut.jsonl'), lines.slice(0, 2).join('\n'))
    const run = promisify(execFile)
    const verify = async (name: string, ...options: string[]) => {
      const words = [...nodeFlags, join(root, 'lib/cli/main.ts'), 'audit', 'verify', at(name), ...options]
      return await run(process.execPath, words).then(
        ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      )
    }
    const with_ = ['--checkpoints', at('checkpoints.jsonl'), '--key', at('key')]
    expect(await verify('whole.jsonl', ...with_)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/first-agent: 3 entries, unbroken from 1 to 3[^]*signatures hold/),
    })
    expect(await verify('cut.jsonl')).toMatchObject({ code: 0, stdout: expect.stringContaining('cut off') })
    expect(await verify('cut.jsonl', ...with_)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('first-agent ends with entry 2: entry 3 is cut off at the end'),
    })
    expect(await verify('absent.jsonl')).toMatchObject({ code: 2 })
  })
})
