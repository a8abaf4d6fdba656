import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  behindEvent,
  currentEvent,
  goodbyeEvent,
  heartbeatEvent,
  retryFrame,
  tableEvent,
} from '../../lib/routing/stream.ts'
import { compareRevision, formatRevision, parseRevision } from '../../lib/routing/table.ts'
import type { RoutingTable } from '../../lib/routing/table.ts'

/** An edge in a test: a real HTTP server with the wire protocol, whose faults can be chosen. */
export interface FakeEdge {
  readonly url: string
  /** `GET /v1/stream` and `GET /v1/table` so far, oldest first. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[]
  /** Answers instead of the protocol, until set back to null. */
  readonly faults: { stream: RequestListener | null; table: RequestListener | null }
  /** Changes the head and, unless `silently`, tells every stream. */
  publish(table: RoutingTable | null, how?: 'silently'): void
  /** Writes these bytes into every open stream. */
  write(bytes: string): void
  beat(): void
  goodbye(reconnectInMs: number): void
  openStreams(): number
  /** Cuts every connection, without a word. */
  drop(): void
  close(): Promise<void>
}

/** Starts on a free port of the loopback interface. Heartbeats come only by `beat`, or every `beatMs`. */
export async function startFakeEdge(token: string, beatMs?: number): Promise<FakeEdge> {
  let head: RoutingTable | null = null
  const faults: FakeEdge['faults'] = { stream: null, table: null }
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = []
  const streams = new Set<ServerResponse>()

  const write = (bytes: string) => streams.forEach((stream) => stream.write(bytes))
  const beat = () => void (head && write(heartbeatEvent(head, new Date())))

  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push({ path, headers: request.headers })
    const fault = path === '/v1/stream' ? faults.stream : faults.table
    if (fault) return fault(request, response)
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end()
    return path === '/v1/stream' ? openStream(request, response) : answerTable(request, response)
  })

  function openStream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(retryFrame(1_000))
    if (head) response.write(firstEvent(head, String(request.headers['last-event-id'] ?? '')))
    streams.add(response)
    response.on('close', () => streams.delete(response))
  }

  function answerTable(request: IncomingMessage, response: ServerResponse): void {
    if (!head) return void response.writeHead(503, { 'retry-after': '1' }).end()
    const etag = `"${formatRevision(head)}"`
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
    response.writeHead(200, { 'content-type': 'application/json', etag }).end(JSON.stringify(head))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const beating = beatMs === undefined ? undefined : setInterval(beat, beatMs)

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    publish(table, how) {
      head = table
      if (table && how !== 'silently') write(tableEvent(table))
    },
    write,
    beat,
    goodbye: (reconnectInMs) => write(goodbyeEvent(reconnectInMs)),
    openStreams: () => streams.size,
    drop: () => server.closeAllConnections(),
    async close() {
      clearInterval(beating)
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function firstEvent(head: RoutingTable, lastEventId: string): string {
  const known = parseRevision(lastEventId)
  const order = known ? compareRevision(head, known) : 1
  if (order === 0) return currentEvent(head)
  return order > 0 ? tableEvent(head) : behindEvent(head)
}
