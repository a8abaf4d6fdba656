import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { EdgeNoteKind } from '#lib/domain/edgeNote.ts'
import { runFinaliser } from '#lib/edge/finalise.ts'
import { recentSpans } from '#lib/edge/recentSpans.ts'
import type { EdgeGrant } from '#lib/edge/grants.ts'
import { bytesInFlight, inFlightBytesMax } from '#lib/edge/inFlight.ts'
import { joinScores } from '#lib/edge/joinScores.ts'
import { otlpDoor } from '#lib/edge/otlpHttp.ts'
import { acceptLogs, scoreDoor } from '#lib/edge/scores.ts'
import { acceptTraces } from '#lib/edge/traces.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { defaultWaits } from '#lib/telemetry/assembleTrace.ts'

/** The doors of telemetry alone, real but for the clock of what counts it: a test says when that looks, and what time it is. */
export interface TestTraceDoor {
  readonly url: string
  readonly logsUrl: string
  readonly scoresUrl: string
  /** What was told to whoever connects an agent, in order. */
  readonly told: readonly string[]
  /** Counts what is due so many milliseconds from now, until nothing is. */
  countAt(aheadMs: number): Promise<void>
  /** Joins the scores that wait to their runs, so many milliseconds from now. */
  joinAt(aheadMs: number): Promise<number>
  close(): Promise<void>
}

export async function startTraceDoor(
  db: PrismaClient,
  options: {
    readonly writer?: string
    readonly grant?: EdgeGrant
    readonly table?: () => RoutingTable | null
    /** What time it is; that of this machine when absent. */
    readonly clock?: () => Date
  } = {},
): Promise<TestTraceDoor> {
  const { writer = 'edge-1', grant = { scopes: [], agents: '*' }, table = () => null } = options
  const { clock = () => new Date() } = options
  const told: string[] = []
  const notes = {
    add: (kind: EdgeNoteKind, said: { readonly agent?: string | null } = {}) => {
      told.push(`${kind} ${said.agent ?? ''}`.trim())
    },
    write: async () => {},
  }
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  const recent = recentSpans()
  const parts = { db, table, notes, recent, log, clock, inFlight: bytesInFlight(inFlightBytesMax) }
  const traces = acceptTraces({ ...parts, settledMs: defaultWaits.settledMs })
  const doors = new Map([
    ['/v1/traces', otlpDoor('traces', traces, parts)],
    ['/v1/logs', otlpDoor('logs', acceptLogs(parts), parts)],
    ['/v1/scores', scoreDoor(parts)],
  ])
  const finalise = runFinaliser({ db, writer, notes, recent, log })
  const at = (aheadMs: number) => new Date(clock().getTime() + aheadMs)
  const server = createServer((request, response) => {
    void doors.get(request.url ?? '')?.(request, response, grant)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${url}/v1/traces`,
    logsUrl: `${url}/v1/logs`,
    scoresUrl: `${url}/v1/scores`,
    told,
    joinAt: (aheadMs) => joinScores(db, at(aheadMs)),
    async countAt(aheadMs) {
      const now = at(aheadMs)
      for (let turn = 0; turn < 100; turn += 1) {
        await finalise(now)
        if ((await db.pendingTrace.count({ where: { dueAt: { lte: now } } })) === 0) return
      }
      throw new Error('Something is due still after a hundred turns')
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
