import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { defaultWaits, type Waits } from '#lib/telemetry/assembleTrace.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import { openDatabase } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { beat, sayGoodbye } from '#lib/store/heartbeats.ts'
import { guardWatch, type Messaging } from './guardWatch.ts'
import { runFinaliser } from './finalise.ts'
import { edgeGrants } from './grants.ts'
import { edgeNotes } from './notes.ts'
import { reportDoor } from './reports.ts'
import { edgeServer } from './server.ts'
import { tableStreams } from './streams.ts'
import { keepTable } from './tableKeeper.ts'
import { traceDoor } from './traces.ts'

export interface EdgeSettings {
  readonly db: PrismaClient
  readonly connectionString: string
  /** Where the last good table and the known tokens are kept. */
  readonly folder: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly env: string
  readonly instance: string
  readonly log: Logger
  /** How to tell people that no guard is judging; absent of an edge that does not watch. */
  readonly messaging?: Messaging
  /** How long runs wait for what is above them. */
  readonly waits?: Waits
}

export interface Edge {
  readonly port: number
  stop(): Promise<void>
}

const beatEveryMs = 1_000
const finaliseEveryMs = 50
const writeNotesEveryMs = 500
const lookAtGuardEveryMs = 2_000

const poolMax = 10
/** Shorter than an exporter's patience (10 s by default), so that it is told to send again rather than kept waiting. */
const databaseAnswerMs = 3_000

/** The database as an edge uses it: given up on soon, because the edge has its table and the sender its spans. */
export function openEdgeDatabase(url: string): PrismaClient {
  return openDatabase(url, poolMax, databaseAnswerMs)
}

/** Starts an edge: answers from the table on disk at once, follows the database as long as it is there. */
export async function startEdge(given: EdgeSettings): Promise<Edge> {
  const { db, log, instance, waits = defaultWaits } = given
  const startedAt = new Date()
  const keeper = keepTable({
    db,
    connectionString: given.connectionString,
    file: join(given.folder, `table-${given.port}.json`),
    env: given.env,
    log,
  })
  const grants = edgeGrants({ db, file: join(given.folder, `grants-${given.port}.json`), log })
  const streams = tableStreams(keeper.table)
  const notes = edgeNotes({ db, instance, log })
  const reports = reportDoor({ db, table: keeper.table, log })
  const server = edgeServer({
    reports,
    notes,
    keeper,
    grants,
    streams,
    acceptTraces: traceDoor({ db, table: keeper.table, notes, log, settledMs: waits.settledMs }),
    log,
  })

  const sayAlive = (table: RoutingTable | null) =>
    beat(db, {
      kind: 'edge',
      instance,
      startedAt,
      at: new Date(),
      facts: { epoch: table?.epoch ?? 0, rev: table?.rev ?? 0, streams: streams.count() },
    }).catch((error: unknown) => log.debug({ err: error }, 'The sign of life did not reach the database'))
  keeper.onTable((table) => {
    streams.publish(table)
    void sayAlive(table)
  })
  const beating = setInterval(() => void sayAlive(keeper.table()), beatEveryMs)
  const finalise = runFinaliser({ db, writer: instance, notes, log, waits })
  const finalising = repeat(finaliseEveryMs, async () => {
    await finalise(new Date()).catch((error: unknown) =>
      log.warn({ err: error }, 'Runs could not be counted; they are tried again'),
    )
  })

  const noting = repeat(writeNotesEveryMs, notes.write)

  const look = given.messaging ? guardWatch({ db, log, ...given.messaging }) : async () => {}
  const watching = repeat(lookAtGuardEveryMs, async () => {
    await look().catch((error: unknown) => log.debug({ err: error }, 'The guard could not be looked at'))
  })

  server.listen(given.port, given.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  void sayAlive(keeper.table())
  log.info({ port, instance }, 'The edge is on')
  return {
    port,
    async stop() {
      clearInterval(beating)
      streams.close()
      server.close()
      await finalising.stop()
      await noting.stop()
      await watching.stop()
      await reports.close()
      await keeper.close()
      await sayGoodbye(db, 'edge', instance).catch(() => undefined)
      server.closeAllConnections()
      await db.$disconnect()
    },
  }
}

/** Does the work again and again with a pause between, one at a time. */
function repeat(pauseMs: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let going: Promise<void> = Promise.resolve()
  const turn = () => {
    going = work().finally(() => {
      if (!stopped) timer = setTimeout(turn, pauseMs)
    })
  }
  turn()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await going
    },
  }
}
