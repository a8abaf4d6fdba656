import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'

/** Prisma's own schema engine, as WebAssembly: it migrates exactly as `prisma migrate deploy` does, without a download. */

const prismaFolder = fileURLToPath(new URL('../../prisma', import.meta.url))
export const migrationsFolder = join(prismaFolder, 'migrations')

export const schemaFile = {
  path: 'prisma/schema.prisma',
  content: readFileSync(join(prismaFolder, 'schema.prisma'), 'utf8'),
}

/** An SQL file of the prisma folder. */
export function readSql(name: string): string {
  return readFileSync(join(prismaFolder, name), 'utf8')
}

/** The names of the migrations that this code knows, oldest first. */
export function migrationNames(): string[] {
  return readdirSync(migrationsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** The migrations as the engine takes them. */
export function migrationsList() {
  return {
    baseDir: migrationsFolder,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(join(migrationsFolder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: migrationNames().map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: readFileSync(join(migrationsFolder, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  }
}

/** What the engine leaves alone: nothing. */
export const noFilters = { externalTables: [], externalEnums: [] }

/** An engine on this database. Free it when done. */
export async function openSchemaEngine(connectionString: string): Promise<SchemaEngine> {
  // The engine does not close its pool: idle connections have to end by themselves.
  return await openEngineOn(new PrismaPg({ connectionString, idleTimeoutMillis: 1, allowExitOnIdle: true }))
}

/** An engine on what this adapter connects to. Free it when done. */
export async function openEngineOn(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  return await SchemaEngine.new(
    { datamodels: [[schemaFile.path, schemaFile.content]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  )
}
