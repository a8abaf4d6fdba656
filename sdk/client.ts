import { createHash, randomUUID } from 'node:crypto'
import { decideCapability, decideVersion, unknownState } from '../lib/routing/decide.ts'
import type { CapabilityDecision, Unit, VersionDecision } from '../lib/routing/decide.ts'
import { isRecord } from '../lib/routing/check.ts'
import type { Nack } from '../lib/routing/report.ts'
import type { CapabilityState, RoutingTable } from '../lib/routing/table.ts'
import { createContact } from './contact.ts'
import type { Contact } from './contact.ts'
import { createEmitter, tell } from './events.ts'
import type { Listener, Via } from './events.ts'
import { createHeld } from './held.ts'
import type { Held } from './held.ts'
import { createReporter } from './reports.ts'
import type { Reporter } from './reports.ts'
import { createSnapshotWriter, readSnapshot } from './snapshot.ts'
import type { Snapshot, SnapshotWriter } from './snapshot.ts'
import { timingsDefault } from './timings.ts'
import type { Random, Timings } from './timings.ts'
import { startTransport } from './transport.ts'
import type { Fetch } from './wire.ts'

/** Written into the `user-agent` of every request. */
const sdkVersion = '0.1.0'

export interface SwitchbackOptions {
  /** The edge, as in `http://127.0.0.1:4318`. */
  readonly url: string
  /** A token with the scope `evaluate`. */
  readonly token: string
  /** The agents that this process runs, each with the version that runs while nothing is known. */
  readonly agents: Readonly<Record<string, { readonly stable: string }>>
  /** A file of this process's own, in which the table and the latched denies outlive a restart. */
  readonly persistPath?: string
  /** Who this process is, to the panel. Default a random one. */
  readonly instanceId?: string
  readonly fetch?: Fetch
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly random?: Random
  readonly timings?: Partial<Timings>
  /** Told also of what happens while the client is being created. */
  readonly onEvent?: Listener
  /** Called after each table that was taken from a server, in order, before anything is decided on it. */
  readonly onApplied?: (applied: Applied) => void
  /** Whether this instance may no longer trust its table, beside the lease of the server; asked at every decision. */
  readonly leaseExpired?: () => boolean
  /** Turns that run at this moment, by version: told to the panel with each report. */
  readonly inflight?: () => Readonly<Record<string, number>>
}

export interface Applied {
  readonly table: RoutingTable
  readonly via: Via
  /** Milliseconds since 1970. */
  readonly appliedAt: number
}

export interface AllowOptions {
  /** False for what only reads. Default true. */
  readonly irreversible?: boolean
  /** What holds when the table does not know the capability. Default deny; allow when not irreversible. */
  readonly onUnknown?: CapabilityState
}

export interface Switchback {
  readonly instanceId: string
  /** True once a server has confirmed the table; false after `timeoutMs`, or when the client is closed. */
  ready(timeoutMs: number): Promise<boolean>
  /** Which version runs. Synchronous, without I/O. Keep the `pin` of the answer with the conversation. */
  decide(agent: string, unit: Unit): VersionDecision
  /** Whether the agent may do this now. Ask before each side effect. */
  allow(agent: string, capability: string, options?: AllowOptions): boolean
  /** The same as `allow`, with its reason. */
  decideCapability(agent: string, capability: string, options?: AllowOptions): CapabilityDecision
  /** The table in force; null while there is none. */
  table(): RoutingTable | null
  /** Whether the table was confirmed within `staleAfterMs`. */
  isFresh(): boolean
  /** Returns what takes the listener off again. */
  on(listener: Listener): () => void
  /** Ends the connection; what was applied is on disk when it resolves. Decisions go on from the last table. */
  close(): Promise<void>
}

/**
 * A client that holds the routing table of one environment and decides from it. It decides from the first moment:
 * on the stables of the options, or on the table of the last run, which draws a candidate only once a server has
 * confirmed it. A table is replaced only by a sound one that is strictly newer.
 */
