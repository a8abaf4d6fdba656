import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { type FaultName, faultNames } from './faults.ts'
import type { Fleet } from './fleet.ts'

/** Switches faults over HTTP: `POST /faults/errors {"on": true}`, `DELETE /faults`, `GET /state`. Loopback only. */
export async function startControl(fleet: Fleet, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
    const { pathname } = new URL(request.url ?? '/', 'http://demo')
    const name = /^\/faults\/(\w+)$/.exec(pathname)?.[1]
    if (request.method === 'GET' && pathname === '/state') return send(200, fleet.state())
    if (request.method === 'DELETE' && pathname === '/faults') {
      fleet.clearFaults()
      return send(200, fleet.state())
    }
    if (request.method !== 'POST' || name === undefined)
      return send(404, { detail: 'POST /faults/NAME, DELETE /faults or GET /state' })
    if (!isFault(name))
      return send(400, { detail: `${name} is no fault; known are ${faultNames.join(', ')}` })
    json(request)
      .then((body) => {
        fleet.fault(name, (body as { on?: unknown }).on !== false)
        send(200, fleet.state())
      })
      .catch(() => send(400, { detail: 'The body has to be JSON: {"on": true}' }))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function isFault(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name)
}
