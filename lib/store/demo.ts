import type { DemoFault } from '#lib/domain/demo.ts'
import type { PrismaClient } from './generated/client.ts'
import { aliveBeats } from './heartbeats.ts'
import type { Tx } from './transaction.ts'

/** There is one demo. */
export const demoId = 'demo'

/** What is asked for of the demo. */
export interface DemoWanted {
  readonly wanted: boolean
  readonly number: number
  readonly faults: readonly DemoFault[]
  /** When somebody last asked for something. */
  readonly changedAt: Date
}

export async function readDemoWanted(db: Tx | PrismaClient): Promise<DemoWanted> {
  const row = await db.demo.findUnique({ where: { id: demoId } })
  if (!row) return { wanted: false, number: 0, faults: [], changedAt: new Date(0) }
  return { ...row, faults: row.faults as DemoFault[] }
}

/** How the demo is, as the launcher that runs it says. */
export interface DemoFacts {
  readonly status: 'off' | 'starting' | 'running' | 'failed'
  readonly because: string | null
  readonly rolloutId: string | null
}

/** Null where no launcher was heard lately: then nobody would start a demo. */
export async function readDemoFacts(db: Tx | PrismaClient, now: Date): Promise<DemoFacts | null> {
  const beats = await aliveBeats(db, 'launcher', now)
  return (beats.at(-1)?.facts as DemoFacts | undefined) ?? null
}
