import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { sortLines } from '#lib/record/published.ts'
import { checkpointLines, newestCheckpointLines } from '#lib/store/checkpoints.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import type { RecordKey } from './recordKey.ts'

const atOnce = 1_000

/**
 * Brings the file of checkpoints up to date: the key first, then each checkpoint that it lacks. Repeated it adds
 * nothing. What is in the file is never changed, whatever the database says now.
 */
export async function publishCheckpoints(db: PrismaClient, file: string, key: RecordKey): Promise<void> {
  const there = readPublished(file)
  if (there.key?.key !== key.published.key) append(file, [JSON.stringify(key.published)])
  let last = Math.max(0, ...there.checkpoints.map((each) => each.number))
  for (;;) {
    const lines = await checkpointLines(db, last, atOnce)
    if (lines.length === 0) return
    append(file, lines)
    last += lines.length
  }
}

/** What stands in the file of checkpoints; empty where there is no such file. */
export function readPublished(file: string) {
  return sortLines(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [])
}

/** The newest checkpoints as this process finds them published: in the file where it has one, else in the database. */
export async function newestPublished(
  db: PrismaClient,
  file: string | null,
  max: number,
): Promise<{ lines: readonly string[]; from: 'file' | 'database' }> {
  const there = file && existsSync(file) ? readPublished(file).checkpoints : []
  if (there.length > 0) return { lines: there.slice(-max).map((each) => JSON.stringify(each)), from: 'file' }
  return { lines: await newestCheckpointLines(db, max), from: 'database' }
}

function append(file: string, lines: readonly string[]): void {
  appendFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
}
