import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type PostgresAccount, postgresAccount } from './postgresAccount.ts'
import { clusterOwner, findBinaries, makeCluster } from './postgresCluster.ts'

/** The real PostgreSQL that comes inside an npm package, with its cluster in a folder of ours. */

export interface EmbeddedPostgres {
  /** The owner's address, with its password. */
  readonly url: string
  readonly process: ChildProcess
  /** Stops it as an operator would: connections are cut, everything is on disk. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Where the cluster is; made when it is not there. Its log is beside it. */
  readonly folder: string
  readonly password: string
  readonly database: string
  /** For tests, which lose nothing when the machine stops. */
  readonly unsafelyFast?: boolean
  /** Stops it while it is still starting. */
  readonly signal?: AbortSignal
}

const startTimeoutMs = 60_000
const stopTimeoutMs = 20_000
/** PostgreSQL's code. */
const wrongPassword = '28P01'

/** Starts PostgreSQL on a free loopback port. A server that a killed launcher left behind is stopped first. */
export async function startPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { folder, password } = options
  const binaries = await findBinaries()
  const account = postgresAccount()
  await stopLeftover(folder)
  if (!existsSync(join(folder, 'PG_VERSION'))) makeCluster(binaries.initdb, account, folder, password)
  account.give(folder)

  const port = await freePort()
  const child = spawnServer(binaries.postgres, account, options, port)
  const url = (database: string) =>
    `postgres://${clusterOwner}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
  try {
    await untilReady(child, url('postgres'), options)
    await ensureDatabase(url('postgres'), options.database)
  } catch (error) {
    await stopProcess(child)
    throw error
  }
  return { url: url(options.database), process: child, stop: () => stopProcess(child) }
}

function spawnServer(
  binary: string,
  account: PostgresAccount,
  { folder, unsafelyFast }: EmbeddedOptions,
  port: number,
): ChildProcess {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200']
  if (unsafelyFast) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off')
  const args = ['-D', folder, '-p', String(port), ...settings.flatMap((each) => ['-c', each])]
  const as = account.as(binary, args)
  const log = openSync(logOf(folder), 'a', 0o600)
  // A group of its own: Ctrl-C in the terminal is for the launcher, which stops it last.
  const child = spawn(as.command, as.args, { detached: true, stdio: ['ignore', log, log], ...as.user })
  closeSync(log)
  child.on('error', (error) => writeFileSync(logOf(folder), `${error.message}\n`, { flag: 'a' }))
  return child
}

const logOf = (folder: string) => `${folder}.log`
const lastWords = (folder: string) => readFileSync(logOf(folder), 'utf8').trimEnd().split('\n').at(-1)

/** Stops a server that still runs on this folder, and removes the pid file of one that does not. */
async function stopLeftover(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (runsOn(pid, folder)) {
    process.kill(pid, 'SIGINT')
    const deadline = Date.now() + stopTimeoutMs
    while (runsOn(pid, folder) && Date.now() < deadline) await pause(50)
    if (runsOn(pid, folder))
      throw new Error(`Another PostgreSQL (process ${pid}) runs on ${folder} and does not stop`)
  }
  rmSync(file, { force: true })
}

/** Whether this process is the server of this folder: the number may have gone to another program since. */
function runsOn(pid: number, folder: string): boolean {
  if (!Number.isInteger(pid) || pid < 2) return false
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
    return command.includes('postgres') && command.includes(folder)
  } catch {
    return false
  }
}

async function untilReady(
  child: ChildProcess,
  url: string,
  { folder, signal }: EmbeddedOptions,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    signal?.throwIfAborted()
    if (hasEnded(child)) throw new Error(`The embedded PostgreSQL ended at once: ${lastWords(folder)}`)
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === wrongPassword)
        throw new Error(
          `The embedded PostgreSQL in ${folder} has another password than the one kept for it`,
          {
            cause: error,
          },
        )
      if (Date.now() > deadline)
        throw new Error(`The embedded PostgreSQL does not answer; see ${logOf(folder)}`, { cause: error })
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

const hasEnded = (child: ChildProcess) =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null

async function stopProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
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
