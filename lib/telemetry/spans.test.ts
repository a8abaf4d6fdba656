import { describe, expect, test } from 'vitest'
import { exampleAt, exampleSpan } from './example.ts'
import type { Attributes, OtlpSpan } from './otlpSpan.ts'
import { partOf, partsOf } from './spans.ts'

const of = (attributes: Attributes, rest: Partial<OtlpSpan> = {}) =>
  partOf(exampleSpan({ attributes, name: 'a span', ...rest }))

describe('the kind of a span', () => {
  test.each<[string, Attributes, string?]>([
    ['run', { 'gen_ai.operation.name': 'invoke_agent' }],
    ['run', { 'gen_ai.operation.name': 'invoke_workflow' }],
    ['tool', { 'gen_ai.operation.name': 'execute_tool' }],
    ['inference', { 'gen_ai.operation.name': 'chat' }],
    ['inference', { 'gen_ai.operation.name': 'generate_content' }],
    ['inference', { 'gen_ai.operation.name': 'text_completion' }],
    ['link', { 'gen_ai.operation.name': 'agent_step' }],
    ['link', { 'gen_ai.operation.name': 'embeddings' }],
    ['run', { 'ai.operationId': 'ai.streamText' }],
    ['tool', { 'ai.operationId': 'ai.toolCall' }],
    ['inference', { 'ai.operationId': 'ai.generateText.doGenerate' }],
    ['run', { 'openinference.span.kind': 'AGENT' }],
    ['tool', { 'openinference.span.kind': 'TOOL' }],
    ['inference', { 'openinference.span.kind': 'LLM' }],
    ['link', { 'openinference.span.kind': 'CHAIN' }],
    ['run', { 'traceloop.span.kind': 'workflow' }],
    ['run', { 'traceloop.span.kind': 'agent' }],
    ['tool', { 'traceloop.span.kind': 'tool' }],
    ['link', { 'traceloop.span.kind': 'task' }],
    ['inference', { 'llm.request.type': 'chat', 'gen_ai.system': 'OpenAI' }],
    ['run', { 'langsmith.is_root': true, 'langsmith.span.kind': 'chain' }],
    ['tool', { 'langsmith.span.kind': 'tool' }],
    ['inference', { 'langsmith.span.kind': 'llm' }],
    ['run', {}, 'claude_code.interaction'],
    ['inference', {}, 'claude_code.llm_request'],
    ['tool', {}, 'claude_code.tool'],
    ['execution', {}, 'claude_code.tool.execution'],
    ['wait', {}, 'claude_code.tool.blocked_on_user'],
    ['link', {}, 'claude_code.hook'],
  ])('is %s for %o %s', (kind, attributes, name = 'invoke_agent anything') => {
    expect(of(attributes, { name })?.kind).toBe(kind)
  })

  test('does not depend on the name, which some emitters make of the model’s', () => {
    expect(of({ 'http.request.method': 'GET' }, { name: 'invoke_agent support-agent' })).toBeNull()
  })

  test('is none for a built-in property that is no kind', () => {
    expect(of({ 'gen_ai.operation.name': 'constructor' })?.kind).toBe('link')
  })
})

describe('tokens and cost', () => {
  test.each<[string, Attributes, string?]>([
    ['the new names', { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 20 }],
    ['the old names', { 'gen_ai.usage.prompt_tokens': 100, 'gen_ai.usage.completion_tokens': 20 }],
    ['AI SDK 5', { 'ai.usage.inputTokens': 100, 'ai.usage.outputTokens': 20 }],
    ['AI SDK 4', { 'ai.usage.promptTokens': 100, 'ai.usage.completionTokens': 20 }],
    ['OpenInference', { 'llm.token_count.prompt': 100, 'llm.token_count.completion': 20 }],
    ['text', { 'gen_ai.usage.input_tokens': '100', 'gen_ai.usage.output_tokens': '20' }],
  ])('are read from %s', (_, attributes) => {
    const part = of({ 'gen_ai.operation.name': 'chat', ...attributes })
    expect(part).toMatchObject({ inputTokens: 100, outputTokens: 20 })
  })

  test('Claude Code counts its cache beside the input, so it is added', () => {
    const part = of(
      { input_tokens: 2, cache_read_tokens: '98', cache_creation_tokens: 10, output_tokens: 20 },
      { name: 'claude_code.llm_request' },
    )
    expect(part).toMatchObject({ inputTokens: 110, outputTokens: 20 })
  })

  test('the conventions count the cache inside the input, so it is not', () => {
    const part = of({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 98,
    })
    expect(part).toMatchObject({ inputTokens: 100 })
  })

  test('a bare name is no one’s but Claude Code’s', () => {
    expect(of({ 'gen_ai.operation.name': 'chat', input_tokens: 5 })).toMatchObject({ inputTokens: null })
  })

  test.each<[Attributes, number | null]>([
    [{ 'gen_ai.usage.cost.amount': 0.25 }, 0.25],
    [{ 'gen_ai.usage.cost.amount': '0.25', 'gen_ai.usage.cost.currency': 'usd' }, 0.25],
    [{ 'gen_ai.usage.cost.amount': 0.25, 'gen_ai.usage.cost.currency': 'EUR' }, null],
    [{ 'llm.cost.total': 0.25 }, 0.25],
    [{ 'llm.cost.total': -1 }, null],
    [{ 'llm.cost.total': 1e300 }, null],
    [{}, null],
  ])('%o costs %s dollars', (attributes, costUsd) => {
    expect(of({ 'gen_ai.operation.name': 'chat', ...attributes })).toMatchObject({ costUsd })
  })
})

