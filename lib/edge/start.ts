import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { defaultWaits, type Waits } from '#lib/telemetry/assembleTrace.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import { openDatabase } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { beat, sayGoodbye } from '#lib/store/heartbeats.ts'
import { alsoGrpc } from './alsoGrpc.ts'
import { guardWatch, type Messaging } from './guardWatch.ts'
import { runFinaliser } from './finalise.ts'
import { edgeGrants } from './grants.ts'
import { bytesInFlight, inFlightBytesMax } from './inFlight.ts'
import { forgetOldScores, joinScores } from './joinScores.ts'
import { edgeNotes } from './notes.ts'
import { recentSpans } from './recentSpans.ts'
import { reportDoor } from './reports.ts'
import { edgeServer } from './server.ts'
import { tableStreams } from './streams.ts'
import { keepTable } from './tableKeeper.ts'
import { telemetryDoors } from './telemetryDoors.ts'

export interface EdgeSettings {
  readonly db: PrismaClient
  readonly connectionString: string
  /** Where the last good table and the known tokens are kept. */
  readonly folder: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** A second port for OTLP, where gRPC is looked for; 0 takes a free one. Absent: gRPC comes in at the first alone. */
  readonly grpcPort?: number
  /** How much telemetry may be held at a time. */
  readonly inFlightBytesMax?: number
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
  /** Null when there is no second port, or another program has it. */
  readonly grpcPort: number | null
  stop(): Promise<void>
}

const beatEveryMs = 1_000
const finaliseEveryMs = 50
const writeNotesEveryMs = 500
const lookAtGuardEveryMs = 2_000
const joinScoresEveryMs = 250
const forgetScoresEveryMs = 60_000

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
  const recent = recentSpans()
  const doors = telemetryDoors({
    db,
    table: keeper.table,
    notes,
    grants,
    recent,
    settledMs: waits.settledMs,
    log,
    inFlight: bytesInFlight(given.inFlightBytesMax ?? inFlightBytesMax),
  })
  const parts = { reports, notes, keeper, grants, streams, telemetry: doors.http, log }
  const servers = [edgeServer(parts), edgeServer(parts)] as const
  const tellOfTls = () => notes.add('unreadable', { detail: tlsWords })
  const either = servers.map((each) => alsoGrpc(each, { inject: doors.grpc.inject, tellOfTls }))
  const [server, grpcServer] = servers

  let servedSince = Date.now()
  const sayAlive = (table: RoutingTable | null) =>
    beat(db, {
      kind: 'edge',
      instance,
      startedAt,
      at: new Date(),
      facts: {
        epoch: table?.epoch ?? 0,
        rev: table?.rev ?? 0,
        since: servedSince,
        streams: streams.count(),
      },
    }).catch((error: unknown) => log.debug({ err: error }, 'The sign of life did not reach the database'))
  keeper.onTable((table) => {
    servedSince = Date.now()
    streams.publish(table)
    void sayAlive(table)
  })
  const beating = setInterval(() => void sayAlive(keeper.table()), beatEveryMs)
  const finalise = runFinaliser({ db, writer: instance, notes, recent, log, waits })
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

  const joining = repeat(joinScoresEveryMs, async () => {
    await joinScores(db, new Date()).catch((error: unknown) =>
      log.warn({ err: error }, 'Scores could not be joined to their runs; they are tried again'),
    )
  })
  const forgetting = repeat(forgetScoresEveryMs, async () => {
    await forgetOldScores(db, notes, new Date()).catch((error: unknown) =>
      log.debug({ err: error }, 'Old scores could not be forgotten; it is tried again'),
    )
  })

  server.listen(given.port, given.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const grpcPort = given.grpcPort === undefined ? null : await listenIfFree(grpcServer, given.grpcPort, given)
  void sayAlive(keeper.table())
  log.info({ port, grpcPort, instance }, 'The edge is on')
  return {
    port,
    grpcPort,
    async stop() {
      clearInterval(beating)
      streams.close()
      for (const each of servers) each.close()
      await joining.stop()
      await forgetting.stop()
      await finalising.stop()
      await noting.stop()
      await watching.stop()
      await reports.close()
      await keeper.close()
      await sayGoodbye(db, 'edge', instance).catch(() => undefined)
      doors.grpc.close()
      for (const each of servers) each.closeAllConnections()
      for (const each of either) each.close()
      await db.$disconnect()
    },
  }
}

const tlsWords =
  'TLS came, and the edge speaks plain HTTP and gRPC; begin the address with http://, or set OTEL_EXPORTER_OTLP_INSECURE=true'

/** The port it listens on; null, said in the log, when it cannot: without it the edge does all that it did before. */
async function listenIfFree(
  server: Server,
  port: number,
  { host, log }: Pick<EdgeSettings, 'host' | 'log'>,
): Promise<number | null> {
  return await new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something listens there already' : error.message
      log.warn(
        { host, grpcPort: port },
        `SWITCHBACK_EDGE_GRPC_PORT: ${host}:${port} cannot be listened on (${why}); gRPC is taken at the edge's own port`,
      )
      resolve(null)
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
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
