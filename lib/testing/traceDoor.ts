import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { EdgeNoteKind } from '#lib/domain/edgeNote.ts'
import { runFinaliser } from '#lib/edge/finalise.ts'
import { recentSpans } from '#lib/edge/recentSpans.ts'
import type { EdgeGrant } from '#lib/edge/grants.ts'
import { bytesInFlight, inFlightBytesMax } from '#lib/edge/inFlight.ts'
import { otlpDoor } from '#lib/edge/otlpHttp.ts'
import { acceptTraces } from '#lib/edge/traces.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { defaultWaits } from '#lib/telemetry/assembleTrace.ts'

/** The door of traces alone, real but for the clock of what counts them: a test says when that looks, and what time it is. */
export interface TestTraceDoor {
  readonly url: string
  /** What was told to whoever connects an agent, in order. */
  readonly told: readonly string[]
  /** Counts what is due so many milliseconds from now, until nothing is. */
  countAt(aheadMs: number): Promise<void>
  close(): Promise<void>
}

export async function startTraceDoor(
  db: PrismaClient,
  { writer = 'edge-1', grant = { scopes: [], agents: '*' } }: { writer?: string; grant?: EdgeGrant } = {},
): Promise<TestTraceDoor> {
  const told: string[] = []
  const notes = {
    add: (kind: EdgeNoteKind, said: { readonly agent?: string | null } = {}) => {
      told.push(`${kind} ${said.agent ?? ''}`.trim())
    },
    write: async () => {},
  }
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  const recent = recentSpans()
  const accept = acceptTraces({
    db,
    table: () => null,
    notes,
    recent,
    log,
    settledMs: defaultWaits.settledMs,
  })
  const door = otlpDoor('traces', accept, { db, notes, inFlight: bytesInFlight(inFlightBytesMax) })
  const finalise = runFinaliser({ db, writer, notes, recent, log })
  const server = createServer((request, response) => void door(request, response, grant))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    told,
    async countAt(aheadMs) {
      const now = new Date(Date.now() + aheadMs)
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
