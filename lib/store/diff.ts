import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from './embeddedPostgres.ts'
import { schemaDifference } from './schemaDifference.ts'
import { migrationsFolder } from './schemaEngine.ts'

/** `npm run db:diff -- --name what_changes`: writes the migration that leads from the migrations to `schema.prisma`. */

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { name: { type: 'string' } } })
  if (!values.name || !/^[a-z][a-z0-9_]*$/.test(values.name)) {
    process.stderr.write('Usage: npm run db:diff -- --name lower_case_words\n')
    return 2
  }
  const sql = await differenceOnServerOfOwn()
  if (sql === null) {
    process.stdout.write('The migrations and schema.prisma agree: nothing to write\n')
    return 0
  }
  const name = `${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}_${values.name}`
  mkdirSync(join(migrationsFolder, name))
  writeFileSync(join(migrationsFolder, name, 'migration.sql'), sql)
  process.stdout.write(`Wrote prisma/migrations/${name}/migration.sql; read it before you keep it\n`)
  return 0
}

async function differenceOnServerOfOwn(): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-diff-'))
  try {
    const server = await startPostgres({
      folder: join(folder, 'postgres'),
      password: 'for-a-moment',
      database: 'shadow',
      unsafelyFast: true,
    })
    return await schemaDifference(server.url).finally(() => server.stop())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
