import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { openEdgeDatabase, startEdge } from '#lib/edge/start.ts'

/**
 * A process of its own for `bench:evidence`: a whole edge; or, without a database, a bare server that reads bodies and
 * discards them. Tells its port, and what it has used whenever it is asked.
 */

/** What the process has used since it started. */
export interface Usage {
  readonly cpuMs: number
  readonly rssMb: number
}

const [databaseUrl, folder = ''] = process.argv.slice(2)
const port = databaseUrl ? await edgePort(databaseUrl) : await barePort()
process.on('message', () => process.send?.(usage()))
process.on('disconnect', () => process.exit(0))
process.send?.({ port })

async function edgePort(url: string): Promise<number> {
  const edge = await startEdge({
    db: openEdgeDatabase(url),
    connectionString: url,
    folder,
    host: '127.0.0.1',
    port: 0,
    env: 'bench',
    instance: 'edge-1',
    log: pino({ level: 'warn' }, pino.destination(2)),
  })
  return edge.port
}

async function barePort(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 1e6 }
}
