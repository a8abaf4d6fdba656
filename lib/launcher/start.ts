import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readSettings, type Settings } from '#lib/env.ts'
import { issueSignInLink } from '#lib/services/people/issueSignInLink.ts'
import { openDatabase } from '#lib/store/database.ts'
import { migrate } from '#lib/store/migrate.ts'
import { ensureBuild } from './build.ts'
import { type DataFolder, takeDataFolder } from './dataFolder.ts'
import { type EmbeddedPostgres, startPostgres } from '#lib/store/embeddedPostgres.ts'
import { isTaken } from './ports.ts'
import { nodeFlags, root } from './root.ts'
import { type Supervised, supervise } from './supervise.ts'

/** `npm start`: everything, in order; and on Ctrl-C everything in the other order. */

const say = (line: string) => process.stdout.write(`${line}\n`)
const healthyWithinMs = 60_000

/** What was started, in the order of starting: stopped the other way round, PostgreSQL last. */
const started: { readonly name: string; stop(): Promise<void>; kill(): void }[] = []
let folder: DataFolder | null = null
let stopping: Promise<void> | null = null
let askedAt = 0

async function main(): Promise<void> {
  const read = readSettings(process.env)
  if (!read.ok) return giveUp(read.errors.join('\n'))
  const settings = read.value
  const taken = await whyPortTaken(settings)
  if (taken) return giveUp(taken)

  folder = takeDataFolder(settings.SWITCHBACK_DATA_DIR)
  await ensureBuild(say)
  if (stopping) return
  const databaseUrl = await openTheDatabase(settings, folder)
  if (stopping) return
  const applied = await migrate(databaseUrl)
  if (applied.length > 0) say(`Migrated the database: ${applied.join(', ')}`)
  folder.sayRunning(databaseUrl)
  if (stopping) return
  for (const program of programs(settings, databaseUrl, folder)) {
    const running: Supervised = supervise(program, say)
    started.push(running)
  }
  await untilHealthy(settings)
  if (!stopping) await greet(settings, databaseUrl)
}

async function whyPortTaken(settings: Settings): Promise<string | null> {
  const { SWITCHBACK_HOST: host, SWITCHBACK_PANEL_PORT: panel, SWITCHBACK_EDGE_PORT: edge } = settings
  if (panel === edge)
    return `SWITCHBACK_PANEL_PORT and SWITCHBACK_EDGE_PORT are both ${panel}; they have to differ`
  if (await isTaken(host, panel))
    return `SWITCHBACK_PANEL_PORT: something listens on ${host}:${panel} already`
  if (await isTaken(host, edge)) return `SWITCHBACK_EDGE_PORT: something listens on ${host}:${edge} already`
  return null
}

async function openTheDatabase(settings: Settings, data: DataFolder): Promise<string> {
  if (settings.DATABASE_URL) {
    await answers(settings.DATABASE_URL)
    return settings.DATABASE_URL
  }
  const server: EmbeddedPostgres = await startPostgres({
    folder: join(data.path, 'postgres'),
    password: data.key('postgres').value,
    database: 'switchback',
  })
  started.push({ name: 'PostgreSQL', stop: () => server.stop(), kill: () => server.process.kill('SIGQUIT') })
  server.process.once('exit', () => {
    if (stopping) return
    say('PostgreSQL ended; Switchback stops, so that the next start finds a clean house')
    void stopAll(1)
  })
  return server.url
}

async function answers(url: string): Promise<void> {
  const db = openDatabase(url, 1)
  try {
    await db.$queryRaw`SELECT 1`
  } catch (error) {
    // The role of the application is made by the first migration; until then only this shows that somebody answers.
    const said = error instanceof Error ? error.message : String(error)
    if (!/role "?switchback_app"? does not exist/.test(said)) {
      throw new Error(`DATABASE_URL: the database does not answer (${said.split('\n').at(-1)})`, {
        cause: error,
      })
    }
  } finally {
    await db.$disconnect()
  }
}

function programs(settings: Settings, databaseUrl: string, data: DataFolder) {
  const { SWITCHBACK_HOST: host, SWITCHBACK_PANEL_PORT: port, SWITCHBACK_PUBLIC_URL: publicUrl } = settings
  const env = {
    DATABASE_URL: databaseUrl,
    SWITCHBACK_PUBLIC_URL: publicUrl,
    SWITCHBACK_DATA_DIR: data.path,
    NODE_ENV: 'production',
  }
  const next = join(root, 'node_modules/next/dist/bin/next')
  const preload = join(root, 'lib/launcher/endWithLauncher.mjs')
  const panelEnv = {
    ...env,
    SESSION_KEY_FILE: data.key('session').file,
    NEXTAUTH_URL: publicUrl,
    NEXT_TELEMETRY_DISABLED: '1',
  }
  return [
    {
      name: 'The panel',
      args: ['--import', preload, next, 'start', '-H', host, '-p', String(port)],
      env: panelEnv,
    },
    { name: 'The guard', args: [...nodeFlags, join(root, 'lib/guard/main.ts')], env },
    { name: 'The edge', args: [...nodeFlags, join(root, 'lib/edge/main.ts')], env },
  ]
}

async function untilHealthy(settings: Settings): Promise<void> {
  const { panel, edge } = addresses(settings)
  const deadline = Date.now() + healthyWithinMs
  for (const url of [`${edge}/healthz`, `${panel}/api/health`]) {
    while (!stopping && !(await isOk(url))) {
      if (Date.now() > deadline)
        throw new Error(`${url} does not answer as it should after ${healthyWithinMs / 1000} s`)
      await pause(100)
    }
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

function addresses({
  SWITCHBACK_HOST: host,
  SWITCHBACK_PANEL_PORT: panel,
  SWITCHBACK_EDGE_PORT: edge,
}: Settings) {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const written = name.includes(':') ? `[${name}]` : name
  return { panel: `http://${written}:${panel}`, edge: `http://${written}:${edge}` }
}

async function greet(settings: Settings, databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, 1)
  const link = await issueSignInLink(settings.SWITCHBACK_PUBLIC_URL, { db }).finally(() => db.$disconnect())
  const { edge } = addresses(settings)
  say('')
  say(`  Panel   ${settings.SWITCHBACK_PUBLIC_URL}`)
  say(`  Edge    ${edge}   (OTLP traces, OFREP, routing table)`)
  if (link) say(`\n  Make the first administrator, once, within a day:\n  ${link.url}`)
  say('\n  Ctrl-C stops everything.\n')
}

/** Stops everything in the other order of starting. Asked a second time, it does not wait. */
function stopAll(code: number): Promise<void> {
  stopping ??= (async () => {
    for (const each of started.toReversed()) await each.stop()
    folder?.release()
    process.exit(code)
  })()
  return stopping
}

function onSignal(): void {
  const isRepeat = stopping !== null && Date.now() - askedAt > 1_000
  if (isRepeat) {
    for (const each of started.toReversed()) each.kill()
    folder?.release()
    process.exit(1)
  }
  if (stopping) return
  askedAt = Date.now()
  say('\nStopping…')
  void stopAll(0)
}

function giveUp(message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  await stopAll(1)
}
