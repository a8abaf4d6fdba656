import { join } from 'node:path'
import { readSettings, type Settings } from '#lib/env.ts'
import { issueSignInLink } from '#lib/services/people/issueSignInLink.ts'
import { openDatabase } from '#lib/store/database.ts'
import { startPostgres } from '#lib/store/embeddedPostgres.ts'
import { migrate } from '#lib/store/migrate.ts'
import { ensureBuild } from './build.ts'
import { type DataFolder, takeDataFolder, wasKilled } from './dataFolder.ts'
import { keepDemo } from './demo.ts'
import { whyNotListen } from './ports.ts'
import { addresses, programs, untilHealthy } from './programs.ts'
import { requireDatabase } from './requireDatabase.ts'
import { stackOfStarted } from './started.ts'
import { supervise } from './supervise.ts'

/** `npm start`: everything, in order; and on Ctrl-C everything in the other order. */

const say = (line: string) => process.stdout.write(`${line}\n`)
const healthyWithinMs = 120_000
/** How long the programs of a launcher that was killed may take to notice. */
const leftoverPatienceMs = 8_000
/** One Ctrl-C arrives several times: from the terminal, and from npm and the first step, which hand it on. */
const sameAskMs = 1_000

const started = stackOfStarted(say)
const ending = new AbortController()
let askedAt = 0
let folder: DataFolder | null = null

async function start(): Promise<void> {
  const read = readSettings(process.env)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const settings = read.value
  const killed = wasKilled(settings.SWITCHBACK_DATA_DIR)
  const busy = await whyNotListen(settings, killed ? leftoverPatienceMs : 0)
  if (busy) throw new Error(busy)

  folder = takeDataFolder(settings.SWITCHBACK_DATA_DIR)
  if (settings.DATABASE_URL) await requireDatabase(settings.DATABASE_URL)
  await ensureBuild(say, ending.signal)
  const databaseUrl = settings.DATABASE_URL ?? (await startEmbedded(folder))
  ending.signal.throwIfAborted()
  const applied = await migrate(databaseUrl)
  if (applied.length > 0) say(`Migrated the database: ${applied.join(', ')}`)
  ending.signal.throwIfAborted()
  folder.sayRunning(databaseUrl)
  for (const program of programs(settings, databaseUrl, folder)) started.push(supervise(program, say))
  await untilHealthy(settings, healthyWithinMs, ending.signal)
  started.push(keepDemo({ settings, databaseUrl, say }))
  await greet(settings, databaseUrl)
}

async function startEmbedded(data: DataFolder): Promise<string> {
  const server = await startPostgres({
    folder: join(data.path, 'postgres'),
    password: data.key('postgres').value,
    database: 'switchback',
    signal: ending.signal,
  })
  started.push({ name: 'PostgreSQL', stop: server.stop, kill: () => server.process.kill('SIGQUIT') })
  server.process.once('exit', () => {
    if (ending.signal.aborted) return
    say('PostgreSQL ended; Switchback stops, so that the next start finds a clean house')
    void end(1)
  })
  return server.url
}

async function greet(settings: Settings, databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, 1)
  const link = await issueSignInLink(settings.SWITCHBACK_PUBLIC_URL, { db }).finally(() => db.$disconnect())
  ending.signal.throwIfAborted()
  say('')
  say(`  Panel   ${settings.SWITCHBACK_PUBLIC_URL}`)
  say(`  Edge    ${addresses(settings).edge}   (OTLP traces, OFREP, routing table)`)
  if (link) say(`\n  Make the first administrator, once, within a day:\n  ${link.url}`)
  say('\n  Ctrl-C stops everything.\n')
}

/** Ends everything in the other order of starting. What is just being started is waited for, so that it is not forgotten. */
async function end(code: number): Promise<void> {
  if (ending.signal.aborted) return
  ending.abort()
  await starting
  await started.stop()
  folder?.release()
  process.exit(code)
}

function onSignal(): void {
  if (!ending.signal.aborted) {
    askedAt = Date.now()
    say('\nStopping… (Ctrl-C again: at once)')
    void end(0)
    return
  }
  if (Date.now() - askedAt < sameAskMs) return
  started.kill()
  folder?.release()
  process.exit(1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
// The first step holds a channel to us: without it there is nobody whom a Ctrl-C would reach.
process.once('disconnect', () => void end(1))

const starting = start().catch((error: unknown) => {
  if (ending.signal.aborted) return
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  // Not awaited: the end waits for this very promise.
  void end(1)
})
