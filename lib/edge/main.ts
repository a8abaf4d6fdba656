import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { settings } from '#lib/env.ts'
import { logFor } from '#lib/log.ts'
import { wireOutside } from '#lib/wiring.ts'
import { openEdgeDatabase, startEdge } from './start.ts'

/** The edge as a process of its own: started by the launcher, or beside others on any machine that reaches the database. */
const env = settings()
const log = logFor('edge')
const url = process.env.DATABASE_URL
if (!url) throw new Error('DATABASE_URL is not set: start Switchback with npm start')

const db = openEdgeDatabase(url)
const edge = await startEdge({
  db,
  connectionString: url,
  folder: join(env.SWITCHBACK_DATA_DIR, 'edge'),
  host: env.SWITCHBACK_HOST,
  port: env.SWITCHBACK_EDGE_PORT,
  ...(env.SWITCHBACK_EDGE_GRPC_PORT === 'none' ? {} : { grpcPort: env.SWITCHBACK_EDGE_GRPC_PORT }),
  env: env.SWITCHBACK_ENV,
  instance: `edge-${randomUUID().slice(0, 8)}`,
  messaging: {
    messenger: wireOutside(env, db).messenger,
    publicUrl: env.SWITCHBACK_PUBLIC_URL,
    channel: env.SWITCHBACK_SLACK_CHANNEL ?? null,
  },
  log,
})

let stopping = false
const stop = async (why: string) => {
  if (stopping) return
  stopping = true
  log.info({ why }, 'The edge stops')
  await edge.stop()
  process.exit(0)
}
process.on('SIGTERM', () => void stop('SIGTERM'))
process.on('disconnect', () => void stop('The launcher is gone'))
