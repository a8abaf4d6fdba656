import { textOf } from './attribute.ts'
import { metadataText } from './metadata.ts'
import type { Attributes } from './otlpSpan.ts'

const keys = [
  'gen_ai.conversation.id',
  'session.id',
  'conversation.id',
  'voltagent.conversation_id',
  'gcp.vertex.agent.session_id',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.conversation_id',
  'traceloop.association.properties.thread_id',
  'traceloop.association.properties.chat_id',
  'langsmith.metadata.session_id',
  'langsmith.metadata.conversation_id',
  'langsmith.metadata.thread_id',
  'mastra.metadata.threadId',
  'mastra.metadata.sessionId',
  'ai.telemetry.metadata.conversationId',
  'ai.telemetry.metadata.sessionId',
  'ai.telemetry.metadata.threadId',
]

const metadataNames = [
  'conversation_id',
  'conversationId',
  'session_id',
  'sessionId',
  'thread_id',
  'threadId',
  'group_id',
  'groupId',
]

/** The conversation that a span is of, by the names of the conventions and of the frameworks; null when it says none. */
export function conversationOf(attributes: Attributes): string | null {
  return textOf(attributes, ...keys) ?? metadataText(attributes, ...metadataNames)
}
