import { createServer, request as send, type OutgoingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { constants, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Body, type BodyLimits, readBody } from './readBody.ts'

const limits: BodyLimits = { wireBytesMax: 100_000, bytesMax: 1_000_000, stallMs: 5_000, totalMs: 10_000 }

let server: Server
let asked: BodyLimits
let arrived: PromiseWithResolvers<Body>

beforeEach(async () => {
  asked = limits
  arrived = Promise.withResolvers<Body>()
  server = createServer(async (request, response) => {
    const body = await readBody(request, asked)
    arrived.resolve(body)
    response.writeHead(body.ok ? 200 : body.status, { connection: 'close' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const port = () => (server.address() as AddressInfo).port

function post(bytes: Uint8Array, headers: OutgoingHttpHeaders = {}): Promise<Body> {
  const request = send({ port: port(), host: '127.0.0.1', method: 'POST', headers })
  // The server may hang up in the middle of a body it refuses.
  request.on('error', () => {})
  request.on('response', (response) => response.resume())
  request.end(bytes)
  return arrived.promise
}

/** Writes to the socket as it is, so that a body can break off or stall. */
function raw(text: string) {
  const socket = connect(port(), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  return socket
}

const gzip = { 'content-encoding': 'gzip' }
const textOf = (body: Body) => (body.ok ? Buffer.from(body.bytes).toString() : body)

describe('a body', () => {
  test('comes as it was sent', async () => {
    expect(textOf(await post(Buffer.from('hello')))).toBe('hello')
  })

  test('comes decompressed', async () => {
    const text = 'hello '.repeat(50_000)
    expect(textOf(await post(gzipSync(text), gzip))).toBe(text)
  })

  test('in many pieces comes whole, compressed or not', async () => {
    const bytes = Buffer.from(Array.from({ length: 90_000 }, (_, i) => (i * 7919) % 251))
    const chunked = { 'transfer-encoding': 'chunked' }
    expect(await post(bytes, chunked)).toEqual({ ok: true, bytes })
    arrived = Promise.withResolvers<Body>()
    const stored = gzipSync(bytes, { level: constants.Z_NO_COMPRESSION })
    expect(await post(stored, { ...gzip, ...chunked })).toEqual({ ok: true, bytes })
  })

  test('that comes slowly but steadily is waited for', async () => {
    asked = { ...limits, stallMs: 400 }
    const socket = raw('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n')
    const drip = setInterval(() => socket.write('x'), 60)
    const body = await arrived.promise
    clearInterval(drip)
    socket.destroy()
    expect(textOf(body)).toBe('x'.repeat(12))
  })

  test('may be empty', async () => {
    expect(await post(new Uint8Array(0))).toMatchObject({ ok: true, bytes: { length: 0 } })
  })
})

describe('is refused', () => {
  test.each(['br', 'deflate', 'gzip, gzip', 'zstd'])('when it is encoded as %s', async (coding) => {
    const body = await post(deflateSync('hello'), { 'content-encoding': coding })
    expect(body).toMatchObject({ ok: false, status: 415 })
  })

  test('unread when it says that it has 50 MB', async () => {
    const socket = raw('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 52428800\r\n\r\n')
    const body = await arrived.promise
    socket.destroy()
    expect(body).toMatchObject({ ok: false, status: 413 })
  })

  test('when it turns out to have 50 MB, long before all of it is here', async () => {
    const body = await post(Buffer.alloc(50 * 2 ** 20), { 'transfer-encoding': 'chunked' })
    expect(body).toMatchObject({ ok: false, status: 413 })
  })

  test('when it is a gzip bomb, for no more memory than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20))
    expect(bomb.length).toBeLessThan(limits.wireBytesMax)
    const before = process.memoryUsage().arrayBuffers
    const body = await post(bomb, gzip)
    const after = process.memoryUsage().arrayBuffers
    expect(body).toMatchObject({ ok: false, status: 413 })
    expect(after - before).toBeLessThan(20 * 2 ** 20)
  })

  test('when it is not gzip, or breaks off inside it', async () => {
    expect(await post(Buffer.from('not gzip at all'), gzip)).toMatchObject({ ok: false, status: 400 })
    arrived = Promise.withResolvers<Body>()
    const whole = gzipSync('hello '.repeat(1000))
    expect(await post(whole.subarray(0, whole.length - 9), gzip)).toMatchObject({ ok: false, status: 400 })
  })

  test('when the sender hangs up in the middle', async () => {
    const socket = raw('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello')
    socket.end()
    expect(await arrived.promise).toMatchObject({ ok: false, status: 400 })
  })

  test('when nothing comes any more', async () => {
    asked = { ...limits, stallMs: 30 }
    const socket = raw('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello')
    const body = await arrived.promise
    socket.destroy()
    expect(body).toMatchObject({ ok: false, status: 408 })
  })

  test('when it drips without end', async () => {
    asked = { ...limits, stallMs: 5_000, totalMs: 100 }
    const socket = raw('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n')
    const drip = setInterval(() => socket.write('x'), 10)
    const body = await arrived.promise
    clearInterval(drip)
    socket.destroy()
    expect(body).toMatchObject({ ok: false, status: 408 })
  })
})
