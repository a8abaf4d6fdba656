import { join } from 'node:path'
import { type Actor, mayForAll } from '#lib/domain/actor.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { newestPublished } from './publishCheckpoints.ts'
import { findRecordKey } from './recordKey.ts'

/** The newest ones say all that the older ones do: every chain is linked back to its beginning. */
const newestMax = 50

/** What a person's browser verifies with. */
export interface ReadableCheckpoints {
  /** The key, where this process has it, and the newest checkpoints, oldest first. */
  readonly lines: readonly string[]
  /** `hidden`: the reader may not see every agent, and checkpoints name them all. */
  readonly from: 'file' | 'database' | 'hidden'
}

/** The newest published checkpoints, for whoever may read the record of every agent. */
export async function readableCheckpoints(
  actor: Actor,
  db: PrismaClient = database(),
): Promise<ReadableCheckpoints> {
  if (!mayForAll(actor, 'audit.read')) return { lines: [], from: 'hidden' }
  const folder = process.env.SWITCHBACK_DATA_DIR
  const { lines, from } = await newestPublished(
    db,
    folder ? join(folder, 'checkpoints.jsonl') : null,
    newestMax,
  )
  const key = findRecordKey()
  return { lines: [...(key ? [JSON.stringify(key.published)] : []), ...lines], from }
}
