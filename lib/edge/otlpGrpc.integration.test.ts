import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Metadata } from '@grpc/grpc-js'
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { revokeToken } from '#lib/services/token/revoke.ts'
import { readEdgeNotes } from '#lib/store/edgeNotes.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { type GrpcCaller, grpcCaller } from '#lib/testing/grpcCaller.ts'
import { anAgentIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { startTcpProxy, type TcpProxy } from '#lib/testing/tcpProxy.ts'
import { aToken } from '#lib/testing/token.ts'
import { openEdgeDatabase, startEdge } from './start.ts'

/** OTLP over gRPC: a real edge, a real PostgreSQL, the exporters that teams have, and callers that are none. */

const exportTraces = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

let house: TestDatabase
let network: TcpProxy
let edge: TestEdge
let token: string
let caller: GrpcCaller

beforeAll(async () => {
  house = await openInstallation()
  network = await startTcpProxy(house.url)
  await anAgentIn(house.db)
  token = (await aToken(house.db, ['telemetry'])).token
  edge = await startTestEdge(network.url)
  await edge.hasTable()
  caller = grpcCaller(`127.0.0.1:${edge.grpcPort}`)
})
afterAll(async () => {
  caller.close()
  await edge.stop()
  await network.close()
  await house.drop()
})

const soon = { timeout: 60_000, interval: 20 }

function providerOf(exporter: SpanExporter): TracerProvider {
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'support-agent' }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
}

function startRun(provider: TracerProvider, version: string, agent = 'support-agent') {
  return provider.getTracer('ai').startSpan('invoke_agent', {
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': agent,
      'gen_ai.agent.version': version,
    },
  })
}

async function countRuns(version: string): Promise<number> {
  return await house.db.run.count({ where: { version } })
}

/** The body of a request with one run, as the SDK writes it. */
function bodyOf(version: string, agent?: string): Uint8Array {
  const memory = new InMemorySpanExporter()
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'support-agent' }),
    spanProcessors: [new SimpleSpanProcessor({ exporter: memory })],
  })
  startRun(provider, version, agent).end()
  return ProtobufTraceSerializer.serializeRequest(memory.getFinishedSpans()) ?? new Uint8Array()
}

const asBearer = () => ({ authorization: `Bearer ${token}` })

describe('the exporter of the OpenTelemetry SDK', () => {
  test.each([
    ['bearer', () => ({ authorization: `Bearer ${token}` }), undefined],
    ['api-key', () => ({ 'x-api-key': token }), 'gzip'],
  ] as const)(
    'is taken at the port of gRPC with its defaults and a token: %s',
    async (name, headers, compression) => {
      const metadata = new Metadata()
      for (const [key, value] of Object.entries(headers())) metadata.set(key, value)
      const provider = providerOf(
        new GrpcExporter({
          url: `http://127.0.0.1:${edge.grpcPort}`,
          metadata,
          ...(compression ? { compression: compression as never } : {}),
        }),
      )
      const version = `grpc-${name}`
      for (let run = 0; run < 40; run += 1) startRun(provider, version).end()
      await provider.forceFlush()
      await provider.shutdown()
      await vi.waitFor(async () => expect(await countRuns(version)).toBe(40), soon)
    },
  )

  test('is taken where the port of the other protocol is set, both ways round', async () => {
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${token}`)
    const grpc = providerOf(new GrpcExporter({ url: edge.url, metadata }))
    const http = providerOf(
      new HttpExporter({ url: `http://127.0.0.1:${edge.grpcPort}/v1/traces`, headers: asBearer() }),
    )
    for (const provider of [grpc, http]) {
      startRun(provider, 'other-port').end()
      await provider.forceFlush()
      await provider.shutdown()
    }
    await vi.waitFor(async () => expect(await countRuns('other-port')).toBe(2), soon)
  })
})

