/**
 * Attributes that carry what people and models said: prompts, answers, and what tools were given and gave
 * back. They are dropped while a request is decoded and go no further. Names: GenAI conventions of both
 * generations, AI SDK, OpenLLMetry, OpenInference, LangSmith, Mastra, Claude Code.
 */
const contentKeys = new Set([
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
  'gen_ai.tool.message',
  'gen_ai.event.content',
  'ai.response.text',
  'ai.response.object',
  'ai.response.reasoning',
  'ai.response.files',
  'ai.response.toolCalls',
  'ai.schema',
  'ai.value',
  'ai.values',
  'ai.embedding',
  'ai.embeddings',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'tool.parameters',
  'tool.json_schema',
  'tool.output',
  'llm.prompts',
  'llm.completions',
  'llm.function_call',
  'llm.invocation_parameters',
  'llm.prompt_template.template',
  'llm.prompt_template.variables',
  'mastra.input',
  'mastra.output',
  'exception.message',
  'exception.stacktrace',
  'user_prompt',
  'prompt',
  'completion',
  'all_messages_events',
  'full_command',
  'bash_command',
  'file_path',
  'tool_input',
  'tool_output',
  'tool_parameters',
  'error',
])

const contentPrefixes = [
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.content.',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.retrieval.query',
  'gen_ai.retrieval.documents',
  'ai.prompt',
  'ai.result.',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'ai.request.headers',
  'traceloop.prompt.',
  'input.',
  'output.',
  'llm.input_messages',
  'llm.output_messages',
  'llm.tools',
  'message.',
  'retrieval.documents',
  'reranker.',
  'embedding.',
  'new_context',
  'response.model_output',
]

const mastraPayload = /^mastra\..+\.(input|output|arguments|result|messages)$/

/** Whether an attribute of this name carries content. */
export function isContent(key: string): boolean {
  if (contentKeys.has(key)) return true
  if (contentPrefixes.some((prefix) => key.startsWith(prefix))) return true
  return mastraPayload.test(key)
}