export function createSwitchback(options: SwitchbackOptions): Switchback {
  const { now = Date.now, instanceId = randomUUID() } = options
  const timings = { ...timingsDefault, ...options.timings }
  const url = new URL(options.url).href.replace(/\/+$/, '')

  const { emit, on } = createEmitter()
  if (options.onEvent) on(options.onEvent)

  const held = createHeld(sourceOf(url, options.token), restore(options.persistPath, emit))
  const contact = createContact(timings.staleAfterMs, emit)
  const writer = writerOf(options.persistPath, held, emit)
  let appliedAt: number | null = null
  let reporter: Reporter | null = null
  const leaseExpired = () => (reporter?.leaseExpired() ?? false) || (options.leaseExpired?.() ?? false)
  const offer = createReceiver({
    held,
    contact,
    writer,
    emit,
    now,
    onApplied(applied) {
      appliedAt = applied.appliedAt
      if (options.onApplied) tell(options.onApplied, applied)
    },
    onChange: (nack) => reporter?.changed(nack),
  })
  const transport = startTransport({
    url,
    headers: headersOf(options.token, instanceId),
    fetch: options.fetch ?? globalThis.fetch,
    now,
    random: options.random ?? Math.random,
    timings,
    emit,
    held: () => (held.isForeign() ? null : held.table()),
    offer,
    confirm: contact.confirm,
  })

  reporter = createReporter({
    url,
    headers: headersOf(options.token, instanceId),
    fetch: options.fetch ?? globalThis.fetch,
    timings,
    random: options.random ?? Math.random,
    instanceId,
    sdkVersion,
    agents: Object.keys(options.agents),
    table: held.table,
    appliedAt: () => appliedAt,
    isStreaming: transport.isStreaming,
    inflight: options.inflight ?? (() => ({})),
    offer: (value) => offer(value, 'fetch'),
  })

  const decideAllowed = (agent: string, capability: string, asked: AllowOptions = {}) =>
    decideCapability(held.table(), agent, capability, {
      onUnknown: asked.onUnknown ?? unknownState(capability, asked.irreversible),
      isLatched: (name) => held.isLatched(agent, name),
      leaseExpired: leaseExpired(),
    })

  return {
    instanceId,
    ready: contact.ready,
    decide: (agent, unit) =>
      decideVersion(held.table(), agent, unit, {
        stableDefault: stableDefaultOf(options, agent),
        leaseExpired: leaseExpired(),
        stopped: held.isLatched(agent, 'agent'),
        contacted: contact.wasMade(),
        now: now(),
      }),
    allow: (agent, capability, asked) => decideAllowed(agent, capability, asked).allowed,
    decideCapability: decideAllowed,
    table: held.table,
    isFresh: contact.isFresh,
    on,
    async close() {
      contact.end()
      await Promise.all([transport.stop(), reporter?.close()])
      await writer?.flush()
    },
  }
}

interface Receiver {
  readonly held: Held
  readonly contact: Contact
  readonly writer: SnapshotWriter | null
  readonly emit: Listener
  readonly now: () => number
  readonly onApplied: (applied: Applied) => void
  /** Another table is in force, or one was refused. */
  readonly onChange: (nack: Nack | null) => void
}

/** Takes in a table that a server sent, or says why not. */
function createReceiver({ held, contact, writer, emit, now, onApplied, onChange }: Receiver) {
  return (value: unknown, via: Via): void => {
    const offered = held.offer(value)
    switch (offered.kind) {
      case 'applied': {
        const { table, before } = offered
        writer?.save()
        onApplied({ table, via, appliedAt: now() })
        onChange(null)
        emit({ type: 'applied', via, revision: revisionOf(table), before })
        return contact.confirm()
      }
      case 'same':
        return contact.confirm()
      case 'refused': {
        const { reason, message } = offered
        const kept = held.table()
        if (reason !== 'older') onChange({ ...placeOf(value), error: `${reason}: ${message}` })
        return emit({ type: 'refused', via, reason, message, kept: kept && revisionOf(kept) })
      }
      default:
        offered satisfies never
    }
  }
}

/** What a table that was refused calls itself, as far as that can be read. */
function placeOf(value: unknown): { readonly epoch: number | null; readonly rev: number | null } {
  const { epoch, rev } = isRecord(value) ? value : {}
  const whole = (each: unknown) => (Number.isSafeInteger(each) && Number(each) >= 0 ? Number(each) : null)
  return { epoch: whole(epoch), rev: whole(rev) }
}

const revisionOf = ({ epoch, rev }: RoutingTable) => ({ epoch, rev })

function stableDefaultOf({ agents }: SwitchbackOptions, agent: string): string | null {
  return Object.hasOwn(agents, agent) ? (agents[agent]?.stable ?? null) : null
}

/** Names the server and the token without telling either. */
function sourceOf(url: string, token: string): string {
  return createHash('sha256').update(`${url}\n${token}`).digest('hex').slice(0, 16)
}

function headersOf(token: string, instanceId: string) {
  return {
    authorization: `Bearer ${token}`,
    'user-agent': `switchback-sdk/${sdkVersion}`,
    'switchback-instance': instanceId,
  }
}

function writerOf(path: string | undefined, held: Held, emit: Listener): SnapshotWriter | null {
  if (!path) return null
  return createSnapshotWriter(path, held.snapshot, (message) => emit({ type: 'persist_failed', message }))
}

function restore(path: string | undefined, emit: Listener): Snapshot | null {
  if (!path) return null
  const found = readSnapshot(path)
  if (found.kind === 'absent') return null

  const message = found.kind === 'ignored' ? found.message : found.warning
  if (message) emit({ type: 'snapshot_ignored', message })
  if (found.kind === 'ignored') return null

  const { table } = found.snapshot
  if (table) emit({ type: 'applied', via: 'disk', revision: revisionOf(table), before: null })
  return found.snapshot
}