describe('a call that cannot be taken', () => {
  test('without a token, with a wrong or a revoked one is UNAUTHENTICATED, and noted', async () => {
    const revoked = await aToken(house.db, ['telemetry'])
    valueOf(await revokeToken({ tokenId: revoked.id }, anActor(), { db: house.db }))
    for (const headers of [{}, { authorization: 'Bearer swb_wrong' }, { 'x-api-key': revoked.token }]) {
      const said = await caller.call(exportTraces, bodyOf('nobody'), headers)
      expect(said).toMatchObject({ status: 'UNAUTHENTICATED', retryInfo: false })
      expect(said.details).toContain('A valid API token is needed')
    }
    await vi.waitFor(async () => {
      const notes = await readEdgeNotes(house.db, new Date(0))
      expect(notes.find((note) => note.kind === 'token_unknown')?.count).toBeGreaterThanOrEqual(3)
    }, soon)
  })

  test('without the scope is PERMISSION_DENIED', async () => {
    const other = await aToken(house.db, ['evaluate', 'read', 'deploy', 'operate'])
    const headers = { authorization: `Bearer ${other.token}` }
    const said = await caller.call(exportTraces, bodyOf('nobody'), headers)
    expect(said).toMatchObject({ status: 'PERMISSION_DENIED', retryInfo: false })
    expect(said.details).toContain('telemetry')
  })

  test.each([
    ['random bytes', randomBytes(64)],
    ['JSON', Buffer.from('{"resourceSpans": []}')],
    ['a body that is cut off', bodyOf('cut').subarray(0, 60)],
  ])('with %s is INVALID_ARGUMENT, and says where and what was expected', async (_name, body) => {
    const said = await caller.call(exportTraces, body, asBearer())
    expect(said).toMatchObject({ status: 'INVALID_ARGUMENT', retryInfo: false })
    expect(said.details).toMatch(/expected/)
  })

  test('with more than is read, or a bomb that becomes it, is RESOURCE_EXHAUSTED without being asked again', async () => {
    const large = await caller.call(exportTraces, Buffer.alloc(17 * 2 ** 20), asBearer())
    expect(large).toMatchObject({ status: 'RESOURCE_EXHAUSTED', retryInfo: false })
    expect(await callCompressed(gzipSync(Buffer.alloc(200 * 2 ** 20)))).toBe('8')
  })

  test('of a service that is none of ours is UNIMPLEMENTED, with and without a token', async () => {
    const path = exportTraces.replace('v1', 'v1development')
    for (const headers of [{}, asBearer()]) {
      expect((await caller.call(path, new Uint8Array(), headers)).status).toBe('UNIMPLEMENTED')
    }
  })
  test('while the database is away is UNAVAILABLE with the time to come again, and is then counted once', async () => {
    const body = bodyOf('again')
    network.cut()
    try {
      const said = await caller.call(exportTraces, body, asBearer())
      expect(said).toMatchObject({ status: 'UNAVAILABLE', retryInfo: true })
    } finally {
      network.mend()
    }
    const sendAgain = async () => (await caller.call(exportTraces, body, asBearer())).status
    await vi.waitFor(async () => expect(await sendAgain()).toBe('OK'), soon)
    expect(await sendAgain()).toBe('OK')
    await vi.waitFor(async () => expect(await countRuns('again')).toBe(1), soon)
  })

  test('names the spans that were left out, and takes the others', async () => {
    const said = await caller.call(exportTraces, bodyOf('ghost', 'ghost-agent'), asBearer())
    expect(said.status).toBe('OK')
    expect(ProtobufTraceSerializer.deserializeResponse(said.body ?? new Uint8Array())).toMatchObject({
      partialSuccess: { rejectedSpans: 1, errorMessage: expect.stringContaining('ghost-agent') },
    })
  })
})

