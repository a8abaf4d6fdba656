import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A stretch of network in front of a server, that a test can cut or freeze. */
export interface TcpProxy {
  /** The server's address, led through here. */
  readonly url: string
  /** Ends every connection and refuses new ones, as a server that went away. */
  cut(): void
  /** Passes nothing on and answers nothing, as a network that swallows packets. Connections stay open. */
  freeze(): void
  /** As before. What was frozen is gone: those connections end. */
  mend(): void
  close(): Promise<void>
}

type Mood = 'passing' | 'cut' | 'frozen'

/** Starts a proxy in front of the server that this address names. */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl)
  const pairs = new Set<readonly [Socket, Socket]>()
  let mood: Mood = 'passing'

  const server = createServer((near) => {
    if (mood === 'cut') return void near.destroy()
    const far = connect(Number(target.port || 5432), target.hostname)
    const pair = [near, far] as const
    pairs.add(pair)
    pass(near, far)
    pass(far, near)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
  })
  function pass(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (mood === 'passing') to.write(chunk)
    })
  }
  const endAll = () => {
    for (const [near] of pairs) near.destroy()
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const led = new URL(serverUrl)
  led.hostname = '127.0.0.1'
  led.port = String(port)
  return {
    url: led.toString(),
    cut() {
      mood = 'cut'
      endAll()
    },
    freeze() {
      mood = 'frozen'
    },
    mend() {
      mood = 'passing'
      endAll()
    },
    async close() {
      endAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
