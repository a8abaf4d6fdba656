import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type EmbeddedPostgres, startPostgres } from './embeddedPostgres.ts'

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-cluster-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'postgres')
}

/** With what an address has to escape. */
const password = 'p/w:d?'

/** As a restart finds it: durable, so that a kill may lose nothing. */
async function start(folder: string): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ folder, password, database: 'kept' })
  onTestFinished(() => server.stop())
  return server
}

async function ask(server: EmbeddedPostgres, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: server.url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('a server that was killed starts again with everything that was committed', async () => {
  const folder = aFolder()
  const first = await start(folder)
  await ask(first, 'CREATE TABLE note AS SELECT 7 AS number')
  const ended = once(first.process, 'exit')
  first.process.kill('SIGKILL')
  await ended

  expect(await ask(await start(folder), 'SELECT number FROM note')).toEqual([{ number: 7 }])
})

test('a server that a killed launcher left running is stopped, and its data taken over', async () => {
  const folder = aFolder()
  const left = await start(folder)
  await ask(left, 'CREATE TABLE note AS SELECT 7 AS number')
  const ended = once(left.process, 'exit')

  const next = await start(folder)
  await ended
  expect(await ask(next, 'SELECT number FROM note')).toEqual([{ number: 7 }])
})

test('a start that is called off leaves no server behind', async () => {
  const folder = aFolder()
  const calledOff = startPostgres({
    folder,
    password,
    database: 'kept',
    signal: AbortSignal.abort(new Error('called off')),
  })
  await expect(calledOff).rejects.toThrow('called off')
  expect(await ask(await start(folder), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a password that does not fit is said at once', async () => {
  const folder = aFolder()
  await (await start(folder)).stop()
  await expect(startPostgres({ folder, password: 'another', database: 'kept' })).rejects.toThrow(
    `The embedded PostgreSQL in ${folder} has another password than the one kept for it`,
  )
})
