import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { tableEvent } from '#lib/routing/stream.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import { decodeTraces, otlpEncodingOf } from '#lib/telemetry/otlp.ts'
import type { OtlpSpan } from '#lib/telemetry/otlpSpan.ts'
import { assembleTrace } from '#lib/telemetry/assembleTrace.ts'
import type { Run } from '#lib/telemetry/run.ts'
import { partOf } from '#lib/telemetry/spans.ts'

/** An edge in a test: it streams a table, and reads telemetry as the real receiver does. */
export interface DemoEdge {
  readonly url: string
  publish(table: RoutingTable): void
  /** Every span that has come, in the order of coming. */
  spans(): readonly OtlpSpan[]
  /** In which request with spans this one came, from 1; 0 while it has not. */
  requestOf(spanId: string): number
  /** Every score that has come, as it was sent. */
  scores(): readonly SentScore[]
  /** The runs of all that has come. */
  runs(): readonly Run[]
  close(): Promise<void>
}

export interface SentScore {
  readonly run: { readonly trace_id: string; readonly span_id: string }
  readonly agent: string
  readonly name: string
  readonly value: number
}

export async function startDemoEdge(token: string): Promise<DemoEdge> {
  let head: RoutingTable | null = null
  const tell = new Set<(table: RoutingTable) => void>()
  const spans: OtlpSpan[] = []
  const scores: SentScore[] = []
  const requests = new Map<string, number>()
  let exports = 0

  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end()
    if (request.url === '/v1/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      const send = (table: RoutingTable) => void response.write(tableEvent(table))
      tell.add(send)
      response.on('close', () => tell.delete(send))
      if (head) send(head)
      return
    }
    if (request.url === '/v1/table')
      return head ? void response.end(JSON.stringify(head)) : void response.writeHead(503).end()
    if (request.url === '/v1/scores') {
      void buffer(request).then((bytes) => {
        scores.push(...(JSON.parse(bytes.toString()) as SentScore[]))
        response.end('{}')
      })
      return
    }
    if (request.url !== '/v1/traces') return void response.writeHead(404).end()
    void buffer(request).then((bytes) => {
      const encoding = otlpEncodingOf(request.headers['content-type'])
      const decoded = encoding && decodeTraces(bytes, encoding)
      if (!decoded?.ok) return void response.writeHead(400).end()
      spans.push(...decoded.spans)
      exports += 1
      for (const { spanId } of decoded.spans) requests.set(spanId, exports)
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish(table) {
      head = table
      for (const send of tell) send(table)
    },
    spans: () => [...spans],
    requestOf: (spanId) => requests.get(spanId) ?? 0,
    scores: () => [...scores],
    runs() {
      const received = spans.map((span) => ({ part: partOf(span), receivedAt: new Date(0) }))
      const options = { now: new Date(), isRegistered: () => true }
      return [...Map.groupBy(received, ({ part }) => part.traceId).values()].flatMap((trace) =>
        assembleTrace(trace, options).runs.map(({ run }) => run),
      )
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
