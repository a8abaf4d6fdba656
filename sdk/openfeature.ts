import { ErrorCode, OpenFeatureEventEmitter, ProviderEvents } from '@openfeature/server-sdk'
import type { EvaluationContext, Provider, ResolutionDetails } from '@openfeature/server-sdk'
import type { CapabilityDecision, Unit, VersionDecision } from '../lib/routing/decide.ts'
import type { Switchback } from './client.ts'
import type { SwitchbackEvent } from './events.ts'

export interface ProviderOptions {
  /** How long OpenFeature's `setProviderAndWait` waits for a first word of the server. Default 5 000. */
  readonly readyTimeoutMs?: number
  /** Whether closing the provider closes the client. Default true. */
  readonly closesClient?: boolean
}

/**
 * An OpenFeature provider that evaluates in this process. Strings: `agent.<agent>.version`; booleans:
 * `capability.<agent>.<name>`, true is allowed. `targetingKey` is the conversation; `pin` in the context is the
 * version it is on, and `turnBoundary: false` says that a turn is running. A capability that the table does not know
 * resolves to the caller's default; one that was denied stays false. Give irreversible ones the default `false`.
 */
export function createSwitchbackProvider(client: Switchback, options: ProviderOptions = {}): Provider {
  const { readyTimeoutMs = 5_000, closesClient = true } = options
  const events = new OpenFeatureEventEmitter()
  let initialised = false
  // Before that, OpenFeature itself says Ready or Error.
  const off = client.on((event) => {
    if (initialised) forward(event, events)
  })

  return {
    metadata: { name: 'switchback' },
    runsOn: 'server',
    events,
    async initialize() {
      const made = await client.ready(readyTimeoutMs)
      initialised = true
      if (made) return
      throw new Error(`No word of the Switchback edge within ${readyTimeoutMs} ms`)
    },
    async onClose() {
      off()
      if (closesClient) await client.close()
    },
    resolveStringEvaluation: async (key, defaultValue, context) => {
      const [, agent] = /^agent\.(.+)\.version$/.exec(key) ?? []
      if (agent === undefined) return notFound(key, defaultValue)
      return versionDetails(client.decide(agent, unitOf(context)), key, defaultValue)
    },
    resolveBooleanEvaluation: async (key, defaultValue) => {
      const decisions = capabilityReadings(key).map(([agent, name]) =>
        client.decideCapability(agent, name, { onUnknown: defaultValue ? 'allow' : 'deny' }),
      )
      return capabilityDetails(decisions, key, defaultValue)
    },
    resolveNumberEvaluation: async (key, defaultValue) => notFound(key, defaultValue),
    resolveObjectEvaluation: async (key, defaultValue) => notFound(key, defaultValue),
  }
}

function forward(event: SwitchbackEvent, events: OpenFeatureEventEmitter): void {
  if (event.type === 'fresh') events.emit(ProviderEvents.Ready)
  if (event.type === 'stale') events.emit(ProviderEvents.Stale)
  if (event.type === 'applied') events.emit(ProviderEvents.ConfigurationChanged)
}

function unitOf({ targetingKey, pin, turnBoundary }: EvaluationContext): Unit {
  return {
    conversationId: targetingKey,
    pin: typeof pin === 'string' && pin !== '' ? { version: pin } : undefined,
    turnBoundary: turnBoundary !== false,
  }
}

/** Every way to read `capability.<agent>.<name>`: both names may hold dots. */
function capabilityReadings(key: string): (readonly [agent: string, name: string])[] {
  const [kind, ...parts] = key.split('.')
  if (kind !== 'capability') return []
  return parts
    .slice(1)
    .map((_, at) => [parts.slice(0, at + 1).join('.'), parts.slice(at + 1).join('.')] as const)
}

function versionDetails(
  decision: VersionDecision,
  key: string,
  defaultValue: string,
): ResolutionDetails<string> {
  // Not the default in the caller's code: that is a version, and a stopped agent has none.
  const value = decision.reason === 'AGENT_DENIED' ? '' : decision.version
  if (value === null) return notFound(key, defaultValue)
  return {
    value,
    reason: versionReason(decision),
    ...(decision.variant ? { variant: decision.variant } : {}),
    flagMetadata: {
      ...revisionOf(decision),
      ...(decision.bucket === null ? {} : { bucket: decision.bucket }),
      ...(decision.abort ? { abort: true } : {}),
      because: decision.reason,
    },
  }
}

function versionReason({ reason }: VersionDecision): string {
  switch (reason) {
    case 'AGENT_DENIED':
      return 'DISABLED'
    case 'SPLIT':
      return 'SPLIT'
    case 'PINNED':
    case 'PIN_REVOKED':
    case 'PIN_ABORTED':
      return 'TARGETING_MATCH'
    case 'NO_TABLE':
    case 'NO_AGENT':
    case 'NO_STABLE':
      return 'DEFAULT'
    case 'LEASE_EXPIRED':
    case 'NO_CONTACT':
      return 'STALE'
    case 'NO_ROLLOUT':
    case 'PAUSED_NEW':
    case 'NO_UNIT':
    case 'CANDIDATE_REVOKED':
      return 'STATIC'
    default:
      return reason satisfies never
  }
}

/** A deny of any reading holds; else the reading that the table knows. */
function capabilityDetails(
  decisions: readonly CapabilityDecision[],
  key: string,
  defaultValue: boolean,
): ResolutionDetails<boolean> {
  const known = decisions.filter(({ reason }) => reason !== 'UNKNOWN')
  const decision = known.find(({ allowed }) => !allowed) ?? known[0]
  if (!decision) return notFound(key, defaultValue)
  return {
    value: decision.allowed,
    variant: decision.allowed ? 'allow' : 'deny',
    reason: decision.reason === 'STATE' ? 'STATIC' : 'STALE',
    flagMetadata: { ...revisionOf(decision), because: decision.reason },
  }
}

function notFound<T>(key: string, value: T): ResolutionDetails<T> {
  return {
    value,
    reason: 'ERROR',
    errorCode: ErrorCode.FLAG_NOT_FOUND,
    errorMessage: `${key} is not in the routing table`,
  }
}

function revisionOf({ epoch, rev }: { readonly epoch: number | null; readonly rev: number | null }) {
  return epoch === null || rev === null ? {} : { epoch, rev }
}
