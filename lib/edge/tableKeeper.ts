import { mkdirSync, openSync, readFileSync, renameSync, writeSync, fsyncSync, closeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import { buildTable } from '#lib/routing/build.ts'
import { compareRevision, parseTable, type RoutingTable, verifySum } from '#lib/routing/table.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { listen } from '#lib/store/listen.ts'
import { channels } from '#lib/store/notices.ts'
import { readHead, readRoutingFacts } from '#lib/store/routing.ts'

/** The edge's table: the newest it has seen, in memory and on disk. It never goes back to an older one. */
export interface TableKeeper {
  table(): RoutingTable | null
  /** When the table was last known to be the newest; null before first contact with the database. */
  confirmedAt(): Date | null
  onTable(listener: (table: RoutingTable) => void): () => void
  close(): Promise<void>
}

export interface TableKeeperParts {
  readonly db: PrismaClient
  readonly connectionString: string
  /** Where the last good table is kept. */
  readonly file: string
  readonly env: string
  readonly log: Logger
  /** The safety net under the notices: how often the head is looked at. */
  readonly pollMs?: number
}

/** Starts from the table on disk and follows the database: by its notices, and by looking once a second. */
export function keepTable({
  db,
  connectionString,
  file,
  env,
  log,
  pollMs = 1_000,
}: TableKeeperParts): TableKeeper {
  let held: RoutingTable | null = readKept(file, log)
  let confirmed: Date | null = null
  let reading = false
  let again = false
  const listeners = new Set<(table: RoutingTable) => void>()

  async function refresh(): Promise<void> {
    if (reading) {
      again = true
      return
    }
    reading = true
    try {
      do {
        again = false
        const head = await readHead(db)
        if (!head || (held && compareRevision(head, held) === 0)) {
          confirmed = new Date()
          continue
        }
        take(buildTable(await readRoutingFacts(db), env))
      } while (again)
    } catch (error) {
      log.warn({ err: error }, 'The table could not be read; the last good one is served')
    } finally {
      reading = false
    }
  }

  function take(next: RoutingTable): void {
    if (held && compareRevision(next, held) <= 0) {
      log.error({ held: held.rev, offered: next.rev }, 'The database offers an older table; refused')
      return
    }
    held = next
    confirmed = new Date()
    // A disk may take a third of a second, so the clients come first. Whatever a listener says to the database leaves
    // this process after the table is on disk: what counts as in force outlives a kill.
    for (const listener of listeners) listener(next)
    keep(file, next, log)
  }

  const listener = listen(connectionString, channels.routing, {
    notice: () => void refresh(),
    connect: () => void refresh(),
    lost: (error) => log.warn({ err: error }, 'The database is out of reach; the last good table is served'),
  })
  const timer = setInterval(() => void refresh(), pollMs)
  void refresh()

  return {
    table: () => held,
    confirmedAt: () => confirmed,
    onTable(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    async close() {
      clearInterval(timer)
      await listener.close()
    },
  }
}

function readKept(file: string, log: Logger): RoutingTable | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return null
  }
  try {
    const parsed = parseTable(JSON.parse(text))
    if (parsed.ok && verifySum(parsed.table)) return parsed.table
    log.error({ file }, 'The table on disk is damaged and is not used')
  } catch (error) {
    log.error({ file, err: error }, 'The table on disk is damaged and is not used')
  }
  return null
}

/** Written beside and renamed, so that the file is always a whole table. */
function keep(file: string, table: RoutingTable, log: Logger): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    const beside = `${file}.new`
    const handle = openSync(beside, 'w', 0o600)
    writeSync(handle, JSON.stringify(table))
    fsyncSync(handle)
    closeSync(handle)
    renameSync(beside, file)
  } catch (error) {
    log.error({ file, err: error }, 'The table could not be kept on disk')
  }
}
