import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import { settings } from '#lib/env.ts'
import { migrationNames, migrationsList, noFilters, openSchemaEngine, readSql } from './schemaEngine.ts'

/** Held while one process migrates; any number only has to be ours. */
const migrationLock = 7_146_302_511

/**
 * Brings a database to what this code knows, as its owner: Prisma's migrations, graphile-worker's, and the rights of
 * the application's role. Two processes at once go one after the other. Refuses a database of a newer version. Answers
 * the names of what it applied.
 */
export async function migrate(connectionString: string): Promise<string[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await refuseNewer(client)
    const applied = await applyMigrations(connectionString)
    await runMigrations({ connectionString })
    await client.query(readSql('enforce.sql'))
    return applied
  } finally {
    await client.end()
  }
}

async function applyMigrations(connectionString: string): Promise<string[]> {
  const engine = await openSchemaEngine(connectionString)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: migrationsList(),
      filters: noFilters,
    })
    return appliedMigrationNames
  } finally {
    engine.free()
  }
}

async function refuseNewer(client: pg.Client): Promise<void> {
  const found = await client.query(`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS there`)
  if (!found.rows[0]?.there) return
  const rows = await client.query<{ migration_name: string }>('SELECT migration_name FROM _prisma_migrations')
  const known = new Set(migrationNames())
  const unknown = rows.rows.map((row) => row.migration_name).filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new Error(
      `This database is from a newer version of Switchback (it has ${unknown.join(', ')}); update this one`,
    )
  }
}

/** `npm run db:migrate`: your own database, before the programs of a new version start. */
async function main(): Promise<void> {
  const { DATABASE_URL: url } = settings()
  if (!url) throw new Error('DATABASE_URL is not set; the embedded database is migrated by npm start')
  const applied = await migrate(url)
  process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}\n` : 'Nothing to apply\n')
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
