import { describe, expect, test } from 'vitest'
import { exampleAt, exampleSpan } from './example.ts'
import type { Attributes, OtlpSpan } from './otlpSpan.ts'
import { partOf, partsOf, silentPart } from './spans.ts'

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
    ['run', { 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'support' }],
    ['link', { 'traceloop.span.kind': 'workflow', 'traceloop.workflow.name': 'RunnableSequence' }],
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
    expect(of({ 'http.request.method': 'GET' }, { name: 'invoke_agent support-agent' }).kind).toBe('link')
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

describe('a span that says nothing of agents', () => {
  test('is kept with its ids and times, and with nothing else', () => {
    const attributes = { 'session.id': 's', 'user.hash': 'h', 'error.type': 'X', 'http.route': '/chat' }
    const resource = { 'service.name': 'support-agent', 'service.version': '2.4.0' }
    const part = of(attributes, {
      parentSpanId: 'b'.repeat(16),
      parentRemote: true,
      resource,
      statusCode: 'error',
    })
    expect(part).toEqual({
      ...silentPart,
      traceId: part.traceId,
      spanId: part.spanId,
      parentSpanId: 'b'.repeat(16),
      parentRemote: true,
      startedAt: exampleAt.toISOString(),
      endedAt: new Date(exampleAt.getTime() + 1500).toISOString(),
      durationMs: 1500,
    })
  })
})

describe('the type of an error', () => {
  const run = { 'gen_ai.operation.name': 'invoke_agent' }
  const thrown = (...types: readonly string[]) =>
    types.map((type) => ({ name: 'exception', attributes: { 'exception.type': type } }))

  test('is the one that is told, else the last exception of a span that failed', () => {
    const events = thrown('Retried', 'RateLimitError')
    expect(of({ ...run, 'error.type': 'timeout' }, { statusCode: 'error', events }).errorType).toBe('timeout')
    expect(of(run, { statusCode: 'error', events }).errorType).toBe('RateLimitError')
    expect(
      of(run, { statusCode: 'error', events: [{ name: 'exception', attributes: {} }] }).errorType,
    ).toBeNull()
  })

  test('is none of a span that went well after all, and an exception alone is no failure', () => {
    expect(of(run, { events: thrown('Retried') })).toMatchObject({ failed: false, errorType: null })
  })
})

describe('what a run says of itself', () => {
  const said = {
    'switchback.retry_of': 'abc',
    'switchback.unit': 'tenant-1',
    plan: 'pro',
    seats: 5,
    trial: false,
  }

  test('is kept of runs alone: which it tries again, what was drawn for, and what else it carries as text', () => {
    expect(of({ 'gen_ai.operation.name': 'invoke_agent', ...said })).toMatchObject({
      retryOf: 'abc',
      unit: 'tenant-1',
      attributes: { plan: 'pro', seats: '5', trial: 'false' },
    })
    expect(of({ 'gen_ai.operation.name': 'chat', ...said })).toMatchObject({
      retryOf: null,
      unit: null,
      attributes: null,
    })
  })

  test('is bounded, and never who somebody is', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`k${n}`, `${'x'.repeat(63)}😀`]))
    const people = {
      'user.id': 'ann@example.com',
      'user.email': 'ann@example.com',
      'enduser.id': 'ann',
      'langsmith.metadata.user_id': 'ann',
      'mastra.metadata.userId': 'ann',
      customer_email: 'ann@example.com',
      list: ['a'],
      ['y'.repeat(101)]: 'z',
    }
    const run = { 'gen_ai.operation.name': 'invoke_agent' }
    const { attributes } = of({ ...people, ...run, ...many })
    expect(Object.keys(attributes ?? {}).length).toBe(40)
    for (const text of Object.values(attributes ?? {})) {
      expect(text.length).toBeLessThanOrEqual(64)
      expect(text.isWellFormed()).toBe(true)
    }
    expect(of({ ...people, ...run }).attributes).toEqual(run)
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
