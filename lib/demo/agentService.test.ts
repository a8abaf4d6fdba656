import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { classify } from '#lib/telemetry/classify.ts'
import { type AgentService, startAgentService } from './agentService.ts'
import type { Course } from './faults.ts'
import { type DemoEdge, startDemoEdge } from '#lib/testing/demoEdge.ts'

const well: Course = { fails: false, toolFails: false, latencyMs: 20, hangs: false }
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

async function aService({ course = well, mayWrite = true } = {}): Promise<AgentService> {
  service = await startAgentService({
    agent: 'support-agent',
    version: '2.4.0',
    edgeUrl: edge.url,
    token,
    course: () => course,
    mayWrite: () => mayWrite,
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