describe('failure', () => {
  test('is an error status, or an error type', () => {
    const chat = { 'gen_ai.operation.name': 'chat' }
    expect(of(chat)).toMatchObject({ failed: false, errorType: null })
    expect(of(chat, { statusCode: 'error' })).toMatchObject({ failed: true, errorType: null })
    expect(of({ ...chat, 'error.type': 'timeout' })).toMatchObject({ failed: true, errorType: 'timeout' })
  })

  test('is a want of success for Claude Code, as a flag or as text', () => {
    const name = 'claude_code.tool.execution'
    expect(of({ success: false }, { name })).toMatchObject({ failed: true })
    expect(of({ success: 'false' }, { name })).toMatchObject({ failed: true })
    expect(of({ success: 'true' }, { name })).toMatchObject({ failed: false })
  })
})

describe('people', () => {
  test('a user’s id is kept only as a keyed hash, and not at all without the key', () => {
    const span = exampleSpan({
      attributes: { 'gen_ai.operation.name': 'chat', 'user.id': 'ann@example.com' },
    })
    expect(partOf(span)?.userHash).toBeNull()
    const hashed = partOf(span, { userHashKey: 'k' })
    expect(hashed?.userHash).toMatch(/^[0-9a-f]{32}$/)
    expect(partOf(span, { userHashKey: 'other' })?.userHash).not.toBe(hashed?.userHash)
    expect(JSON.stringify(hashed)).not.toContain('ann@example.com')
  })

  test('a conversation is known by the conventions and by what frameworks call it', () => {
    expect(of({ 'gen_ai.conversation.id': 'a', 'session.id': 'b' })?.conversationId).toBe('a')
    expect(of({ 'openinference.span.kind': 'LLM', 'session.id': 'b' })?.conversationId).toBe('b')
    expect(of({ 'mastra.metadata.threadId': 'c' })?.conversationId).toBe('c')
  })
})

describe('time', () => {
  const secondsNs = 1_000_000_000n
  const received = exampleAt
  const nowNs = BigInt(received.getTime()) * 1_000_000n
  const span = (startNs: bigint, endNs: bigint) => exampleSpan({ startNs, endNs })
  const taken = (given: OtlpSpan) => partsOf([given], received)

  test('a duration has the precision of nanoseconds', () => {
    const [part] = taken(span(nowNs, nowNs + 1_234_567n)).parts
    expect(part?.durationMs).toBeCloseTo(1.234567, 9)
  })

  test.each<[string, bigint, bigint, string]>([
    ['ends after we got it, by more than clocks differ', nowNs, nowNs + 301n * secondsNs, '5 minutes after'],
    [
      'ended more than a day ago',
      nowNs - 86_402n * secondsNs,
      nowNs - 86_401n * secondsNs,
      '24 hours before',
    ],
    ['ends before it starts', nowNs, nowNs - 1n, 'not before the start'],
    ['has no times', 0n, 0n, '24 hours before'],
    ['has no start', 0n, nowNs, '7 days before'],
    ['ends when no date can be', nowNs, 2n ** 64n - 1n, '5 minutes after'],
  ])('a span that %s is rejected, and says why', (_, startNs, endNs, expected) => {
    const { parts, rejected } = taken(span(startNs, endNs))
    expect(parts).toEqual([])
    expect(rejected.length).toBe(1)
    expect(rejected[0]?.path).toMatch(
      /^resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[0\]\.(start|end)TimeUnixNano$/,
    )
    expect(rejected[0]?.expected).toContain(expected)
  })

  test('a span at the edge of what clocks may differ is taken', () => {
    expect(taken(span(nowNs, nowNs + 300n * secondsNs)).parts.length).toBe(1)
    expect(taken(span(nowNs - 86_401n * secondsNs, nowNs - 86_400n * secondsNs)).parts.length).toBe(1)
  })

  test('one bad span does not take the others with it', () => {
    const { parts, rejected } = partsOf([span(nowNs, 0n), span(nowNs - secondsNs, nowNs)], received)
    expect([parts.length, rejected.length]).toEqual([1, 1])
  })
})

test('a part is plain JSON: written and read again it is the same', () => {
  const part = of({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'refund' })
  expect(JSON.parse(JSON.stringify(part))).toEqual(part)
  expect(part?.toolName).toBe('refund')
})
