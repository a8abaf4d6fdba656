import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '#lib/store/embeddedPostgres.ts'
import { migrate } from '#lib/store/migrate.ts'

/** One PostgreSQL for all test files of a run, with a migrated template that each file copies (database.ts). */

export interface TestPostgres {
  /** The owner's address of the template database. */
  readonly templateUrl: string
  stop(): Promise<void>
}

/**
 * A server of its own in a temporary folder; or, when `TEST_DATABASE_URL` names one, a template there under a name that
 * no other run has.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const given = process.env['TEST_DATABASE_URL']
  return given ? await borrow(given) : await startOwn()
}

async function startOwn(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-test-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  const server = await startPostgres({
    folder: join(folder, 'postgres'),
    password: 'for-testing',
    database: 'template',
    unsafelyFast: true,
  }).catch((error: unknown) => {
    removeFolder()
    throw error
  })
  // A run that is cut off leaves no server behind.
  const end = () => server.process.kill('SIGQUIT')
  process.once('exit', end)
  const stop = async () => {
    process.off('exit', end)
    await server.stop()
    removeFolder()
  }
  try {
    await makeTemplate(server.url)
    return { templateUrl: server.url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function borrow(serverUrl: string): Promise<TestPostgres> {
  const url = new URL(serverUrl)
  const name = `switchback_template_${randomBytes(4).toString('hex')}`
  url.pathname = `/${name}`
  const templateUrl = url.toString()
  await onServer(serverUrl, [`CREATE DATABASE ${name}`])
  const stop = () => onServer(serverUrl, [`DROP DATABASE ${name} WITH (FORCE)`])
  try {
    await makeTemplate(templateUrl)
    return { templateUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Migrates it and closes it: a database can be copied only while nobody is connected to it. */
async function makeTemplate(templateUrl: string): Promise<void> {
  await migrate(templateUrl)
  const url = new URL(templateUrl)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  await onServer(url.toString(), [
    `ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${pg.escapeLiteral(name)}`,
  ])
}

async function onServer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    templateUrl: string
  }
}

/** Vitest's global set-up. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { templateUrl, stop } = await startTestPostgres()
  project.provide('templateUrl', templateUrl)
  return stop
}
