import { agentNamePattern, parseVersionRef, versionNamePattern } from '#lib/domain/name.ts'
import { textOf } from './attribute.ts'
import { frameworkAgent } from './framework.ts'
import { metadataText } from './metadata.ts'
import type { Attributes, OtlpSpan } from './otlpSpan.ts'

/** The attributes in which our own traffic switch says what it decided; on the span, else on the resource. */
export const assignmentKeys = {
  agent: 'switchback.agent',
  version: 'switchback.version',
  rollout: 'switchback.rollout',
} as const

/** Where a version was read from, best first. */
export const rungs = [
  'span',
  'resource',
  'assignment',
  'framework',
  'deployment',
  'service',
  'unattributed',
] as const
export type Rung = (typeof rungs)[number]

/** Where an agent's name was read from, best first. `version` is a version written `support-agent@2.4.0`. */
export const agentSources = [
  'assignment',
  'version',
  'gen_ai',
  'ai_sdk',
  'traceloop',
  'openinference',
  'framework',
  'main_agent',
  'service',
] as const
export type AgentSource = (typeof agentSources)[number]

/**
 * Which version of which agent a span tells of. `version` is null exactly when the rung is `unattributed`.
 */
export interface Attribution {
  readonly agent: string | null
  readonly agentSource: AgentSource | null
  readonly version: string | null
  readonly rung: Rung
}

/** The name under which frameworks carry the version in the metadata that their users may add. */
export const metadataVersionKey = 'agent_version'

/**
 * Climbs the version ladder: the first rung that says anything decides. What it says must be able to be a
 * version's name, alone or as in `support-agent@2.4.0`; otherwise the span is unattributed, for a lower rung
 * may well name another version than the one that was meant.
 */
export function attributionOf(span: OtlpSpan, metadataKey = metadataVersionKey): Attribution {
  const found = versionOf(span, metadataKey)
  const named = agentOf(span, found?.agent ?? null)
  return {
    agent: named?.agent ?? null,
    agentSource: named?.source ?? null,
    version: found?.version ?? null,
    rung: found?.rung ?? 'unattributed',
  }
}

interface FoundVersion {
  readonly agent: string | null
  readonly version: string
  readonly rung: Rung
}

function versionOf({ attributes, resource, name }: OtlpSpan, metadataKey: string): FoundVersion | null {
  const said: Record<Exclude<Rung, 'unattributed'>, () => string | null> = {
    span: () => textOf(attributes, 'gen_ai.agent.version'),
    resource: () => textOf(resource, 'gen_ai.agent.version'),
    assignment: () => assigned(attributes, resource, assignmentKeys.version),
    framework: () => frameworkVersion(attributes, metadataKey),
    deployment: () => deployment(attributes) ?? deployment(resource),
    service: () => serviceVersion(resource, name),
  }
  for (const rung of rungs) {
    const given = rung === 'unattributed' ? null : said[rung]()
    if (given === null) continue
    if (versionNamePattern.test(given)) return { agent: null, version: given, rung }
    const ref = parseVersionRef(given)
    return ref ? { ...ref, rung } : null
  }
  return null
}

function assigned(attributes: Attributes, resource: Attributes, key: string): string | null {
  return textOf(attributes, key) ?? textOf(resource, key)
}

/** The rollout our traffic switch says this span belongs to. */
export function rolloutOf(span: OtlpSpan): string | null {
  return assigned(span.attributes, span.resource, assignmentKeys.rollout)
}

function deployment(attributes: Attributes): string | null {
  return textOf(attributes, 'deployment.id', 'deployment.name')
}

function frameworkVersion(attributes: Attributes, metadataKey: string): string | null {
  const own = textOf(
    attributes,
    'traceloop.entity.version',
    'mastra.metadata.agentVersion',
    ...[
      'traceloop.association.properties',
      'mastra.metadata',
      'langsmith.metadata',
      'ai.telemetry.metadata',
    ].map((prefix) => `${prefix}.${metadataKey}`),
  )
  return own ?? metadataText(attributes, metadataKey)
}

const frameworkVersionPattern = /^(unknown|\d+\.\d+\.\d+([-+].*)?)$/

/** Mastra puts its own version where the service's belongs, and Claude Code that of its command line. */
function serviceVersion(resource: Attributes, spanName: string): string | null {
  const version = textOf(resource, 'service.version')
  if (version === null) return null
  const isMastra = textOf(resource, 'telemetry.sdk.name')?.startsWith('@mastra') ?? false
  const isClaudeCode = spanName.startsWith('claude_code.')
  return (isMastra || isClaudeCode) && frameworkVersionPattern.test(version) ? null : version
}

interface FoundAgent {
  readonly agent: string
  readonly source: AgentSource
}

/**
 * The first name that can be an agent's; if none can, the first there is, so that a person sees what came in.
 */
function agentOf(span: OtlpSpan, fromVersion: string | null): FoundAgent | null {
  const { attributes, resource } = span
  const said: Record<AgentSource, () => string | null> = {
    assignment: () => assigned(attributes, resource, assignmentKeys.agent),
    version: () => fromVersion,
    gen_ai: () => textOf(attributes, 'gen_ai.agent.name', 'gen_ai.workflow.name'),
    ai_sdk: () => textOf(attributes, 'ai.telemetry.functionId'),
    traceloop: () => textOf(attributes, 'traceloop.entity.name'),
    openinference: () => openInferenceAgent(attributes),
    framework: () => frameworkAgent(span),
    main_agent: () => textOf(resource, 'gen_ai.main_agent.name'),
    service: () => serviceName(resource),
  }
  let first: FoundAgent | null = null
  for (const source of agentSources) {
    const agent = said[source]()?.slice(0, 200)
    if (agent === undefined) continue
    if (agentNamePattern.test(agent)) return { agent, source }
    first ??= { agent, source }
  }
  return first
}

function serviceName(resource: Attributes): string | null {
  const service = textOf(resource, 'service.name')
  return service?.startsWith('unknown_service') ? null : service
}

/** LangChain's own name comes first; the OpenAI Agents SDK in JavaScript names its agents as nodes of a graph alone. */
function openInferenceAgent(attributes: Attributes): string | null {
  const named = metadataText(attributes, 'lc_agent_name') ?? textOf(attributes, 'agent.name')
  const isAgent = textOf(attributes, 'openinference.span.kind')?.toUpperCase() === 'AGENT'
  return named ?? (isAgent ? textOf(attributes, 'graph.node.id') : null)
}
