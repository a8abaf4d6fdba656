import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { settings } from '#lib/env.ts'
import { logFor } from '#lib/log.ts'
import { findRecordKey } from '#lib/services/audit/recordKey.ts'
import { openDatabase } from '#lib/store/database.ts'
import { wireOutside } from '#lib/wiring.ts'
import { startGuard } from './start.ts'

/** The guard as a process of its own. Any number of them can run on one database. */
const env = settings()
const log = logFor('guard')
const url = process.env.DATABASE_URL
if (!url) throw new Error('DATABASE_URL is not set: start Switchback with npm start')

const db = openDatabase(url)
const key = findRecordKey()
const guard = await startGuard({
  db,
  connectionString: url,
  ...wireOutside(env, db),
  publicUrl: env.SWITCHBACK_PUBLIC_URL,
  channel: env.SWITCHBACK_SLACK_CHANNEL ?? null,
  buttons: env.SWITCHBACK_SLACK_SIGNING_SECRET !== undefined,
  ...(key ? { record: { key, file: join(env.SWITCHBACK_DATA_DIR, 'checkpoints.jsonl') } } : {}),
  instance: `guard-${randomUUID().slice(0, 8)}`,
  log,
  onStep: (step, about) => log.debug({ step, ...about }, 'step'),
})

let stopping = false
const stop = async (why: string) => {
  if (stopping) return
  stopping = true
  log.info({ why }, 'The guard stops')
  await guard.stop()
  await db.$disconnect()
  process.exit(0)
}
process.on('SIGTERM', () => void stop('SIGTERM'))
process.on('disconnect', () => void stop('The launcher is gone'))
