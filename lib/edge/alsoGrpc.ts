import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** How long a connection may say nothing before it is known what it speaks. Milliseconds. */
const silentMaxMs = 10_000
/** What a handshake of TLS begins with. */
const handshake = '\x16'
/** What HTTP/2 with prior knowledge begins with, as far as no method of HTTP/1 does. */
const preface = 'PRI'

export interface AlsoGrpc {
  /** Ends the connections that have not said yet what they speak, and those that speak gRPC. */
  close(): void
}

/**
 * Lets gRPC come in at the port of an HTTP/1 server: whoever set the one port where the other belongs is served all the
 * same. The first bytes of a connection say which it is; they are put back before anybody else reads them.
 */
export function alsoGrpc(
  server: Server,
  { inject, tellOfTls }: { readonly inject: (socket: Socket) => void; readonly tellOfTls: () => void },
): AlsoGrpc {
  const asHttp = server.listeners('connection')
  const open = new Set<Socket>()
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    void speaks(socket).then((protocol) => {
      if (protocol === 'grpc') return inject(socket)
      open.delete(socket)
      if (protocol === 'tls') tellOfTls()
      if (protocol !== null) for (const take of asHttp) take.call(server, socket)
    })
  })
  return {
    close() {
      for (const socket of open) socket.destroy()
    },
  }
}

type Protocol = 'http' | 'grpc' | 'tls'

/** Null of a connection that ended before it said. */
async function speaks(socket: Socket): Promise<Protocol | null> {
  return await new Promise((resolve) => {
    const giveUp = () => socket.destroy()
    function settle(protocol: Protocol | null): void {
      socket.off('readable', look).off('error', giveUp).off('timeout', giveUp).off('close', gone)
      socket.setTimeout(0)
      resolve(protocol)
    }
    function look(): void {
      const chunk = socket.read() as Buffer | null
      if (chunk === null) return
      socket.unshift(chunk)
      const start = chunk.toString('latin1', 0, preface.length)
      if (start === preface) settle('grpc')
      else if (start.startsWith(handshake)) settle('tls')
      else if (!preface.startsWith(start)) settle('http')
    }
    const gone = () => settle(null)
    socket.setTimeout(silentMaxMs)
    socket.on('readable', look).on('error', giveUp).on('timeout', giveUp).on('close', gone)
  })
}
