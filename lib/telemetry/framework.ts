import { isSetTo, textOf } from './attribute.ts'
import type { PartKind } from './classify.ts'
import { metadataText } from './metadata.ts'
import type { OtlpSpan } from './otlpSpan.ts'

/*
 * Frameworks whose spans cannot be read by one attribute alone. What each of them sends is in lib/testing/recorded, and
 * docs/frameworks.md says it for people.
 */

/** What a span of one of them is to a run; null when it is of none, or by other attributes. */
export function frameworkKind(span: OtlpSpan): PartKind | null {
  return (
    googleAdkKind(span) ??
    openInferenceKind(span) ??
    traceloopKind(span) ??
    voltAgentKind(span) ??
    genkitKind(span)
  )
}

/** The name of the agent that only the framework's own attributes carry. */
export function frameworkAgent(span: OtlpSpan): string | null {
  const { attributes } = span
  if (isVoltAgent(span)) return textOf(attributes, 'subagent.name', 'entity.name')
  if (genkitKind(span) === 'run') return textOf(attributes, 'genkit:name')
  return null
}

const isScope = (span: OtlpSpan, ...words: readonly string[]) =>
  words.every((word) => span.scopeName.includes(word))

/** Whether it is of Google's Agent Development Kit. */
export const isGoogleAdk = (span: OtlpSpan) => span.scopeName === 'gcp.vertex.agent'

/** Whether it tells once more of calls that the ADK made at the same time. */
export function isMergedCalls(span: OtlpSpan): boolean {
  return isGoogleAdk(span) && span.name === 'execute_tool (merged)'
}

/** It names the operation only once that has answered. */
function googleAdkKind(span: OtlpSpan): PartKind | null {
  if (!isGoogleAdk(span)) return null
  if (span.name === 'call_llm') return 'inference'
  return span.name.startsWith('execute_tool ') ? 'tool' : null
}

const openInferenceKinds: ReadonlyMap<string, PartKind> = new Map([
  ['AGENT', 'run'],
  ['TOOL', 'tool'],
  ['LLM', 'inference'],
])

function openInferenceKind(span: OtlpSpan): PartKind | null {
  const kind = textOf(span.attributes, 'openinference.span.kind')?.toUpperCase()
  if (kind === undefined) return null
  if (isScope(span, 'openinference', 'langchain') && (kind === 'CHAIN' || kind === 'AGENT')) {
    return langChainKind(span)
  }
  if (kind === 'CHAIN' && isScope(span, 'openinference', 'crewai')) return 'run'
  if (kind === 'CHAIN' && isScope(span, 'openinference') && !isOpenAiAgents(span)) return 'chain'
  return openInferenceKinds.get(kind) ?? null
}

/**
 * Its instrumentations call nearly everything a chain, and in Python whatever has "agent" in its name an agent, steps of
 * a graph too. An agent is what bears the name of the agent that its metadata tell.
 */
function langChainKind({ name, attributes }: OtlpSpan): PartKind {
  if (metadataText(attributes, 'lc_agent_name') === name) return 'run'
  return metadataText(attributes, 'langgraph_node', 'langgraph_step') === null ? 'chain' : 'link'
}

/** Whether OpenInference tells it of the OpenAI Agents SDK. */
export const isOpenAiAgents = (span: OtlpSpan) =>
  isScope(span, 'openinference') && /openai[-_]agents/.test(span.scopeName)

const traceloopKinds: ReadonlyMap<string, PartKind> = new Map([
  ['agent', 'run'],
  ['tool', 'tool'],
])

const graphs = new Set(['CompiledStateGraph', 'CompiledGraph', 'AgentExecutor'])

/** Its LangChain instrumentation calls every step a workflow, and loses whose steps they are. */
function traceloopKind(span: OtlpSpan): PartKind | null {
  const { attributes } = span
  const kind = textOf(attributes, 'traceloop.span.kind')?.toLowerCase()
  if (kind === undefined) return null
  if (kind !== 'workflow') return traceloopKinds.get(kind) ?? null
  const agent = textOf(attributes, 'gen_ai.agent.name')
  if (span.scopeName === '@traceloop/instrumentation-langchain') {
    return agent !== null && graphs.has(textOf(attributes, 'traceloop.workflow.name') ?? '') ? 'run' : 'link'
  }
  return agent !== null || textOf(attributes, 'traceloop.entity.name') !== null ? 'run' : 'link'
}

const isVoltAgent = ({ attributes }: OtlpSpan) =>
  attributes['entity.type'] !== undefined && attributes['operation.id'] !== undefined

/** The span of a model tells the tokens of its last call alone; that of the agent tells them all. */
function voltAgentKind(span: OtlpSpan): PartKind | null {
  if (!isVoltAgent(span)) return null
  const type = textOf(span.attributes, 'span.type')
  if (type === 'tool') return 'tool'
  const isAgent = textOf(span.attributes, 'entity.type') === 'agent'
  return isAgent && (type === null || type === 'agent') ? 'run' : 'link'
}

const genkitKinds: ReadonlyMap<string, PartKind> = new Map([
  ['flow', 'run'],
  ['agent', 'run'],
  ['model', 'inference'],
  ['background-model', 'inference'],
  ['tool', 'tool'],
  ['tool.v2', 'tool'],
])

function genkitKind({ attributes }: OtlpSpan): PartKind | null {
  const type = textOf(attributes, 'genkit:type')
  if (type === null) return null
  const kind = genkitKinds.get(textOf(attributes, 'genkit:metadata:subtype') ?? type)
  return kind ?? (isSetTo(attributes, 'genkit:isRoot', true) ? 'chain' : 'link')
}
