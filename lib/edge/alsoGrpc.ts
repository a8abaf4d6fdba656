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
      if (protocol === 'grpc') {
        // An HTTP/1 server lets its sockets stay half open; a session of HTTP/2 on one would outlive its client.
        socket.allowHalfOpen = false
        return inject(socket)
      }
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
    let seen = Buffer.alloc(0)
    function settle(protocol: Protocol | null): void {
      socket.off('readable', look).off('error', giveUp).off('timeout', giveUp).off('close', gone)
      socket.setTimeout(0)
      resolve(protocol)
    }
    function look(): void {
      const chunk = socket.read() as Buffer | null
      if (chunk === null) return
      seen = Buffer.concat([seen, chunk])
      const start = seen.toString('latin1', 0, preface.length)
      // Put back only once, at the end: bytes that were put back are readable at once, and again, and again.
      if (start !== preface && preface.startsWith(start)) return
      socket.off('readable', look)
      socket.unshift(seen)
      if (start === preface) settle('grpc')
      else settle(start.startsWith(handshake) ? 'tls' : 'http')
    }
    const gone = () => settle(null)
    socket.setTimeout(silentMaxMs)
    socket.on('readable', look).on('error', giveUp).on('timeout', giveUp).on('close', gone)
  })
}
