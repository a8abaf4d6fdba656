import { describe, expect, test } from 'vitest'
import { modelForms, providerInName, providerOf } from './modelName.ts'

describe('the provider', () => {
  test.each([
    ['openai', 'openai'],
    ['OpenAI', 'openai'],
    ['openai.chat', 'openai'],
    ['openai.responses', 'openai'],
    ['anthropic.messages', 'anthropic'],
    ['gcp.gemini', 'google'],
    ['gcp.vertex_ai', 'google'],
    ['google.generative-ai', 'google'],
    ['google_genai', 'google'],
    ['mistral_ai', 'mistral'],
    ['x_ai', 'xai'],
  ])('%s is %s', (sent, provider) => {
    expect(providerOf(sent)).toBe(provider)
  })

  test.each([
    ['azure.ai.openai', 'azure'],
    ['az.ai.openai', 'azure'],
    ['aws.bedrock', 'bedrock'],
    ['amazon-bedrock', 'bedrock'],
    ['vertex.anthropic.messages', 'vertex-anthropic'],
    ['openrouter', 'openrouter'],
  ])('%s sells models at its own prices, and is %s', (sent, provider) => {
    expect(providerOf(sent)).toBe(provider)
  })

  test.each([null, '', ' ', 'langchain', 'gcp.vertex.agent', 'strands-agents', '_OTHER', 'Mastra'])(
    '%o names no provider',
    (sent) => {
      expect(providerOf(sent)).toBeNull()
    },
  )

  test('is taken from the name of the model where a router put it there', () => {
    expect(providerInName('openai/gpt-4o')).toBe('openai')
    expect(providerInName('anthropic:claude-sonnet-4-5')).toBe('anthropic')
    expect(providerInName('x-ai/grok-4')).toBe('xai')
    expect(providerInName('models/gemini-2.5-pro')).toBeNull()
    expect(providerInName('gpt-4o')).toBeNull()
  })
})

describe('the model', () => {
  test.each([
    ['gpt-4o', ['gpt-4o']],
    [' GPT-4o ', ['gpt-4o']],
    ['gpt-4o-2024-08-06', ['gpt-4o-2024-08-06', 'gpt-4o']],
    ['openai/gpt-4o-2024-08-06', ['openai/gpt-4o-2024-08-06', 'gpt-4o-2024-08-06', 'gpt-4o']],
    ['openai:gpt-4o', ['openai:gpt-4o', 'gpt-4o']],
    ['models/gemini-2.5-pro', ['models/gemini-2.5-pro', 'gemini-2.5-pro']],
    [
      'publishers/google/models/gemini-2.0-flash-001',
      ['publishers/google/models/gemini-2.0-flash-001', 'gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ],
    ['claude-sonnet-4-5-20250929', ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5']],
    ['claude-sonnet-4-5@20250929', ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5']],
    ['claude-3-7-sonnet-latest', ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet']],
  ])('%s is looked for as %o', (sent, forms) => {
    expect(modelForms(sent)).toEqual(forms)
  })

  test.each([
    'ft:gpt-4o-mini-2024-07-18:acme::abc123',
    'gpt-4-0613',
    'gemini-2.5-flash-preview-09-2025',
    'gpt-4o-mini',
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
  ])('%s is no other model', (sent) => {
    expect(modelForms(sent)).toEqual([sent])
  })

  test('an empty name is none', () => {
    expect(modelForms('')).toEqual([])
    expect(modelForms('models/')).toEqual(['models/'])
  })
})
