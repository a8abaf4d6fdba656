import { bucketOf } from './bucket.ts'
import { own } from './table.ts'
import type { AgentRoute, CapabilityState, RoutingTable } from './table.ts'

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
  /** False while the table was only read from disk: a candidate waits for the first word of a server. */
  readonly contacted?: boolean
  /** Milliseconds since 1970; stamps new pins and gives the old ones their age. */
  readonly now?: number
  /** After so long a pinned conversation is drawn anew. Default 24 hours. */
  readonly maxPinMs?: number
}

export type DecisionReason =
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
  /** Null when no version may run: none is configured, or each is revoked. */
  readonly version: string | null
  readonly reason: DecisionReason
  /** `pinned` is a version that is neither the stable nor the candidate of this table. Null without a version. */
  readonly variant: 'stable' | 'candidate' | 'pinned' | null
  /** Null unless a bucket was drawn. */
  readonly bucket: number | null
  /** Of the table that decided; null without one. */
  readonly epoch: number | null
  readonly rev: number | null
  /** Cancel the turn that runs on the pinned version: it was revoked with `abort`. */
  readonly abort: boolean
  /** To be kept with the conversation; absent when there is no conversation to pin. */
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

  return (version: string | null, reason: DecisionReason, bucket: number | null = null): VersionDecision => ({
    version,
    reason,
    variant: version === null ? null : variantOf(version, route, reason),
    bucket,
    epoch: table?.epoch ?? null,
    rev: table?.rev ?? null,
    abort: reason === 'PIN_ABORTED',
    ...(version !== null && (unit.conversationId || unit.pin) ? { pin: pinOf(version) } : {}),
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
  /** A deny was seen, and no newer table has said allow since. */
  readonly latched: boolean
  readonly leaseExpired?: boolean
}

export interface CapabilityDecision {
  readonly allowed: boolean
  readonly reason: 'STATE' | 'LATCHED' | 'UNKNOWN' | 'LEASE_EXPIRED'
  /** The `rev` that set the state; null when the table does not know the capability. */
  readonly since: number | null
  readonly epoch: number | null
  readonly rev: number | null
}

/** Whether an agent may do this now. A deny holds against everything but a newer table that says allow. */
export function decideCapability(
  table: RoutingTable | null,
  agent: string,
  name: string,
  { onUnknown, latched, leaseExpired = false }: CapabilityStanding,
): CapabilityDecision {
  const held = own(table ? own(table.agents, agent)?.capabilities : undefined, name)
  const answer = (state: CapabilityState, reason: CapabilityDecision['reason']): CapabilityDecision => ({
    allowed: state === 'allow',
    reason,
    since: held?.since ?? null,
    epoch: table?.epoch ?? null,
    rev: table?.rev ?? null,
  })

  if (held?.state === 'deny') return answer('deny', 'STATE')
  if (latched) return answer('deny', 'LATCHED')
  if (!held) return answer(onUnknown, 'UNKNOWN')
  if (held.strict && leaseExpired) return answer(held.onUnknown, 'LEASE_EXPIRED')
  return answer('allow', 'STATE')
}
