import { PrismaPg } from '@prisma/adapter-pg'
import { migrationsList, noFilters, openEngineOn, schemaFile } from './schemaEngine.ts'

/**
 * The SQL that leads from the migrations to `schema.prisma`; null when they agree. Needs an empty database, and leaves
 * the migrations' tables in it.
 */
export async function schemaDifference(emptyDatabaseUrl: string): Promise<string | null> {
  const adapter = new PrismaPg({
    connectionString: emptyDatabaseUrl,
    idleTimeoutMillis: 1,
    allowExitOnIdle: true,
  })
  const { provider, adapterName } = adapter
  const connect = () => adapter.connect()
  const engine = await openEngineOn({ provider, adapterName, connect, connectToShadowDb: connect })
  try {
    const { stdout, exitCode } = await engine.diff({
      from: { tag: 'migrations', ...migrationsList() },
      to: { tag: 'schemaDatamodel', files: [schemaFile] },
      script: true,
      exitCode: true,
      filters: noFilters,
    })
    return exitCode === 0 ? null : (stdout ?? '')
  } finally {
    engine.free()
  }
}
