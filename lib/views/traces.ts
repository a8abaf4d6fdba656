import 'server-only'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { readTraceUrl } from '#lib/store/settings.ts'

/** Where links to traces lead. */
export interface TracesView {
  /** Null: there are no links. */
  readonly template: string | null
}

export async function readTraces(db: PrismaClient = database()): Promise<TracesView> {
  return { template: await readTraceUrl(db) }
}
