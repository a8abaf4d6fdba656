import { isSetTo, textOf } from './attribute.ts'
import type { PartKind } from './classify.ts'
import { isGoogleAdk, isOpenAiAgents } from './framework.ts'
import type { OtlpSpan } from './otlpSpan.ts'

/** Whether what the span tells of failed. */
export function hasFailed(span: OtlpSpan): boolean {
  if (span.statusCode === 'error') return true
  if (textOf(span.attributes, 'error.type') !== null) return true
  if (span.name.startsWith('claude_code.')) return isSetTo(span.attributes, 'success', false)
  return isUnanswered(span)
}

/** The JavaScript ADK sets no status; a call that threw lacks all that is told of one that answered. */
function isUnanswered(span: OtlpSpan): boolean {
  if (!isGoogleAdk(span)) return false
  const { name, attributes } = span
  if (name === 'call_llm') return textOf(attributes, 'gen_ai.request.model') === null
  return name.startsWith('execute_tool ') && textOf(attributes, 'gen_ai.operation.name') === null
}

/**
 * Whether the span says nothing of how its run went, so that only what is in it does: the trace of the OpenAI Agents SDK,
 * and the agents of the JavaScript ADK.
 */
export function isOutcomeWithin(span: OtlpSpan, kind: PartKind): boolean {
  if (kind !== 'run') return false
  if (isOpenAiAgents(span)) return textOf(span.attributes, 'graph.node.id', 'agent.name') === null
  return isGoogleAdk(span) && textOf(span.resource, 'telemetry.sdk.language') === 'nodejs'
}

/**
 * The type of error: as the span says it, or what it recorded last as an exception, since most SDKs tell it nowhere
 * else. Of a call that was cut off by the one who asked, which many tell by nothing but what is missing: AbortError.
 */
export function errorTypeOf(span: OtlpSpan, kind: PartKind, failed: boolean): string | null {
  const told = textOf(span.attributes, 'error.type', 'exception.type', 'strands.cancellation.type')
  if (told !== null) return told
  if (!failed) return isCut(span, kind) ? 'AbortError' : null
  const exception = span.events.findLast(({ name }) => name === 'exception')
  return abortIn(span.statusMessage) ?? (exception ? textOf(exception.attributes, 'exception.type') : null)
}

/** LangChain in JavaScript tells of no exception but the message. */
function abortIn(message: string): string | null {
  const [line = ''] = message.split('\n')
  return /^(Abort|AbortError)$/.test(line.trim()) ? 'AbortError' : null
}

/** Nobody else names an agent's span after the model; the scope alone could be anybody's. */
function isAiSdk7({ scopeName, name, attributes }: OtlpSpan): boolean {
  const model = textOf(attributes, 'gen_ai.request.model')
  return scopeName === 'gen_ai' && model !== null && name === `invoke_agent ${model}`
}

/** Whether an answer that came lacks what this framework tells of every answer that came to its end. */
function isCut(span: OtlpSpan, kind: PartKind): boolean {
  const { attributes, scopeName } = span
  if (kind === 'run') {
    if (isAiSdk7(span)) return attributes['gen_ai.response.finish_reasons'] === undefined
    return attributes['ai.operationId'] !== undefined && attributes['ai.response.finishReason'] === undefined
  }
  if (kind !== 'inference') return false
  if (isOpenAiAgents(span)) return attributes['llm.model_name'] === undefined
  const tellsReason =
    scopeName === 'pydantic-ai' ||
    (isGoogleAdk(span) && span.name !== 'call_llm') ||
    attributes['mastra.span.type'] === 'model_inference'
  return tellsReason && attributes['gen_ai.response.finish_reasons'] === undefined
}

/**
 * Whether its parent may never come though it is of the same process: of a workflow that failed, the OpenAI Agents SDK in
 * JavaScript does not end the trace.
 */
export function isLeftByParent(span: OtlpSpan): boolean {
  return isOpenAiAgents(span) && span.statusCode === 'error'
}
