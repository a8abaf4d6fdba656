import { database } from '#lib/store/database.ts'
import { aliveBeats } from '#lib/store/heartbeats.ts'

/** Whether the parts of Switchback do their job. `edge` counts those that answer. */
export async function readHealth(now: Date) {
  try {
    const db = database()
    const [guards, edges] = await Promise.all([aliveBeats(db, 'guard', now), aliveBeats(db, 'edge', now)])
    const guard = guards.length > 0 ? 'ok' : 'silent'
    const edge = edges.length > 0 ? 'ok' : 'silent'
    const status = guard === 'ok' && edge === 'ok' ? 'ok' : 'degraded'
    return { status, database: 'ok', guard, edge } as const
  } catch {
    return { status: 'down', database: 'unreachable', guard: 'unknown', edge: 'unknown' } as const
  }
}
