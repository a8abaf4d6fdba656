import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { SessionMode } from '../domain/policy.ts'
import { anyText, oneOf, optional, orNull, recordOf, shape, text, whole } from './check.ts'

/** The routing table: one immutable snapshot of everything an agent is told, ordered by (epoch, rev). */

/** Where a table stands in the order. Only a strictly greater one may replace what is held. */
export interface Revision {
  readonly epoch: number
  readonly rev: number
}

/** `ramping` draws conversations to the candidate, also while a rollout holds its weight; `paused_new` draws none. */
export const rolloutStates = ['ramping', 'paused_new'] as const
export type RolloutState = (typeof rolloutStates)[number]

export interface RolloutRoute {
  readonly id: string
  readonly candidate: string
  /** Share of the candidate in basis points, 0 to 10 000. */
  readonly bp: number
  /** One per rollout, so that each release draws a cohort of its own. */
  readonly salt: string
  readonly unit: 'conversationId'
  readonly state: RolloutState
}

/** A version that gets no new conversation, and what becomes of those that are on it. */
export interface Revocation {
  readonly mode: SessionMode
  readonly reason: string
  /** The `rev` that revoked it. */
  readonly since: number
}

export const capabilityStates = ['allow', 'deny'] as const
export type CapabilityState = (typeof capabilityStates)[number]

export interface CapabilityRoute {
  readonly state: CapabilityState
  /** What holds for an instance that cannot know the state any more. */
  readonly onUnknown: CapabilityState
  /** The `rev` that set this state. */
  readonly since: number
  /** Falls to `onUnknown` when the lease ends. */
  readonly strict?: boolean
}

export interface AgentRoute {
  /** Null while the agent has no stable that may run. */
  readonly stable: string | null
  readonly rollout?: RolloutRoute
  /** By version. */
  readonly revoked?: Readonly<Record<string, Revocation>>
  /** By name, as in `writes` or `tool:refund`. */
  readonly capabilities?: Readonly<Record<string, CapabilityRoute>>
}

export interface RoutingTable extends Revision {
  readonly v: 1
  readonly env: string
  /** ISO 8601. Not part of the sum: two edges that build one revision must seal it alike. */
  readonly issuedAt: string
  /** 0 is off. */
  readonly leaseMs: number
  readonly agents: Readonly<Record<string, AgentRoute>>
  /** `sha256:` and the hex digest of the canonical JSON of all but `sum`, `sig` and `issuedAt`. */
  readonly sum: string
  readonly sig?: string
}

/** A table before it is sealed. */
export type UnsealedTable = Omit<RoutingTable, 'sum' | 'sig'>

const modes = ['finish', 'next_turn', 'abort'] as const satisfies readonly SessionMode[]

const rolloutShape = shape({
  id: text,
  candidate: text,
  bp: whole(0, 10_000),
  salt: text,
  unit: oneOf('conversationId'),
  state: oneOf(...rolloutStates),
})

const agentShape = shape({
  stable: orNull(text),
  rollout: optional(rolloutShape),
  revoked: optional(recordOf(shape({ mode: oneOf(...modes), reason: anyText, since: whole(0) }))),
  capabilities: optional(
    recordOf(
      shape({
        state: oneOf(...capabilityStates),
        onUnknown: oneOf(...capabilityStates),
        since: whole(0),
        strict: optional(oneOf(true, false)),
      }),
    ),
  ),
})

const tableShape = shape({
  v: oneOf(1),
  env: text,
  epoch: whole(0),
  rev: whole(0),
  issuedAt: text,
  leaseMs: whole(0),
  agents: recordOf(agentShape),
  sum: text,
  sig: optional(text),
})

export type ParsedTable =
  | { readonly ok: true; readonly table: RoutingTable }
  | { readonly ok: false; readonly error: string }

/**
 * Reads a table from JSON that somebody sent. The value itself is returned, with the fields that this version
 * does not know, so that its sum still holds. The error names the path, what was expected and what was there.
 * The sum is checked by `verifySum`.
 */
export function parseTable(value: unknown): ParsedTable {
  const error = tableShape(value, '')
  return error ? { ok: false, error } : { ok: true, table: value as RoutingTable }
}

function sumOf(table: UnsealedTable): string {
  const { issuedAt: _, ...rest } = { ...table, sum: undefined, sig: undefined }
  return `sha256:${createHash('sha256')
    .update(canonicalize(rest) ?? '')
    .digest('hex')}`
}

/** The table with its sum. A signature that it carried is dropped: it was over other bytes. */
export function sealTable(table: UnsealedTable): RoutingTable {
  const { sig: _, ...unsigned }: UnsealedTable & { readonly sig?: string } = table
  return { ...unsigned, sum: sumOf(unsigned) }
}

/** Whether the table is the one that was sealed. False also when it has no canonical form. */
export function verifySum(table: RoutingTable): boolean {
  try {
    return sumOf(table) === table.sum
  } catch {
    return false
  }
}

/** Negative when `a` is older than `b`, 0 when they are the same revision, positive when it is newer. */
export function compareRevision(a: Revision, b: Revision): number {
  return a.epoch - b.epoch || a.rev - b.rev
}

/** `1764000000000.4711`: how a revision is written in event ids and, quoted, in ETags. */
export function formatRevision({ epoch, rev }: Revision): string {
  return `${epoch}.${rev}`
}

/** Reads what `formatRevision` wrote, quoted or not; null when it is anything else. */
export function parseRevision(written: string): Revision | null {
  const [, epoch, rev] = /^(?:W\/)?"?(\d{1,16})\.(\d{1,16})"?$/.exec(written.trim()) ?? []
  if (epoch === undefined || rev === undefined) return null
  const revision = { epoch: Number(epoch), rev: Number(rev) }
  return Number.isSafeInteger(revision.epoch) && Number.isSafeInteger(revision.rev) ? revision : null
}

/** The part of a table that a token may see, sealed again. An agent that the table lacks is left out. */
export function tableFor(table: RoutingTable, agents: '*' | readonly string[]): RoutingTable {
  if (agents === '*') return table
  const seen = Object.entries(table.agents).filter(([agent]) => agents.includes(agent))
  return sealTable({ ...table, agents: Object.fromEntries(seen) })
}

/** A value of a record by a key that came from outside: `constructor` is absent unless it was put there. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}
