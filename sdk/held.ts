import { compareRevision, formatRevision, own, parseTable, verifySum } from '../lib/routing/table.ts'
import type { Revision, RoutingTable } from '../lib/routing/table.ts'
import type { Refusal } from './events.ts'
import type { Latch, Snapshot } from './snapshot.ts'

/** What came of a table that was offered. `same` is the one that is held: it confirms, and changes nothing. */
export type Offered =
  | { readonly kind: 'applied'; readonly table: RoutingTable; readonly before: Revision | null }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly message: string }

/** The table in force and the denies that are latched: the one place that decides whether a table replaces it. */
export interface Held {
  table(): RoutingTable | null
  isLatched(agent: string, capability: string): boolean
  /** True until a server has confirmed or replaced the table that was read from disk under another token. */
  isForeign(): boolean
  offer(value: unknown): Offered
  snapshot(): Snapshot
}

// An agent's name holds no slash.
const latchKey = (agent: string, capability: string) => `${agent}/${capability}`

/** Starts from what was on disk, if anything was. `source` is the digest of the present server and token. */
export function createHeld(source: string, restored: Snapshot | null): Held {
  let held = restored?.table ?? null
  let foreign = restored !== null && restored.source !== source
  let latches: ReadonlyMap<string, Latch> = new Map(
    restored?.latched.map((latch) => [latchKey(latch.agent, latch.capability), latch]),
  )
  // A deny counts as seen also when only the table beside the latches tells of it.
  if (held) latches = latchesAfter(latches, held)

  return {
    table: () => held,
    isLatched: (agent, capability) => latches.has(latchKey(agent, capability)),
    isForeign: () => foreign && held !== null,
    offer(value) {
      const weighed = weigh(value, held, foreign)
      if (weighed.kind === 'refused') return weighed
      foreign = false
      if (weighed.kind === 'applied') {
        latches = latchesAfter(latches, weighed.table)
        held = weighed.table
      }
      return weighed
    },
    snapshot: () => ({ source, table: held, latched: [...latches.values()] }),
  }
}

/** Whether a table may replace the one that is held: sound, of the same environment, and strictly newer. */
function weigh(value: unknown, held: RoutingTable | null, foreign: boolean): Offered {
  const refuse = (reason: Refusal, message: string): Offered => ({ kind: 'refused', reason, message })

  const parsed = parseTable(value)
  if (!parsed.ok) return refuse('schema', parsed.error)
  const { table } = parsed
  if (!verifySum(table)) return refuse('sum', `The sum of ${formatRevision(table)} does not hold`)
  if (!held) return { kind: 'applied', table, before: null }
  if (table.env !== held.env) return refuse('environment', `Holds ${held.env}, was offered ${table.env}`)

  const order = compareRevision(table, held)
  const applied: Offered = { kind: 'applied', table, before: { epoch: held.epoch, rev: held.rev } }
  if (order > 0) return applied
  if (order < 0) {
    return refuse('older', `Holds ${formatRevision(held)}, was offered ${formatRevision(table)}`)
  }
  if (table.sum === held.sum) return { kind: 'same' }
  // Another token may see another part of the same revision.
  return foreign ? applied : refuse('conflict', `Two different tables are called ${formatRevision(table)}`)
}

/** A deny latches; only a newer table that says allow lifts it. A table that says nothing changes nothing. */
function latchesAfter(latches: ReadonlyMap<string, Latch>, table: RoutingTable): ReadonlyMap<string, Latch> {
  const after = new Map(latches)
  for (const [agent, route] of Object.entries(table.agents)) {
    for (const name of Object.keys(route.capabilities ?? {})) {
      const state = own(route.capabilities, name)?.state
      const key = latchKey(agent, name)
      if (state === 'deny') after.set(key, { agent, capability: name, epoch: table.epoch, rev: table.rev })
      const latch = after.get(key)
      if (state === 'allow' && latch && compareRevision(table, latch) > 0) after.delete(key)
    }
  }
  return after
}
