import { createHash } from 'node:crypto'
import { isRecord } from './check.ts'
import { decideCapability, decideVersion, knownCapability } from './decide.ts'
import type { DecisionReason, Unit, VersionDecision } from './decide.ts'
import { own } from './table.ts'
import type { RoutingTable } from './table.ts'

/** The routing table as OFREP flags, for every language that has no SDK of ours. Pure: the edge adds HTTP. */

/** What to send. `body` is JSON, to be written in one go; a null body (304) is no bytes at all. */
export interface OfrepAnswer {
  readonly status: 200 | 304 | 400 | 404 | 500
  readonly body: OfrepFlag | OfrepFailure | { readonly flags: readonly (OfrepFlag | OfrepFailure)[] } | null
  /** Quoted; only on the answers to a bulk request that has a table. */
  readonly etag: string | null
}

/** The protocol knows five reasons; `DEFAULT` and `ERROR` are not among them. */
export interface OfrepFlag {
  readonly key: string
  readonly value: string | boolean
  readonly reason: 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'UNKNOWN'
  readonly variant?: string
  readonly metadata: Readonly<Record<string, string | number | boolean>>
}

export interface OfrepFailure {
  readonly key: string
  readonly errorCode: 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'GENERAL' | 'FLAG_NOT_FOUND'
  readonly errorDetails: string
}

export interface OfrepBulkQuery {
  /** The request's `If-None-Match`. */
  readonly ifNoneMatch?: string | undefined
}

/** The flag key of an agent's version. */
export function versionFlagKey(agent: string): string {
  return `agent.${agent}.version`
}

/** The flag key of a capability; true is allowed. */
export function capabilityFlagKey(agent: string, name: string): string {
  return `capability.${agent}.${name}`
}

/**
 * Answers one flag. `requestBody` is the parsed JSON of the request; undefined when there was none to parse.
 * Where the table cannot tell a version, the answer is 404, so that the caller serves the default in its code;
 * without any table a capability is false, whatever the caller's default.
 */
export function evaluateFlag(table: RoutingTable | null, key: string, requestBody: unknown): OfrepAnswer {
  const unit = readUnit(requestBody)
  if ('errorCode' in unit) return { status: 400, body: { key, ...unit }, etag: null }

  const body = resolve(table, key, unit)
  return { status: 'errorCode' in body ? 404 : 200, body, etag: null }
}

/**
 * Answers every flag of the table at once. The ETag covers the table's scope and revision and the context.
 * Without a table the answer is a 500: an empty list would wipe what a client holds.
 */
export function evaluateAll(
  table: RoutingTable | null,
  requestBody: unknown,
  { ifNoneMatch }: OfrepBulkQuery = {},
): OfrepAnswer {
  const unit = readUnit(requestBody)
  if ('errorCode' in unit) return { status: 400, body: { key: '', ...unit }, etag: null }
  if (!table) return { status: 500, body: failure('', 'GENERAL', 'No routing table yet'), etag: null }

  const etag = bulkEtag(table, unit)
  if (matches(ifNoneMatch, etag)) return { status: 304, body: null, etag }
  return { status: 200, body: { flags: keysOf(table).map((key) => resolve(table, key, unit)) }, etag }
}

/** Every flag key of a table; a version flag only where there is a stable to answer with. */
function keysOf(table: RoutingTable): string[] {
  const keys = Object.entries(table.agents).flatMap(([agent, route]) => [
    ...(route.stable === null ? [] : [versionFlagKey(agent)]),
    ...Object.keys(route.capabilities ?? {}).map((name) => capabilityFlagKey(agent, name)),
  ])
  return [...new Set(keys)]
}

function resolve(table: RoutingTable | null, key: string, unit: Unit): OfrepFlag | OfrepFailure {
  const [, agent] = /^agent\.(.+)\.version$/.exec(key) ?? []
  if (agent !== undefined) return resolveVersion(table, key, agent, unit)
  if (/^capability\..+\../.test(key)) return resolveCapability(table, key)
  return failure(key, 'FLAG_NOT_FOUND', 'Keys are agent.<agent>.version and capability.<agent>.<name>')
}

