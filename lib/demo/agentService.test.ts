import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { classify } from '#lib/telemetry/classify.ts'
import { type AgentService, startAgentService } from './agentService.ts'
import type { Course } from './faults.ts'
import { type DemoEdge, startDemoEdge } from '#lib/testing/demoEdge.ts'

const well: Course = {
  fails: false,
  toolFails: false,
  latencyMs: 20,
  hangs: false,
  subAgentMs: null,
  helpful: 0.9,
  isMislabelled: false,
}
const subAgent = 'support-agent-orders'
const token = 'token'

let edge: DemoEdge
let service: AgentService | null
beforeEach(async () => {
  edge = await startDemoEdge(token)
  service = null
})
afterEach(async () => {
  await service?.stop()
  await edge.close()
})

async function aService({ course = well, mayWrite = true, batchMs = 200 } = {}): Promise<AgentService> {
  service = await startAgentService({
    agent: 'support-agent',
    version: '2.4.0',
    edgeUrl: edge.url,
    token,
    course: () => course,
    mayWrite: () => mayWrite,
    subAgent: { name: subAgent, version: () => '1.0.0' },
    batchMs,
  })
  return service
}

async function chat({ url }: AgentService, message = 'Where is my order?'): Promise<number> {
  const answer = await fetch(`${url}/chat`, {
    method: 'POST',
    body: JSON.stringify({ conversationId: 'c-1', message }),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** One turn, and the run that the receiver makes of it. */
async function runOf(options: Parameters<typeof aService>[0] = {}, message?: string) {
  const started = await aService(options)
  const status = await chat(started, message)
  await started.stop()
  const runs = edge.runs()
  expect(runs).toHaveLength(1)
  return { status, run: runs[0] }
}

describe('a turn', () => {
  test('is one run of its version, with its conversation, tokens, cost and tools', async () => {
    const { status, run } = await runOf()
    expect(status).toBe(200)
    expect(run).toMatchObject({
      agent: 'support-agent',
      version: '2.4.0',
      conversationId: 'c-1',
      failed: false,
      toolCalls: 2,
      toolFailures: 0,
      // The calls' own, and not once more from the sum on the run.
      inputTokens: 840,
      outputTokens: 120,
      costEstimated: false,
    })
    expect(run?.costUsd).toBeCloseTo(2 * 0.00288, 6)
    expect(run?.latencyMs).toBeGreaterThan(15)
    expect(run?.latencyMs).toBeLessThan(2_000)
  })

  test('has the spans of the AI SDK: the run is named after the model, and is internal', async () => {
    await runOf()
    const spans = edge.spans()
    const root = spans.filter((span) => span.parentSpanId === null)
    expect(root.map((span) => [span.name, classify(span)])).toEqual([['demo-large-1', 'run']])
    expect(spans.map(classify).sort()).toEqual(['inference', 'inference', 'run', 'tool', 'tool'])
    expect(new Set(spans.map((span) => span.traceId)).size).toBe(1)
  })

  test('tells nothing of what was said', async () => {
    await runOf({}, 'I want my money back, said the secret customer')
    expect(
      JSON.stringify(edge.spans(), (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain('secret customer')
  })

  test('refunds when the customer asks for money', async () => {
    const { run } = await runOf({}, 'I want my money back.')
    expect(run?.tools.map(({ name }) => name)).toEqual(['lookup_order', 'refund'])
  })

  test('leaves out the write, and its span, when writes are denied', async () => {
    const { status, run } = await runOf({ mayWrite: false }, 'I want my money back.')
    expect(status).toBe(200)
    expect(run?.tools.map(({ name }) => name)).toEqual(['lookup_order'])
  })
})

describe('a failure', () => {
  test('of the run is a failed run without a failed tool', async () => {
    const { status, run } = await runOf({ course: { ...well, fails: true } })
    expect(status).toBe(500)
    expect(run).toMatchObject({ failed: true, errorType: 'ModelError', toolFailures: 0 })
  })

  test('of a tool does not fail the run', async () => {
    const { status, run } = await runOf({ course: { ...well, toolFails: true } })
    expect(status).toBe(200)
    expect(run).toMatchObject({ failed: false, toolCalls: 2, toolFailures: 1 })
  })

  test('of a tool that brings the run down ends it before it writes', async () => {
    const { run } = await runOf({ course: { ...well, fails: true, toolFails: true } })
    expect(run).toMatchObject({ failed: true, toolCalls: 1, toolFailures: 1 })
  })
})

describe('a run that calls a sub-agent', () => {
  /** One such turn, sent as its spans end. */
  async function longTurn(course: Partial<Course> = {}, batchMs = 50) {
    const started = await aService({ course: { ...well, subAgentMs: 300, ...course }, batchMs })
    const status = await chat(started)
    await started.stop()
    const byAgent = new Map(edge.runs().map((run) => [run.agent, run]))
    return { status, caller: byAgent.get('support-agent'), called: byAgent.get(subAgent) }
  }

  test('is a run of each, with its own version and tools; what the inner one cost counts at both', async () => {
    const { status, caller, called } = await longTurn()
    expect(status).toBe(200)
    expect(edge.runs()).toHaveLength(2)
    expect(called).toMatchObject({ version: '1.0.0', toolCalls: 1, failed: false, conversationId: 'c-1' })
    expect(caller).toMatchObject({ version: '2.4.0', failed: false })
    expect(called?.insideOf).toMatchObject({ agent: 'support-agent', spanId: caller?.spanId })
    expect(caller?.costUsd).toBeCloseTo(4 * 0.00288, 6)
    expect(called?.costUsd).toBeCloseTo(2 * 0.00288, 6)
    expect(caller?.latencyMs).toBeGreaterThan(300)
  })

  test('fails the tool of the caller, and none of the sub-agent', async () => {
    const { caller, called } = await longTurn({ toolFails: true })
    expect(caller?.tools.filter(({ failures }) => failures > 0).map(({ name }) => name)).toEqual([
      'lookup_order',
    ])
    expect(called).toMatchObject({ toolFailures: 0, failed: false })
  })

  test('is sent as SDKs send it: what is inside goes in earlier requests, and says that its parent is local', async () => {
    await longTurn()
    const spans = edge.spans()
    const root = spans.find((span) => span.parentSpanId === null)
    const inner = spans.filter((span) => span.parentSpanId !== null)
    const sub = spans.find((span) => span.attributes['gen_ai.agent.name'] === subAgent)
    if (!root || !sub) throw new Error('A run did not come')
    expect(inner.map((span) => span.parentRemote)).toEqual(inner.map(() => false))
    const within = inner.filter((span) => span.parentSpanId === sub.spanId)
    expect(within).toHaveLength(3)
    for (const span of within.slice(0, 2))
      expect(edge.requestOf(span.spanId)).toBeLessThan(edge.requestOf(root.spanId))
  })

  test('is not called where the course has none', async () => {
    await runOf()
    expect(edge.runs().map(({ agent }) => agent)).toEqual(['support-agent'])
  })
})

describe('an answer', () => {
  test('is scored, by the run that gave it', async () => {
    const { run } = await runOf({ course: { ...well, helpful: 0.42 } })
    expect(edge.scores()).toMatchObject([
      {
        run: { trace_id: run?.traceId, span_id: run?.spanId },
        agent: 'support-agent',
        name: 'helpful',
        value: 0.42,
      },
    ])
  })

  test('that never came is not: neither a failed run nor one that hangs', async () => {
    await runOf({ course: { ...well, fails: true } })
    expect(edge.scores()).toEqual([])
  })

  test('is of the version that the agent reports, whatever the resource says', async () => {
    const { run } = await runOf({ course: { ...well, isMislabelled: true } })
    expect(run).toMatchObject({ agent: 'support-agent', version: 'v2.4.0', failed: false })
  })
})

describe('the end', () => {
  test('lets a running turn finish, and its telemetry is sent', async () => {
    const started = await aService({ course: { ...well, latencyMs: 400 } })
    const turn = chat(started)
    await expect.poll(() => edge.spans().length, { interval: 5 }).toBeGreaterThan(0)
    await started.stop()
    expect(await turn).toBe(200)
    expect(edge.runs()).toMatchObject([{ failed: false, toolCalls: 2 }])
  })

  test('does not wait for a turn that never finishes, of which nothing is told', async () => {
    const started = await aService({ course: { ...well, hangs: true } })
    const turn = chat(started).catch(() => 'broken off')
    const asked = performance.now()
    await started.stop()
    expect(performance.now() - asked).toBeLessThan(1_500)
    expect(await turn).toBe('broken off')
    expect(edge.spans()).toEqual([])
  })
})
