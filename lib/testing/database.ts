import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { openDatabase } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** A database of its own for one test file, copied from the migrated template. */
export interface TestDatabase {
  /** The owner's address. */
  readonly url: string
  /** As the application sees it: in its role. */
  readonly db: PrismaClient
  /** As the owner, for what the application may not do. */
  owner<T>(work: (client: pg.Client) => Promise<T>): Promise<T>
  drop(): Promise<void>
}

export async function createTestDatabase(templateUrl: string): Promise<TestDatabase> {
  const template = new URL(templateUrl)
  const name = `test_${randomBytes(6).toString('hex')}`
  await asOwner(at(templateUrl, 'postgres'), (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${pg.escapeIdentifier(template.pathname.slice(1))}`),
  )
  const url = at(templateUrl, name)
  const db = openDatabase(url, 8)
  return {
    url,
    db,
    owner: (work) => asOwner(url, work),
    async drop() {
      await db.$disconnect()
      await asOwner(at(templateUrl, 'postgres'), (client) =>
        client.query(`DROP DATABASE ${name} WITH (FORCE)`),
      )
    },
  }
}

function at(url: string, database: string): string {
  const moved = new URL(url)
  moved.pathname = `/${database}`
  return moved.toString()
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
