import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  behindEvent,
  currentEvent,
  goodbyeEvent,
  heartbeatEvent,
  retryFrame,
  tableEvent,
} from '#lib/routing/stream.ts'
import { compareRevision, parseRevision, type RoutingTable, tableFor } from '#lib/routing/table.ts'
import type { EdgeGrant } from './grants.ts'

/** The open table streams. A slow client is sent the newest table only, and dropped when it takes nothing for long. */

export interface StreamNumbers {
  readonly heartbeatMs: number
  /** How often each client's token is asked about: a revoked one loses its streams within five seconds. */
  readonly grantCheckMs: number
  /** A client that took nothing for so long is let go. */
  readonly stuckMs: number
  readonly retryMs: number
  /** Clients of an edge that closes come back within this time, spread at random. */
  readonly goodbyeSpreadMs: number
}

export const streamNumbers: StreamNumbers = {
  heartbeatMs: 5_000,
  grantCheckMs: 2_000,
  stuckMs: 15_000,
  retryMs: 1_000,
  goodbyeSpreadMs: 2_000,
}

interface Client {
  readonly response: ServerResponse
  readonly agents: EdgeGrant['agents']
  /** Whether the token still holds. */
  readonly stillGranted: () => Promise<boolean>
  waiting: RoutingTable | null
  stuckSince: number | null
}

export interface Streams {
  open(
    request: IncomingMessage,
    response: ServerResponse,
    grant: EdgeGrant,
    stillGranted: () => Promise<boolean>,
  ): void
  publish(table: RoutingTable): void
  count(): number
  close(): void
}

export function tableStreams(
  head: () => RoutingTable | null,
  numbers: StreamNumbers = streamNumbers,
  random: () => number = Math.random,
): Streams {
  const clients = new Set<Client>()
  // Sealing is the dear part; clients with the same scope share it.
  let sealed: { table: RoutingTable; frames: Map<string, string> } | null = null

  function frameOf(table: RoutingTable, agents: EdgeGrant['agents']): string {
    if (sealed?.table !== table) sealed = { table, frames: new Map() }
    const key = agents === '*' ? '*' : JSON.stringify(agents)
    const frame = sealed.frames.get(key) ?? tableEvent(tableFor(table, agents))
    sealed.frames.set(key, frame)
    return frame
  }

  function sendTable(client: Client, table: RoutingTable): void {
    if (client.stuckSince !== null) {
      client.waiting = table
      return
    }
    write(client, frameOf(table, client.agents))
  }

  function write(client: Client, frame: string): void {
    if (client.response.write(frame)) return
    client.stuckSince = performance.now()
    client.response.once('drain', () => {
      client.stuckSince = null
      const { waiting } = client
      client.waiting = null
      if (waiting) sendTable(client, waiting)
    })
  }

  function letGo(client: Client): void {
    clients.delete(client)
    client.response.destroy()
  }

  function beat(client: Client): void {
    if (client.stuckSince !== null) {
      if (performance.now() - client.stuckSince > numbers.stuckMs) letGo(client)
      return
    }
    const table = head()
    if (table) write(client, heartbeatEvent(table, new Date()))
  }

  // Also of a client that takes nothing: what is waiting for it must not be sent after its token ended.
  async function checkGrant(client: Client): Promise<void> {
    if (!(await client.stillGranted())) letGo(client)
  }

  const timer = setInterval(() => {
    for (const client of clients) beat(client)
  }, numbers.heartbeatMs)
  const grantTimer = setInterval(() => {
    for (const client of clients) void checkGrant(client)
  }, numbers.grantCheckMs)

  return {
    open(request, response, { agents }, stillGranted) {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      })
      request.socket.setNoDelay(true)
      const client: Client = { response, agents, stillGranted, waiting: null, stuckSince: null }
      clients.add(client)
      response.on('close', () => clients.delete(client))
      write(client, retryFrame(numbers.retryMs))

      const table = head()
      if (!table) return
      const last = parseRevision(String(request.headers['last-event-id'] ?? ''))
      const order = last ? compareRevision(table, last) : 1
      if (order > 0) sendTable(client, table)
      else write(client, order === 0 ? currentEvent(table) : behindEvent(table))
    },
    publish(table) {
      for (const client of clients) sendTable(client, table)
    },
    count: () => clients.size,
    close() {
      clearInterval(timer)
      clearInterval(grantTimer)
      for (const { response } of clients)
        response.end(goodbyeEvent(Math.round(random() * numbers.goodbyeSpreadMs)))
    },
  }
}
