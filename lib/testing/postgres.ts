import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startPostgres } from '#lib/store/embeddedPostgres.ts'
import { migrate } from '#lib/store/migrate.ts'

/** One PostgreSQL for all test files of a run, with a migrated template that each file copies (database.ts). */

export const templateName = 'switchback_template'

export interface TestPostgres {
  /** The owner's address of the template database. */
  readonly templateUrl: string
  stop(): Promise<void>
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-test-'))
  let server: EmbeddedPostgres | undefined
  const stop = async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    server = await startPostgres({
      folder: join(folder, 'postgres'),
      password: 'for-testing',
      database: templateName,
      unsafelyFast: true,
    })
    await migrate(server.url)
    await closeConnections(server.url)
    return { templateUrl: server.url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A template can only be copied while nobody is connected to it. */
async function closeConnections(templateUrl: string): Promise<void> {
  const url = new URL(templateUrl)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.toString() })
  await client.connect()
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
    templateName,
  ])
  await client.end()
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
