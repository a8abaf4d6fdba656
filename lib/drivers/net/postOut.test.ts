import type { LookupAddress } from 'node:dns'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LookUpAll, postOut, whyNotCall } from './postOut.ts'
import { whyNotPublic } from './publicAddress.ts'

/** What a person gives as an address leads to the public internet, or nowhere. */

const message = { headers: { 'content-type': 'text/plain' }, body: 'hello' }
const refused = { kind: 'refused', because: expect.stringContaining('SWITCHBACK_ALLOW_PRIVATE_ADDRESSES') }

/** A server of the own network, and how often somebody connected. */
async function inside<Kind extends Server>(server: Kind) {
  let connections = 0
  server.on('connection', () => (connections += 1))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const address = server.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, connections: () => connections }
}

/** Public as addresses go, and given to nobody. */
const nowhere = '4000::1'

const resolves = (...addresses: string[]): LookUpAll => {
  const found = addresses.map((address): LookupAddress => ({
    address,
    family: address.includes(':') ? 6 : 4,
  }))
  return (_name, done) => done(null, found)
}

describe('an address of the own network', () => {
  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.8.9.10'],
    ['loopback', '::1'],
    ['RFC 1918', '10.1.2.3'],
    ['RFC 1918', '172.16.0.1'],
    ['RFC 1918', '192.168.1.1'],
    ['link-local, where clouds keep their metadata', '169.254.169.254'],
    ['link-local', 'fe80::1'],
    ['unique local', 'fd00:ec2::254'],
    ['carrier-grade', '100.100.100.200'],
    ['of the cloud’s own host', '168.63.129.16'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['multicast', '224.0.0.1'],
    ['IPv4 written as IPv6', '::ffff:127.0.0.1'],
    ['IPv4 written as IPv6', '::ffff:a00:1'],
    ['translated to IPv4', '64:ff9b::7f00:1'],
    ['in a tunnel', '2002:7f00:1::'],
  ])('that is %s is not public: %s', (_kind, address) => {
    expect(whyNotPublic(address)).not.toBeNull()
    const written = address.includes(':') ? `[${address}]` : address
    expect(whyNotCall(`https://${written}/`, false)).not.toBeNull()
  })

  test.each(['https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/'])(
    'is seen through other ways to write it: %s',
    (address) => expect(whyNotCall(address, false)).not.toBeNull(),
  )

  test.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('is not what %s is', (address) => {
    expect(whyNotPublic(address)).toBeNull()
  })
})

describe('a post to an address that a person gave', () => {
  test.each([['127.0.0.1'], ['10.0.0.5'], ['169.254.169.254'], ['fd12::1'], ['::ffff:192.168.0.1']])(
    'is refused when its name resolves to %s',
    async (address) => {
      const outbound = { allowPrivate: false, timeoutMs: 1_000, lookUp: resolves(address) }
      expect(await postOut('https://hooks.example.com/', message, outbound)).toEqual(refused)
    },
  )

  test('is refused when one of many addresses is inside', async () => {
    const outbound = { allowPrivate: false, timeoutMs: 1_000, lookUp: resolves('93.184.215.14', '10.0.0.5') }
    expect(await postOut('https://hooks.example.com/', message, outbound)).toEqual(refused)
  })

  test('is judged by the addresses that the connection takes: a name that changes in between gains nothing', async () => {
    const server = await inside(createTcpServer())
    let asked = 0
    // Public to whoever looks first, inside to whoever looks again.
    const rebinding: LookUpAll = (name, done) => {
      asked += 1
      const address = asked === 1 ? nowhere : '127.0.0.1'
      resolves(address)(name, done)
    }
    const outbound = { allowPrivate: false, timeoutMs: 300, lookUp: rebinding }
    await postOut(`https://rebind.example.com:${server.port}/`, message, outbound)
    expect(asked).toBe(1)
    expect(server.connections()).toBe(0)
  })

  test('resolves again for each post: what was public once is judged anew', async () => {
    const server = await inside(createTcpServer())
    const addresses = [nowhere, '127.0.0.1']
    const moving: LookUpAll = (name, done) => resolves(addresses.shift() ?? '127.0.0.1')(name, done)
    const outbound = { allowPrivate: false, timeoutMs: 300, lookUp: moving }
    const url = `https://moving.example.com:${server.port}/`
    await postOut(url, message, outbound)
    expect(await postOut(url, message, outbound)).toEqual(refused)
    expect(server.connections()).toBe(0)
  })

  test.each([
    ['http://hooks.example.com/', 'https://'],
    ['ftp://hooks.example.com/', 'https://'],
    ['https://me:secret@hooks.example.com/', 'password'],
    ['nonsense', 'no address'],
  ])('does not go to %s', async (address, words) => {
    const answer = await postOut(address, message, { allowPrivate: false, timeoutMs: 1_000 })
    expect(answer).toEqual({ kind: 'refused', because: expect.stringContaining(words) })
  })

  test('goes to the own network where the setting allows it', async () => {
    const server = await inside(createServer((_request, response) => response.writeHead(204).end()))
    const outbound = { allowPrivate: true, timeoutMs: 3_000 }
    const answer = await postOut(`http://localhost:${server.port}/`, message, outbound)
    expect(answer).toMatchObject({ kind: 'answered', status: 204 })
  })

  test('ends in time when nobody answers, and may have arrived', async () => {
    const server = await inside(createServer(() => {}))
    const answer = await postOut(`http://127.0.0.1:${server.port}/`, message, {
      allowPrivate: true,
      timeoutMs: 200,
    })
    expect(answer).toEqual({
      kind: 'failed',
      because: 'No answer came within 200 ms',
      mayHaveArrived: true,
    })
  })

  test('that found nobody there is known not to have arrived', async () => {
    const outbound = { allowPrivate: true, timeoutMs: 1_000 }
    expect(await postOut('http://127.0.0.1:9/', message, outbound)).toMatchObject({
      kind: 'failed',
      mayHaveArrived: false,
    })
  })
})
