import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readEdgeNotes } from '#lib/store/edgeNotes.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { type GrpcCaller, grpcCaller } from '#lib/testing/grpcCaller.ts'
import { anAgentIn, openInstallation } from '#lib/testing/installation.ts'
import { otlpBody } from '#lib/testing/otlpRuns.ts'
import { startTcpProxy, type TcpProxy } from '#lib/testing/tcpProxy.ts'
import { aToken } from '#lib/testing/token.ts'

/** An edge with little room for telemetry: what has none is asked to come again, and what was taken is not lost. */

const exportTraces = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const soon = { timeout: 60_000, interval: 50 }
const mebibyte = 2 ** 20

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
  edge = await startTestEdge(network.url, 'edge-1', undefined, { inFlightBytesMax: 3 * mebibyte })
  await edge.hasTable()
  caller = grpcCaller(`127.0.0.1:${edge.grpcPort}`)
})
afterAll(async () => {
  caller.close()
  await edge.stop()
  await network.close()
  await house.drop()
})

async function post(body: Uint8Array<ArrayBuffer> | string, headers = {}): Promise<Response> {
  return await fetch(`${edge.url}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body,
  })
}

const asBearer = () => ({ authorization: `Bearer ${token}` })
const runOf = (version: string) => JSON.stringify(otlpBody([{ agent: 'support-agent', version }], Date.now()))
/** A run whose request is this large, and of which next to nothing is kept. */
const largeRunOf = (version: string, bytes: number) =>
  `${runOf(version).slice(0, -1)}, "pad": "${'x'.repeat(bytes)}"}`

describe('a request that there is no room for', () => {
  test('is 429 with the time to come again, by its unpacked size, and is noted', async () => {
    const packed = new Uint8Array(gzipSync(largeRunOf('large', 4 * mebibyte)))
    expect(packed.length).toBeLessThan(mebibyte)
    const answer = await post(packed, { 'content-encoding': 'gzip' })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    await vi.waitFor(async () => {
      const notes = await readEdgeNotes(house.db, new Date(0))
      expect(notes.some((note) => note.kind === 'overloaded')).toBe(true)
    })
    expect((await post(runOf('small'))).status).toBe(200)
  })

  test('of gRPC is RESOURCE_EXHAUSTED with the time to come again', async () => {
    const said = await caller.call(exportTraces, randomBytes(4 * mebibyte), asBearer())
    expect(said).toMatchObject({ status: 'RESOURCE_EXHAUSTED', retryInfo: true })
    expect((await caller.call(exportTraces, new Uint8Array(), asBearer())).status).toBe('OK')
  })
})

test('calls that break off in the middle of their message give back the room that they held', async () => {
  for (let round = 0; round < 3; round += 1) {
    const sessions = [1, 2, 3].map(() => connect(`http://127.0.0.1:${edge.grpcPort}`))
    const refused = sessions.map(async (session) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': exportTraces,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...asBearer(),
      })
      stream.on('error', () => undefined).write(Buffer.from([0, 0, 1, 0, 0, 1, 2, 3]))
      await once(session, 'remoteSettings')
    })
    await Promise.all(refused)
    await vi.waitFor(async () => {
      const said = await caller.call(exportTraces, new Uint8Array(), asBearer())
      expect(said.status).toBe('RESOURCE_EXHAUSTED')
    }, soon)
    for (const session of sessions) session.destroy()
    await vi.waitFor(async () => {
      expect((await caller.call(exportTraces, new Uint8Array(), asBearer())).status).toBe('OK')
    }, soon)
  }
})

test(
  'while nothing can be kept, no more is held than there is room for; afterwards all that was answered 200 is counted',
  { timeout: 180_000 },
  async () => {
    await post(runOf('warm'))
    network.freeze()
    const versions = Array.from({ length: 24 }, (_, index) => `frozen-${index}`)
    const first = await Promise.all(
      versions.map(async (version) => (await post(largeRunOf(version, mebibyte / 2))).status),
    )
    const grpc = await caller.call(exportTraces, new Uint8Array(), asBearer())
    network.mend()
    expect(first.filter((status) => status === 429).length).toBeGreaterThanOrEqual(18)
    expect(new Set(first)).toEqual(new Set([429, 503]))
    expect(['OK', 'UNAVAILABLE']).toContain(grpc.status)
    for (const version of versions) {
      const send = async () => expect((await post(largeRunOf(version, mebibyte / 2))).status).toBe(200)
      await vi.waitFor(send, { timeout: 60_000, interval: 50 })
    }
    await vi.waitFor(
      async () => {
        const runs = await house.db.run.findMany({ where: { version: { startsWith: 'frozen-' } } })
        expect(runs.map((run) => run.version).toSorted()).toEqual(versions.toSorted())
      },
      { timeout: 60_000, interval: 50 },
    )
  },
)
