import { coveringNames, everyTool, onUnknownOf } from '../domain/killSwitch.ts'
import { bucketOf } from './bucket.ts'
import { own } from './table.ts'
import type { AgentRoute, CapabilityRoute, CapabilityState, RoutingTable } from './table.ts'

/** Which version runs, and what it may do: pure functions of one table, so that no answer mixes two revisions. */

/** The version a conversation is on. The application keeps it with the conversation. */
export interface Pin {
  readonly version: string
  /** Milliseconds since 1970. Without it the pin has no age and holds for as long as the conversation. */
  readonly pinnedAt?: number
}

/** Who asks. */
export interface Unit {
  readonly conversationId?: string | undefined
  readonly pin?: Pin | undefined
  /** Whether the conversation is between two turns, so that it may change versions. Default true. */
  readonly turnBoundary?: boolean | undefined
}

/** What the asking instance knows of itself. */
export interface Standing {
  /** What runs when no table names a stable; null when nothing was configured. */
  readonly stableDefault: string | null
  readonly leaseExpired: boolean
  /** A deny of the capability `agent` was seen, and no newer table has said allow since. */
  readonly stopped?: boolean
  /** False while the table was only read from disk: a candidate waits for the first word of a server. */
  readonly contacted?: boolean
  /** Milliseconds since 1970; stamps new pins and gives the old ones their age. */
  readonly now?: number
  /** After so long a pinned conversation is drawn anew. Default 24 hours. */
  readonly maxPinMs?: number
}

export type DecisionReason =
  | 'AGENT_DENIED'
  | 'NO_TABLE'
  | 'NO_AGENT'
  | 'NO_STABLE'
  | 'PINNED'
  | 'PIN_REVOKED'
  | 'PIN_ABORTED'
  | 'NO_ROLLOUT'
  | 'PAUSED_NEW'
  | 'NO_UNIT'
  | 'CANDIDATE_REVOKED'
  | 'LEASE_EXPIRED'
  | 'NO_CONTACT'
  | 'SPLIT'

export interface VersionDecision {
  /** Null when no version may run: the agent is stopped, none is configured, or each is revoked. */
  readonly version: string | null
  readonly reason: DecisionReason
  /** `pinned` is a version that is neither the stable nor the candidate of this table. Null without a version. */
  readonly variant: 'stable' | 'candidate' | 'pinned' | null
  /** Null unless a bucket was drawn. */
  readonly bucket: number | null
  /** Of the table that decided; null without one. */
  readonly epoch: number | null
  readonly rev: number | null
  /** Cancel the turn that runs on the pinned version: it was revoked with `abort`, or the agent is stopped. */
  readonly abort: boolean
  /** To be kept with the conversation; absent when there is no conversation to pin. A stopped agent keeps its pins. */
  readonly pin?: Pin
}

const maxPinMsDefault = 86_400_000

/**
 * The version that this conversation runs. Order of the rules: DATA-PLANE "Evaluation". Given the same table it is
 * the same answer everywhere; raising `bp` only ever adds conversations; a revoked version takes no new ones.
 */
export function decideVersion(
  table: RoutingTable | null,
  agent: string,
  unit: Unit,
  standing: Standing,
): VersionDecision {
  const route = table ? own(table.agents, agent) : undefined
  const pin = livePin(unit, route, standing)
  const answer = answerer(table, route, { ...unit, pin }, standing)
  if (isStopped(route, standing)) return answer(null, 'AGENT_DENIED')
  if (!table) return answer(standing.stableDefault, 'NO_TABLE')

  if (!route) return pin ? answer(pin.version, 'PINNED') : answer(standing.stableDefault, 'NO_AGENT')

  const stable = stableOf(route, standing)
  if (pin) {
    const mode = own(route.revoked, pin.version)?.mode
    if (mode === 'abort') return answer(stable, 'PIN_ABORTED')
    if (mode === 'next_turn' && unit.turnBoundary !== false) return answer(stable, 'PIN_REVOKED')
    return answer(pin.version, 'PINNED')
  }

  const drawn = draw(route, unit, standing)
  if (drawn.reason !== 'SPLIT') {
    return answer(stable, route.stable !== null && route.stable === stable ? drawn.reason : 'NO_STABLE')
  }
  return answer(drawn.wins ? drawn.candidate : stable, 'SPLIT', drawn.bucket)
}

/** A stop holds against everything but a newer table that says allow: an outage, a restart, a key that is gone. */
function isStopped(route: AgentRoute | undefined, { stopped, leaseExpired }: Standing): boolean {
  const held = own(route?.capabilities, 'agent')
  if (stopped || held?.state === 'deny') return true
  return held?.strict === true && leaseExpired && held.onUnknown === 'deny'
}

/** The table's stable, else the configured one; never a revoked one. */
function stableOf(route: AgentRoute, standing: Standing): string | null {
  const may = (version: string | null): version is string => version !== null && !own(route.revoked, version)
  if (may(route.stable)) return route.stable
  return may(standing.stableDefault) ? standing.stableDefault : null
}

/** The pin, unless it has outlived its age. Neither a pin to the stable nor a turn that runs ends by age. */
function livePin(
  { pin, turnBoundary }: Unit,
  route: AgentRoute | undefined,
  standing: Standing,
): Pin | undefined {
  const { now, maxPinMs = maxPinMsDefault } = standing
  if (pin?.pinnedAt === undefined || now === undefined) return pin
  if (turnBoundary === false || pin.version === route?.stable) return pin
  return now - pin.pinnedAt > maxPinMs ? undefined : pin
}

