import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { demoFaults, isDemoFault } from '#lib/domain/demo.ts'
import type { Fleet } from './fleet.ts'
import type { RolloutNow } from './rolloutNow.ts'

/** The demo over HTTP, on the loopback interface. */
export interface Control {
  readonly port: number
  stop(): void
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

const known = 'POST /faults/NAME {"on": true}, POST /faults/none, DELETE /faults or GET /state'

/** Switches faults and tells the state. Port 0 is any free one. */
export async function startControl(
  fleet: Fleet,
  rolloutNow: () => Promise<RolloutNow | null>,
  port: number,
): Promise<Control> {
  const state = async () => ({ status: 200, body: stateOf(fleet, await rolloutNow().catch(() => null)) })

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname } = new URL(request.url ?? '/', 'http://demo')
    const name = /^\/faults\/(\w+)$/.exec(pathname)?.[1]
    if (request.method === 'GET' && pathname === '/state') return await state()
    const clears = request.method === 'POST' ? name === 'none' : pathname === '/faults'
    if (clears && (request.method === 'POST' || request.method === 'DELETE')) {
      fleet.clearFaults()
      return await state()
    }
    if (request.method !== 'POST' || name === undefined) return { status: 404, body: { detail: known } }
    if (!isDemoFault(name)) return problem(`${name} is no fault; known are ${demoFaults.join(', ')}, none`)
    const on = onOf(await json(request).catch(() => null))
    if (on === null) return problem('The body has to be {"on": true} or {"on": false}')
    fleet.fault(name, on)
    return await state()
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`),
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** What `GET /state` answers. */
function stateOf(fleet: Fleet, rollout: RolloutNow | null) {
  const { served, servedLately, ...rest } = fleet.state()
  const versions = Object.fromEntries(
    Object.entries(served).map(([version, turns]) => [
      version,
      { served: turns, servedLately: servedLately[version] ?? 0 },
    ]),
  )
  return { rollout, versions, ...rest }
}

function onOf(body: unknown): boolean | null {
  const on = typeof body === 'object' && body !== null && 'on' in body ? body.on : null
  return typeof on === 'boolean' ? on : null
}

const problem = (detail: string): Answer => ({ status: 400, body: { detail } })
