import { expect, test } from 'vitest'
import { isContent } from './content.ts'

test.each([
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.prompt',
  'gen_ai.prompt.0.content',
  'gen_ai.completion.0.content',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'ai.prompt.messages',
  'ai.response.text',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'input.value',
  'output.value',
  'llm.input_messages.0.message.content',
  'llm.output_messages.0.message.content',
  'mastra.input',
  'mastra.agent_run.output',
  'user_prompt',
  'exception.message',
  'error.message',
  'agent.messages',
  'agent.messages.ui',
  'agent.instructions',
  'llm.messages',
  'input',
  'output',
  'genkit:input',
  'genkit:output',
  'genkit:metadata:context',
  'gcp.vertex.agent.llm_request',
  'gcp.vertex.agent.tool_response',
  'pydantic_ai.all_messages',
  'final_result',
  'mastra.metadata.body',
])('%s is content', (key) => {
  expect(isContent(key)).toBe(true)
})

test.each([
  'gen_ai.operation.name',
  'gen_ai.agent.name',
  'gen_ai.agent.version',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.prompt_tokens',
  'gen_ai.tool.name',
  'gen_ai.tool.call.id',
  'ai.usage.promptTokens',
  'ai.toolCall.name',
  'traceloop.entity.name',
  'llm.token_count.prompt',
  'mastra.metadata.agentVersion',
  'input_tokens',
  'error.type',
  'metadata',
])('%s is not, and is needed', (key) => {
  expect(isContent(key)).toBe(false)
})