type Drawn =
  | {
      readonly reason:
        | 'NO_ROLLOUT'
        | 'PAUSED_NEW'
        | 'NO_UNIT'
        | 'CANDIDATE_REVOKED'
        | 'LEASE_EXPIRED'
        | 'NO_CONTACT'
    }
  | { readonly reason: 'SPLIT'; readonly candidate: string; readonly bucket: number; readonly wins: boolean }

function draw(route: AgentRoute, unit: Unit, standing: Standing): Drawn {
  const { rollout } = route
  if (!rollout) return { reason: 'NO_ROLLOUT' }
  if (rollout.state !== 'ramping') return { reason: 'PAUSED_NEW' }
  if (!unit.conversationId) return { reason: 'NO_UNIT' }
  if (own(route.revoked, rollout.candidate)) return { reason: 'CANDIDATE_REVOKED' }
  if (standing.leaseExpired) return { reason: 'LEASE_EXPIRED' }
  if (standing.contacted === false) return { reason: 'NO_CONTACT' }

  const bucket = bucketOf(unit.conversationId, rollout.salt)
  return { reason: 'SPLIT', candidate: rollout.candidate, bucket, wins: bucket < rollout.bp }
}

function answerer(table: RoutingTable | null, route: AgentRoute | undefined, unit: Unit, { now }: Standing) {
  const pinOf = (version: string): Pin => {
    if (unit.pin?.version === version) return unit.pin
    return now === undefined ? { version } : { version, pinnedAt: now }
  }

  const pinned = (version: string | null, reason: DecisionReason): { pin?: Pin } => {
    if (reason === 'AGENT_DENIED') return unit.pin ? { pin: unit.pin } : {}
    return version !== null && (unit.conversationId || unit.pin) ? { pin: pinOf(version) } : {}
  }

  return (version: string | null, reason: DecisionReason, bucket: number | null = null): VersionDecision => ({
    version,
    reason,
    variant: version === null ? null : variantOf(version, route, reason),
    bucket,
    epoch: table?.epoch ?? null,
    rev: table?.rev ?? null,
    abort: reason === 'PIN_ABORTED' || (reason === 'AGENT_DENIED' && unit.pin !== undefined),
    ...pinned(version, reason),
  })
}

function variantOf(version: string, route: AgentRoute | undefined, reason: DecisionReason) {
  if (version === route?.stable) return 'stable'
  if (version === route?.rollout?.candidate) return 'candidate'
  return reason === 'PINNED' ? 'pinned' : 'stable'
}

export interface CapabilityStanding {
  /** What holds when the table does not know the capability. */
  readonly onUnknown: CapabilityState
  /** Whether a deny of this name was seen, and no newer table has said allow since. */
  readonly isLatched: (name: string) => boolean
  readonly leaseExpired?: boolean
}

export interface CapabilityDecision {
  readonly allowed: boolean
  readonly reason: 'STATE' | 'LATCHED' | 'UNKNOWN' | 'LEASE_EXPIRED'
  /** Which switch decided, as in `agent` for a stopped agent's writes; null when none knows the capability. */
  readonly by: string | null
  /** The `rev` that set the state; null when the table does not know the capability. */
  readonly since: number | null
  readonly epoch: number | null
  readonly rev: number | null
}

/**
 * Whether an agent may do this now. It may not when the capability or one that covers it is denied: a stopped agent does
 * nothing, and `tool:*` is every tool. A deny holds against everything but a newer table that says allow.
 */
export function decideCapability(
  table: RoutingTable | null,
  agent: string,
  name: string,
  { onUnknown, isLatched, leaseExpired = false }: CapabilityStanding,
): CapabilityDecision {
  const listed = table ? own(table.agents, agent)?.capabilities : undefined
  const answer = (
    state: CapabilityState,
    reason: CapabilityDecision['reason'],
    by: string | null,
  ): CapabilityDecision => ({
    allowed: state === 'allow',
    reason,
    by,
    since: (by === null ? null : own(listed, by)?.since) ?? null,
    epoch: table?.epoch ?? null,
    rev: table?.rev ?? null,
  })

  const covering = coveringNames(name)
  const denied = covering.find((each) => own(listed, each)?.state === 'deny')
  if (denied !== undefined) return answer('deny', 'STATE', denied)
  const latched = covering.find(isLatched)
  if (latched !== undefined) return answer('deny', 'LATCHED', latched)
  const found = knownCapability(listed, name)
  if (!found) return answer(onUnknown, 'UNKNOWN', null)
  if (found.route.strict && leaseExpired) return answer(found.route.onUnknown, 'LEASE_EXPIRED', found.name)
  return answer('allow', 'STATE', found.name)
}

/** What holds for a capability that no table knows, unless its caller says: denied where it cannot be undone. */
export function unknownState(name: string, irreversible = true): CapabilityState {
  return irreversible ? onUnknownOf(name) : 'allow'
}

/** What a table says of a capability: by its own name, or for a tool that no switch names by that of every tool. */
export function knownCapability(
  listed: AgentRoute['capabilities'],
  name: string,
): { readonly name: string; readonly route: CapabilityRoute } | null {
  for (const each of name.startsWith('tool:') ? [name, everyTool] : [name]) {
    const route = own(listed, each)
    if (route) return { name: each, route }
  }
  return null
}
