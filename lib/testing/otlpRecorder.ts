import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { readOtlpProtobuf } from './otlpWire.ts'
import type { RawTraces, ReceivedTraces } from './recording.ts'

/**
 * A local OTLP/HTTP receiver that takes whatever an exporter sends and remembers it: what real frameworks send becomes
 * test data that way (recording.ts). Point OTEL_EXPORTER_OTLP_ENDPOINT at its `url`.
 */
export interface OtlpRecorder {
  readonly url: string
  /** In the order of arrival. Times of arrival are milliseconds since 1970. */
  readonly received: readonly ReceivedTraces[]
  close(): Promise<void>
}

export async function startOtlpRecorder(): Promise<OtlpRecorder> {
  const received: ReceivedTraces[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAtMs = Date.now()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const sent = Buffer.concat(chunks)
    const isGzip = request.headers['content-encoding'] === 'gzip'
    const body = isGzip ? gunzipSync(sent) : sent
    const isJson = request.headers['content-type']?.startsWith('application/json') ?? false
    if (request.url === '/v1/traces') {
      const traces = isJson ? (JSON.parse(body.toString()) as RawTraces) : readOtlpProtobuf(body)
      const encoding = `${isJson ? 'json' : 'protobuf'}${isGzip ? ' gzip' : ''}`
      received.push({ receivedAtMs, encoding, traces })
    }
    response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' })
    response.end(isJson ? '{}' : '')
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
