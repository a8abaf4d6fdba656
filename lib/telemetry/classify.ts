import { isSetTo, textOf } from './attribute.ts'
import { frameworkKind, isMergedCalls } from './framework.ts'
import type { OtlpSpan } from './otlpSpan.ts'

/**
 * What a span is to a run. `run` is the run itself or an agent inside it; `execution` is the part of a tool
 * call that says how it went, where the call does not; `wait` is time spent on a person; `chain` is a step of
 * a framework that has no other word for a run, which the outermost of them is (assembleTrace.ts); `link`
 * says nothing but who is whose ancestor.
 */
export const partKinds = ['run', 'chain', 'tool', 'inference', 'execution', 'wait', 'link'] as const
export type PartKind = (typeof partKinds)[number]

/** What this span is to a run; null when it has no sign of being an agent's. */
export function classify(span: OtlpSpan): PartKind | null {
  const { attributes } = span
  if (isSetTo(attributes, 'langsmith.is_root', true)) return 'run'
  if (isMergedCalls(span)) return 'link'
  return (
    byName(genAiKinds, textOf(attributes, 'gen_ai.operation.name')) ??
    byName(claudeCodeKinds, span.name) ??
    frameworkKind(span) ??
    byName(langsmithKinds, textOf(attributes, 'langsmith.span.kind')?.toLowerCase() ?? null) ??
    byName(aiSdkKinds, textOf(attributes, 'ai.operationId')) ??
    byName(openLlmetryKinds, textOf(attributes, 'llm.request.type')) ??
    (isAgentic(span) ? 'link' : null)
  )
}

type Kinds = Readonly<Record<string, PartKind>>

function byName(kinds: Kinds, name: string | null): PartKind | null {
  if (name === null || !Object.hasOwn(kinds, name)) return null
  return kinds[name] ?? null
}

const genAiKinds: Kinds = {
  invoke_agent: 'run',
  invoke_workflow: 'run',
  execute_tool: 'tool',
  chat: 'inference',
  generate_content: 'inference',
  text_completion: 'inference',
}

const langsmithKinds: Kinds = { tool: 'tool', llm: 'inference' }

const openLlmetryKinds: Kinds = { chat: 'inference', completion: 'inference' }

const claudeCodeKinds: Kinds = {
  'claude_code.interaction': 'run',
  'claude_code.llm_request': 'inference',
  'claude_code.tool': 'tool',
  'claude_code.tool.execution': 'execution',
  'claude_code.tool.blocked_on_user': 'wait',
}

const aiSdkKinds: Kinds = {
  'ai.generateText': 'run',
  'ai.streamText': 'run',
  'ai.generateObject': 'run',
  'ai.streamObject': 'run',
  'ai.generateText.doGenerate': 'inference',
  'ai.streamText.doStream': 'inference',
  'ai.generateObject.doGenerate': 'inference',
  'ai.streamObject.doStream': 'inference',
  'ai.toolCall': 'tool',
}

const agenticPrefixes = [
  'gen_ai.',
  'ai.',
  'openinference.',
  'traceloop.',
  'langsmith.',
  'mastra.',
  'switchback.',
]

function isAgentic(span: OtlpSpan): boolean {
  if (span.name.startsWith('claude_code.')) return true
  return Object.keys(span.attributes).some((key) => agenticPrefixes.some((prefix) => key.startsWith(prefix)))
}