function resolveVersion(table: RoutingTable | null, key: string, agent: string, unit: Unit) {
  if (!table) return failure(key, 'FLAG_NOT_FOUND', 'No routing table yet: serve the default in your code')
  if (!own(table.agents, agent)) return failure(key, 'FLAG_NOT_FOUND', `No agent ${agent} in the table`)

  const decision = decideVersion(table, agent, unit, { stableDefault: null, leaseExpired: false })
  // Not 404: the default in the caller's code is a version, and a stopped agent has none.
  if (decision.reason === 'AGENT_DENIED') {
    return {
      key,
      value: '',
      reason: 'DISABLED' as const,
      variant: 'stopped',
      metadata: metadataOf(table, decision),
    }
  }
  if (decision.version === null) return failure(key, 'FLAG_NOT_FOUND', `${agent} has no version that may run`)
  return {
    key,
    value: decision.version,
    reason: reasons[decision.reason],
    ...(decision.variant === 'stable' || decision.variant === 'candidate'
      ? { variant: decision.variant }
      : {}),
    metadata: metadataOf(table, decision),
  }
}

const reasons: Record<DecisionReason, OfrepFlag['reason']> = {
  AGENT_DENIED: 'DISABLED',
  SPLIT: 'SPLIT',
  PINNED: 'TARGETING_MATCH',
  PIN_REVOKED: 'TARGETING_MATCH',
  PIN_ABORTED: 'TARGETING_MATCH',
  NO_ROLLOUT: 'STATIC',
  PAUSED_NEW: 'STATIC',
  NO_UNIT: 'STATIC',
  CANDIDATE_REVOKED: 'STATIC',
  NO_TABLE: 'UNKNOWN',
  NO_AGENT: 'UNKNOWN',
  NO_STABLE: 'UNKNOWN',
  LEASE_EXPIRED: 'UNKNOWN',
  NO_CONTACT: 'UNKNOWN',
}

function metadataOf({ epoch, rev }: RoutingTable, { bucket, abort }: VersionDecision) {
  return { epoch, rev, ...(bucket === null ? {} : { bucket }), ...(abort ? { abort } : {}) }
}

function resolveCapability(table: RoutingTable | null, key: string): OfrepFlag | OfrepFailure {
  if (!table) return { key, value: false, reason: 'UNKNOWN', variant: 'deny', metadata: {} }

  // Both names may hold dots, so that one key can fit two agents: then a deny of either holds.
  const fitting = Object.entries(table.agents).flatMap(([agent, { capabilities }]) => {
    const prefix = capabilityFlagKey(agent, '')
    const name = key.startsWith(prefix) ? key.slice(prefix.length) : null
    return name !== null && knownCapability(capabilities, name) ? [{ agent, name }] : []
  })
  if (fitting.length === 0) return failure(key, 'FLAG_NOT_FOUND', 'No such capability in the table')

  const value = fitting.every(
    ({ agent, name }) =>
      decideCapability(table, agent, name, { onUnknown: 'deny', isLatched: () => false }).allowed,
  )
  return {
    key,
    value,
    reason: 'STATIC',
    variant: value ? 'allow' : 'deny',
    metadata: { epoch: table.epoch, rev: table.rev },
  }
}

/** The unit of a request: `targetingKey`, and where a conversation is pinned `pin` and `turnBoundary`. */
function readUnit(requestBody: unknown): Unit | Omit<OfrepFailure, 'key'> {
  if (!isRecord(requestBody))
    return { errorCode: 'PARSE_ERROR', errorDetails: 'The body must be a JSON object' }
  const context = requestBody['context'] ?? {}
  if (!isRecord(context)) return { errorCode: 'INVALID_CONTEXT', errorDetails: 'context must be an object' }

  const [targetingKey, pin, turnBoundary] = ['targetingKey', 'pin', 'turnBoundary'].map(
    (name) => context[name] ?? undefined,
  )
  if (!isTextOrAbsent(targetingKey)) return invalid('targetingKey must be a text')
  if (!isTextOrAbsent(pin)) return invalid('pin must be the version that the conversation is on, as a text')
  if (turnBoundary !== undefined && typeof turnBoundary !== 'boolean') {
    return invalid('turnBoundary must be true or false')
  }
  return { conversationId: targetingKey, pin: pin ? { version: pin } : undefined, turnBoundary }
}

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string'

const invalid = (errorDetails: string) => ({ errorCode: 'INVALID_CONTEXT', errorDetails }) as const

function failure(key: string, errorCode: OfrepFailure['errorCode'], errorDetails: string): OfrepFailure {
  return { key, errorCode, errorDetails }
}

/** Over the sum, which holds environment, revision and scope, and over all of the context that answers depend on. */
function bulkEtag(table: RoutingTable, unit: Unit): string {
  const digest = createHash('sha256').update(
    JSON.stringify([table.sum, unit.conversationId, unit.pin, unit.turnBoundary]),
  )
  return `"${digest.digest('hex').slice(0, 32)}"`
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}
