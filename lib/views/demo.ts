import 'server-only'
import type { DemoFault } from '#lib/domain/demo.ts'
import { type DemoFacts, readDemoFacts, readDemoWanted } from '#lib/store/demo.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** The demo that somebody wants, and how it is. */
export interface DemoView {
  /** `away`: whoever would run it was not heard lately. */
  readonly status: 'starting' | 'running' | 'failed' | 'away'
  readonly because: string | null
  readonly rolloutId: string | null
  readonly faults: readonly DemoFault[]
}

/** Null while nobody wants one. */
export async function readDemo(db: PrismaClient, now: Date): Promise<DemoView | null> {
  const [{ wanted, faults }, facts] = await Promise.all([readDemoWanted(db), readDemoFacts(db, now)])
  if (!wanted) return null
  return { ...standing(facts), faults }
}

function standing(facts: DemoFacts | null): Omit<DemoView, 'faults'> {
  if (!facts) return { status: 'away', because: null, rolloutId: null }
  const { status, because, rolloutId } = facts
  return { status: status === 'off' ? 'starting' : status, because, rolloutId }
}
