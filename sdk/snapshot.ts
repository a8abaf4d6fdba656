import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { anyText, isRecord, shape, text, whole } from '../lib/routing/check.ts'
import { parseTable, verifySum } from '../lib/routing/table.ts'
import type { RoutingTable } from '../lib/routing/table.ts'

/** A deny that was seen, kept until a newer table says allow. */
export interface Latch {
  readonly agent: string
  readonly capability: string
  /** Of the table that denied. */
  readonly epoch: number
  readonly rev: number
}

/** What outlives a restart. */
export interface Snapshot {
  /** Which server and token it came from, as a digest: another token may see another part of the same revision. */
  readonly source: string
  readonly table: RoutingTable | null
  readonly latched: readonly Latch[]
}

export type ReadSnapshot =
  | { readonly kind: 'read'; readonly snapshot: Snapshot; readonly warning: string | null }
  | { readonly kind: 'absent' }
  | { readonly kind: 'ignored'; readonly message: string }

const latchShape = shape({ agent: text, capability: text, epoch: whole(0), rev: whole(0) })

/**
 * Reads what `writeSnapshot` left. Latches are taken even when the table beside them is not sound: they only
 * ever forbid.
 */
export function readSnapshot(path: string): ReadSnapshot {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'absent' }
    return { kind: 'ignored', message: String(error) }
  }

  const wrong = shape({ v: whole(1, 1), source: anyText })(content, 'snapshot')
  if (wrong || !isRecord(content)) return { kind: 'ignored', message: wrong ?? 'not an object' }

  const latched = Array.isArray(content['latched']) ? content['latched'].filter(isLatch) : []
  const source = String(content['source'])
  const { table, warning } = soundTable(content['table'])
  return { kind: 'read', snapshot: { source, table, latched }, warning }
}

function isLatch(value: unknown): value is Latch {
  return latchShape(value, 'latch') === null
}

function soundTable(value: unknown): { table: RoutingTable | null; warning: string | null } {
  const parsed = parseTable(value)
  if (!parsed.ok) return { table: null, warning: parsed.error }
  if (!verifySum(parsed.table)) return { table: null, warning: 'The sum of the table does not hold' }
  return { table: parsed.table, warning: null }
}

/** Replaces the snapshot as a whole: a crash leaves the old one or the new one. */
export async function writeSnapshot(path: string, snapshot: Snapshot): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`
  await writeFile(beside, JSON.stringify({ v: 1, ...snapshot }), { mode: 0o600, flush: true })
  await rename(beside, path)
}

/** Writes the latest state, one write at a time; what changes during a write is written by the next. */
export interface SnapshotWriter {
  save(): void
  /** Resolves when everything saved so far is on disk or has failed. */
  flush(): Promise<void>
}

export function createSnapshotWriter(
  path: string,
  current: () => Snapshot,
  onFailure: (message: string) => void,
): SnapshotWriter {
  let dirty = false
  let writing: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (dirty) {
      dirty = false
      await writeSnapshot(path, current()).catch((error: unknown) => onFailure(String(error)))
    }
    writing = null
  }

  return {
    save() {
      dirty = true
      writing ??= drain()
    },
    flush: () => writing ?? Promise.resolve(),
  }
}