describe('a connection', () => {
  test('that says nothing, or less than shows what it speaks, keeps nobody else from being served', async () => {
    const quiet = connect(Number(new URL(edge.url).port), '127.0.0.1')
    const half = connect(Number(new URL(edge.url).port), '127.0.0.1')
    half.write('P')
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200)
    for (const socket of [quiet, half]) socket.on('error', () => undefined)
    const answer = new Promise<string>((resolve) => half.once('data', (data) => resolve(String(data))))
    half.write('UT /healthz HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(await answer).toContain('405')
    quiet.destroy()
    half.destroy()
  })

  test('of gRPC that comes byte by byte is served', async () => {
    const slow = connect(edge.grpcPort, '127.0.0.1').setNoDelay(true)
    const answer = new Promise<Buffer>((resolve) => slow.once('data', resolve))
    for (const byte of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') {
      await new Promise((resolve) => slow.write(byte, resolve))
      await new Promise(setImmediate)
    }
    slow.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    // The fourth byte of the first frame is its type: 4 is SETTINGS.
    expect((await answer)[3]).toBe(4)
    slow.destroy()
  })

  test('of TLS is told of where somebody connects an agent', async () => {
    const metadata = new Metadata()
    const exporter = new GrpcExporter({ url: `https://127.0.0.1:${edge.grpcPort}`, metadata })
    const provider = providerOf(exporter)
    startRun(provider, 'tls').end()
    await provider.forceFlush().catch(() => undefined)
    await vi.waitFor(async () => {
      const notes = await readEdgeNotes(house.db, new Date(0))
      const details = notes.filter(({ kind }) => kind === 'unreadable').map(({ detail }) => detail)
      expect(details.join()).toContain('OTEL_EXPORTER_OTLP_INSECURE=true')
    }, soon)
    await provider.shutdown().catch(() => undefined)
  })

  test('of gRPC that is open ends as soon as its token does', async () => {
    const short = await aToken(house.db, ['telemetry'])
    const headers = { authorization: `Bearer ${short.token}` }
    expect((await caller.call(exportTraces, bodyOf('short'), headers)).status).toBe('OK')
    valueOf(await revokeToken({ tokenId: short.id }, anActor(), { db: house.db }))
    const call = async () => (await caller.call(exportTraces, bodyOf('short'), headers)).status
    await vi.waitFor(async () => expect(await call()).toBe('UNAUTHENTICATED'), {
      timeout: 60_000,
      interval: 100,
    })
  })

  test('of gRPC that is open does not keep the edge from stopping', async () => {
    const second = await startTestEdge(house.url, 'edge-2')
    await second.hasTable()
    const open = grpcCaller(`127.0.0.1:${second.grpcPort}`)
    expect((await open.call(exportTraces, bodyOf('stops'), asBearer())).status).toBe('OK')
    const quiet = connect(second.grpcPort, '127.0.0.1').on('error', () => undefined)
    const ended = new Promise<void>((resolve) => quiet.once('close', () => resolve()))
    await new Promise<void>((resolve) => quiet.once('connect', () => resolve()))
    await second.stop()
    await ended
    open.close()
  })
})

test('an edge whose port for gRPC is taken says so, serves, and takes gRPC at its own port', async () => {
  const lines: string[] = []
  const folder = mkdtempSync(join(tmpdir(), 'switchback-edge-'))
  const second = await startEdge({
    db: openEdgeDatabase(house.url),
    connectionString: house.url,
    folder,
    host: '127.0.0.1',
    port: 0,
    grpcPort: edge.grpcPort,
    env: 'test',
    instance: 'edge-3',
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  })
  onTestFinished(async () => {
    await second.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  expect(second.grpcPort).toBeNull()
  expect(lines.join('')).toContain(
    `SWITCHBACK_EDGE_GRPC_PORT: 127.0.0.1:${edge.grpcPort} cannot be listened on`,
  )
  expect((await fetch(`http://127.0.0.1:${second.port}/healthz`)).status).toBe(200)
  const own = grpcCaller(`127.0.0.1:${second.port}`)
  onTestFinished(() => own.close())
  expect((await own.call(exportTraces, bodyOf('second-edge'), asBearer())).status).toBe('OK')
})

/** The status of a call whose message is compressed; grpc-js has no way to send one that it did not compress itself. */
async function callCompressed(message: Buffer): Promise<string> {
  const session = connectHttp2(`http://127.0.0.1:${edge.grpcPort}`)
  const frame = Buffer.alloc(5)
  frame.writeUInt8(1, 0)
  frame.writeUInt32BE(message.length, 1)
  const stream = session.request({
    ':method': 'POST',
    ':path': exportTraces,
    'content-type': 'application/grpc',
    'grpc-encoding': 'gzip',
    te: 'trailers',
    ...asBearer(),
  })
  stream.on('error', () => undefined)
  const said = new Promise<string>((resolve) => {
    const look = (headers: Record<string, unknown>) =>
      headers['grpc-status'] !== undefined && resolve(String(headers['grpc-status']))
    stream.on('response', look).on('trailers', look)
  })
  stream.end(Buffer.concat([frame, message]))
  stream.resume()
  const code = await said
  session.destroy()
  return code
}
