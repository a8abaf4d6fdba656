import { describe, expect, test } from 'vitest'
import { isContent } from './content.ts'
import { usageOf } from './usage.ts'

const of = (attributes: Record<string, string | number>, name = 'chat') => usageOf(attributes, name)
const tokens = (usage: ReturnType<typeof usageOf>) => [
  usage.inputTokens,
  usage.cachedInputTokens,
  usage.outputTokens,
  usage.reasoningTokens,
]

describe('what counts cache inside the input, and reasoning inside the output', () => {
  const io = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 50 }
  test.each([
    [
      'the newest conventions',
      {
        ...io,
        'gen_ai.usage.cache_read.input_tokens': 80,
        'gen_ai.usage.reasoning.output_tokens': 30,
      },
    ],
    [
      'the older ones, as Traceloop and Mastra write them',
      { ...io, 'gen_ai.usage.cache_read_input_tokens': 80, 'gen_ai.usage.reasoning_tokens': 30 },
    ],
    [
      'pydantic-ai',
      { ...io, 'gen_ai.usage.details.cache_read_tokens': 80, 'gen_ai.usage.details.reasoning_tokens': 30 },
    ],
    [
      'AI SDK 6, whoever the provider is',
      {
        'ai.model.provider': 'anthropic.messages',
        'ai.usage.inputTokens': 100,
        'ai.usage.outputTokens': 50,
        'ai.usage.cachedInputTokens': 80,
        'ai.usage.reasoningTokens': 30,
        'ai.usage.inputTokenDetails.cacheReadTokens': 80,
        'ai.usage.outputTokenDetails.reasoningTokens': 30,
      },
    ],
    [
      'AI SDK 5 with OpenAI',
      {
        'ai.model.provider': 'openai.responses',
        'ai.usage.inputTokens': 100,
        'ai.usage.outputTokens': 50,
        'ai.usage.cachedInputTokens': 80,
        'ai.usage.reasoningTokens': 30,
      },
    ],
    [
      'OpenInference',
      {
        'llm.token_count.prompt': 100,
        'llm.token_count.completion': 50,
        'llm.token_count.prompt_details.cache_read': 80,
        'llm.token_count.completion_details.reasoning': 30,
      },
    ],
    [
      'VoltAgent',
      {
        'usage.prompt_tokens': 100,
        'usage.completion_tokens': 50,
        'usage.cached_tokens': 80,
        'usage.reasoning_tokens': 30,
      },
    ],
    [
      'numbers as text',
      {
        'gen_ai.usage.input_tokens': '100',
        'gen_ai.usage.output_tokens': '50',
        'gen_ai.usage.cache_read.input_tokens': '80',
        'gen_ai.usage.reasoning.output_tokens': '30',
      },
    ],
  ])('%s', (_name, attributes) => {
    expect(tokens(of(attributes))).toEqual([100, 80, 50, 30])
    expect(Object.keys(attributes).filter(isContent)).toEqual([])
  })
})

describe('what counts them beside is brought to the same', () => {
  test('Claude Code: what was read from and written to its cache', () => {
    const attributes = {
      input_tokens: 5,
      cache_read_tokens: '80',
      cache_creation_tokens: 15,
      output_tokens: 50,
      model: 'claude-sonnet-4-5-20250929',
    }
    expect(tokens(of(attributes, 'claude_code.llm_request'))).toEqual([100, 80, 50, null])
  })

  test('Claude Code that says only what came from its cache', () => {
    expect(tokens(of({ cache_read_tokens: 80 }, 'claude_code.llm_request'))).toEqual([80, 80, null, null])
    expect(tokens(of({}, 'claude_code.llm_request'))).toEqual([null, null, null, null])
  })

  test.each(['anthropic.messages', 'amazon-bedrock'])('AI SDK 5 with %s: the cache', (provider) => {
    const attributes = {
      'ai.model.provider': provider,
      'ai.usage.inputTokens': 100,
      'ai.usage.cachedInputTokens': 80,
      'ai.usage.outputTokens': 50,
    }
    expect(tokens(of(attributes))).toEqual([180, 80, 50, null])
  })

  test('AI SDK 5 with Google: the reasoning', () => {
    const attributes = {
      'ai.model.provider': 'google.generative-ai',
      'ai.usage.inputTokens': 100,
      'ai.usage.outputTokens': 50,
      'ai.usage.reasoningTokens': 30,
    }
    expect(tokens(of(attributes))).toEqual([100, null, 80, 30])
  })

  test('Strands with a model of Bedrock, not with one of OpenAI', () => {
    const used = (model: string) => ({
      'gen_ai.system': 'strands-agents',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.cache_read_input_tokens': 80,
      'gen_ai.usage.cache_write_input_tokens': 10,
    })
    expect(tokens(of(used('us.anthropic.claude-sonnet-4-5-20250929-v1:0')))).toEqual([190, 80, 50, null])
    expect(tokens(of(used('gpt-4o')))).toEqual([100, 80, 50, null])
  })

  test('ADK in Python: the reasoning', () => {
    const attributes = {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.experimental.reasoning_tokens': 30,
    }
    expect(tokens(of(attributes))).toEqual([100, null, 80, 30])
  })

  test('a part that is larger than the whole cannot be inside it, whoever says so', () => {
    const attributes = {
      'gen_ai.usage.input_tokens': 20,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cache_read.input_tokens': 80,
      'gen_ai.usage.reasoning.output_tokens': 30,
    }
    expect(tokens(of(attributes))).toEqual([100, 80, 40, 30])
  })
})

test.each([
  [{ 'gen_ai.provider.name': 'openai' }, 'openai'],
  [{ 'gen_ai.system': 'az.ai.openai' }, 'azure'],
  [{ 'ai.model.provider': 'anthropic.messages' }, 'anthropic'],
  [{ 'llm.provider': 'azure', 'llm.system': 'openai' }, 'azure'],
  [{ 'gen_ai.system': 'langchain', 'llm.system': 'openai' }, 'openai'],
  [{ 'gen_ai.system': 'gcp.vertex.agent' }, null],
  [{}, null],
])('%o is paid to %s', (attributes, provider) => {
  expect(of(attributes as Record<string, string>)).toMatchObject({ provider })
})

test('absurd, negative and unreadable counts say nothing', () => {
  const attributes = {
    'gen_ai.usage.input_tokens': 1e12,
    'gen_ai.usage.output_tokens': -1,
    'gen_ai.usage.cache_read.input_tokens': 'many',
    'gen_ai.usage.reasoning.output_tokens': Number.NaN,
  }
  expect(tokens(of(attributes))).toEqual([null, null, null, null])
})
