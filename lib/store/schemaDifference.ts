import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, type SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { migrationsList, noFilters, openEngineOn, schemaFile } from './schemaEngine.ts'

/**
 * The SQL that leads from the migrations to `schema.prisma`; null when they agree. Needs an empty database, and leaves
 * the migrations' tables in it.
 */
export async function schemaDifference(emptyDatabaseUrl: string): Promise<string | null> {
  const pool = new pg.Pool({ connectionString: emptyDatabaseUrl })
  const { provider, adapterName, connect } = catalogReader(pool)
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
    await pool.end()
  }
}

/** PostgreSQL's one-letter type of the catalog, which is not `char(1)`. */
const letterType = 18
const textType = 25

/**
 * Prisma's adapter on this pool, which can also read the catalog's one-letter columns: the engine asks for them when it
 * describes a database, and the adapter (7.10) refuses their type.
 */
function catalogReader(pool: pg.Pool) {
  const lettersOf = new WeakMap<object, number[]>()
  const query = pool.query.bind(pool) as (...given: unknown[]) => Promise<pg.QueryArrayResult>
  Object.assign(pool, {
    async query(...given: unknown[]) {
      const result = await query(...given)
      const letters = result.fields.flatMap((field, index) =>
        field.dataTypeID === letterType ? [index] : [],
      )
      lettersOf.set(result.rows, letters)
      const fields = result.fields.map((field, index) =>
        letters.includes(index) ? { ...field, dataTypeID: textType } : field,
      )
      return { ...result, fields }
    },
  })
  const adapter = new PrismaPg(pool)
  return {
    provider: 'postgres' as const,
    adapterName: adapter.adapterName,
    async connect(): Promise<SqlDriverAdapter> {
      const connection = await adapter.connect()
      const queryRaw = connection.queryRaw.bind(connection)
      return Object.assign(connection, {
        async queryRaw(asked: Parameters<typeof queryRaw>[0]) {
          const answer = await queryRaw(asked)
          for (const index of lettersOf.get(answer.rows) ?? [])
            answer.columnTypes[index] = ColumnTypeEnum.Character
          return answer
        },
      })
    },
  }
}
