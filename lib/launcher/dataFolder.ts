import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder where an installation keeps what must outlive it: database, keys, the edge's snapshot. */
export interface DataFolder {
  readonly path: string
  /** A secret of this installation, made at first use and kept with mode 600. */
  key(name: 'postgres' | 'session'): { readonly value: string; readonly file: string }
  /** Says where the database is, for the command line. */
  sayRunning(databaseUrl: string): void
  release(): void
}

/** Counts changes of the folder's layout. A folder with a greater one is from a newer version. */
const formatVersion = 1

interface Running {
  readonly pid: number
  readonly databaseUrl: string | null
}

/** Takes the folder for this process. Refuses one that is in use, or from a newer version; a dead user's is taken over. */
export function takeDataFolder(given: string): DataFolder {
  const path = resolve(given)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const format = join(path, 'format')
  if (!existsSync(format)) writeFileSync(format, String(formatVersion))
  const found = Number(readFileSync(format, 'utf8'))
  if (found !== formatVersion) {
    throw new Error(
      `The data folder ${path} is from a newer version of Switchback (format ${found}; this one knows ${formatVersion})`,
    )
  }
  const running = findRunning(path)
  if (running) throw new Error(`Switchback runs on ${path} already (process ${running.pid})`)
  const file = join(path, 'running.json')
  const say = (databaseUrl: string | null) =>
    writeFileSync(file, JSON.stringify({ pid: process.pid, databaseUrl } satisfies Running), { mode: 0o600 })
  say(null)
  return {
    path,
    key: (name) => readKey(join(path, 'keys'), name),
    sayRunning: say,
    release: () => rmSync(file, { force: true }),
  }
}

/** The Switchback that runs on this folder; null when none does. */
export function findRunning(path: string): Running | null {
  try {
    const running = JSON.parse(readFileSync(join(resolve(path), 'running.json'), 'utf8')) as Running
    return isAlive(running.pid) ? running : null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    // The number may have gone to another program since.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('launcher')
  } catch {
    return true
  }
}

function readKey(folder: string, name: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 })
  return { value: readFileSync(file, 'utf8').trim(), file }
}
