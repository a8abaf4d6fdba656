import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '#lib/testing/database.ts'
import { migrate } from './migrate.ts'
import { schemaDifference } from './schemaDifference.ts'
import { migrationNames } from './schemaEngine.ts'

async function emptyDatabase(): Promise<string> {
  const name = `empty_${randomBytes(6).toString('hex')}`
  const url = new URL(inject('templateUrl'))
  url.pathname = '/postgres'
  const server = url.toString()
  await ask(server, `CREATE DATABASE ${name}`)
  onTestFinished(async () => {
    await ask(server, `DROP DATABASE ${name} WITH (FORCE)`)
  })
  url.pathname = `/${name}`
  return url.toString()
}

async function ask(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('the migrations lead to schema.prisma, and to nothing else', async () => {
  expect(await schemaDifference(await emptyDatabase())).toBeNull()
})

test('two processes that migrate at once apply each migration once', async () => {
  const url = await emptyDatabase()
  const applied = await Promise.all([migrate(url), migrate(url)])
  expect(applied.flat()).toEqual(migrationNames())
  expect(await ask(url, 'SELECT migration_name FROM _prisma_migrations ORDER BY 1')).toEqual(
    migrationNames().map((name) => ({ migration_name: name })),
  )
})

test('migrating again changes nothing', async () => {
  const url = await emptyDatabase()
  await migrate(url)
  expect(await migrate(url)).toEqual([])
})

test('a database of a newer version is refused, untouched', async () => {
  const database = await createTestDatabase(inject('templateUrl'))
  onTestFinished(() => database.drop())
  await ask(
    database.url,
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at)
     VALUES ('later', 'x', '29990101000000_from_the_future', now(), now())`,
  )
  await expect(migrate(database.url)).rejects.toThrow(/newer version.*29990101000000_from_the_future/)
})
