import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Report, ReportAnswer } from '../../lib/routing/report.ts'
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
  /** What instances reported by `POST /v1/ack`, each as it came, batches taken apart. */
  readonly reports: readonly Report[]
  /** What the next reports are answered, beside nothing. */
  answer: ReportAnswer
  /** Answers instead of the protocol, until set back to null. */
  readonly faults: {
    stream: RequestListener | null
    table: RequestListener | null
    ack: RequestListener | null
  }
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
  const faults: FakeEdge['faults'] = { stream: null, table: null, ack: null }
  const reports: Report[] = []
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = []
  const streams = new Set<ServerResponse>()

  const write = (bytes: string) => streams.forEach((stream) => stream.write(bytes))
  const beat = () => void (head && write(heartbeatEvent(head, new Date())))

  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path === '/v1/ack') return void takeReports(request, response)
    requests.push({ path, headers: request.headers })
    const fault = path === '/v1/stream' ? faults.stream : faults.table
    if (fault) return fault(request, response)
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end()
    return path === '/v1/stream' ? openStream(request, response) : answerTable(request, response)
  })

  async function takeReports(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (faults.ack) return faults.ack(request, response)
    const said = (await json(request).catch(() => null)) as Report | { reports: Report[] } | null
    if (!said) return
    const list = 'reports' in said ? said.reports : [said]
    reports.push(...list)
    const answers = list.map(() => edge.answer)
    const body = 'reports' in said ? { answers } : answers[0]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

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

  const edge: FakeEdge = {
    answer: { leaseMs: 0 },
    reports,
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
  return edge
}

function firstEvent(head: RoutingTable, lastEventId: string): string {
  const known = parseRevision(lastEventId)
  const order = known ? compareRevision(head, known) : 1
  if (order === 0) return currentEvent(head)
  return order > 0 ? tableEvent(head) : behindEvent(head)
}
