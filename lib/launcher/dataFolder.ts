import { randomBytes } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { processBegan } from './processes.ts'

/** The folder where an installation keeps what must outlive it: database, keys, the edge's snapshot. */
export interface DataFolder {
  readonly path: string
  /** A secret of this installation, made at first use and kept with mode 600. */
  key(name: 'postgres' | 'session' | 'record' | 'webhook'): { readonly value: string; readonly file: string }
  /** Says where the database is, for the command line. */
  sayRunning(databaseUrl: string): void
  release(): void
}

/** Counts changes of the folder's layout. A folder with a greater one is from a newer version. */
const formatVersion = 1

interface Running {
  readonly pid: number
  /** `processBegan` of that process. */
  readonly began: string | null
  readonly databaseUrl: string | null
}

/** Takes the folder for this process. Refuses one that is in use, or from a newer version; a dead user's is taken over. */
export function takeDataFolder(given: string): DataFolder {
  const path = resolve(given)
  openFolder(path)
  refuseOtherFormat(path)
  lock(path)
  return {
    path,
    key: (name) => readKey(join(path, 'keys'), name),
    sayRunning: (databaseUrl) => renameSync(written(path, databaseUrl), lockFile(path)),
    release: () => rmSync(lockFile(path), { force: true }),
  }
}

/** The Switchback that runs on this folder; null when none does. */
export function findRunning(path: string): Running | null {
  const last = readLock(path)
  return last && isAlive(last) ? last : null
}

/** Whether the last one on this folder was killed: what it started may need a moment to notice. */
export function wasKilled(path: string): boolean {
  return existsSync(lockFile(path)) && findRunning(path) === null
}

const lockFile = (path: string) => join(resolve(path), 'running.json')

function openFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (!statSync(path).isDirectory()) throw new Error('it is not a folder')
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new Error(`SWITCHBACK_DATA_DIR: ${path} cannot be used: ${said}`, { cause: error })
  }
}

function refuseOtherFormat(path: string): void {
  const file = join(path, 'format')
  if (!existsSync(file)) writeFileSync(file, `${formatVersion}\n`)
  const found = readFileSync(file, 'utf8').trim()
  if (found === String(formatVersion)) return
  throw new Error(
    Number(found) > formatVersion
      ? `The data folder ${path} is from a newer version of Switchback (format ${found}; this one knows ${formatVersion})`
      : `The data folder ${path} says format ${JSON.stringify(found)}; this version knows ${formatVersion}`,
  )
}

/** A link is made whole or not at all, and never over another: of two that start at once, one gets the folder. */
function lock(path: string): void {
  const beside = written(path, null)
  try {
    for (;;) {
      try {
        return linkSync(beside, lockFile(path))
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
      const running = findRunning(path)
      if (running) throw new Error(`Switchback runs on ${path} already (process ${running.pid})`)
      rmSync(lockFile(path), { force: true })
    }
  } finally {
    rmSync(beside, { force: true })
  }
}

function written(path: string, databaseUrl: string | null): string {
  const beside = `${lockFile(path)}.${process.pid}`
  const running: Running = { pid: process.pid, began: processBegan(process.pid), databaseUrl }
  writeFileSync(beside, JSON.stringify(running), { mode: 0o600 })
  return beside
}

function readLock(path: string): Running | null {
  try {
    return JSON.parse(readFileSync(lockFile(path), 'utf8')) as Running
  } catch {
    return null
  }
}

function isAlive({ pid, began }: Running): boolean {
  return began !== null && processBegan(pid) === began
}

function readKey(folder: string, name: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  if (!existsSync(file)) {
    const beside = `${file}.${process.pid}`
    writeFileSync(beside, randomBytes(32).toString('hex'), { mode: 0o600 })
    renameSync(beside, file)
  }
  return { value: readFileSync(file, 'utf8').trim(), file }
}
