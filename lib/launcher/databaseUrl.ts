import { settings } from '#lib/env.ts'
import { findRunning } from './dataFolder.ts'

/** The database of the installation that the settings speak of: yours, or the embedded one while it runs. */
export function findDatabaseUrl(): { ok: true; url: string } | { ok: false; because: string } {
  const { DATABASE_URL: url, SWITCHBACK_DATA_DIR: folder } = settings()
  if (url) return { ok: true, url }
  const running = findRunning(folder)
  if (running?.databaseUrl) return { ok: true, url: running.databaseUrl }
  return { ok: false, because: 'Switchback does not run here; start it with npm start, or set DATABASE_URL' }
}
