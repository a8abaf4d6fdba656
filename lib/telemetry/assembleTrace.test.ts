import { assert, constantFrom, integer, property, record, shuffledSubarray, uniqueArray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AssemblyOptions, assembleTrace, defaultWaits } from './assembleTrace.ts'
import { partKinds } from './classify.ts'
import { exampleAt, examplePart } from './example.ts'
import type { Price } from './price.ts'
import type { SpanPart } from './spans.ts'

const id = (n: number) => n.toString(16).padStart(16, '0')

type Given = Partial<SpanPart> & { readonly startMs?: number; readonly in?: number }

/** A part with the number n, in the part with the number `in`. */
function part(n: number, kind: SpanPart['kind'], { in: parent, ...given }: Given = {}): SpanPart {
  return examplePart({
    spanId: id(n),
    parentSpanId: parent === undefined ? null : id(parent),
    kind,
    ...given,
  })
}

const later = (ms: number) => new Date(exampleAt.getTime() + ms)
const longAfter = later(3_600_000)

/** What is known of a trace long after everything came, of agents that are all registered but `stray-agent`. */
function assembled(parts: readonly SpanPart[], options: Partial<AssemblyOptions> = {}) {
  const received = parts.map((each) => ({ part: each, receivedAt: exampleAt }))
  return assembleTrace(received, {
    now: longAfter,
    isRegistered: (agent) => agent !== 'stray-agent',
    ...options,
  })
}

function runsOf(parts: readonly SpanPart[], options: Partial<AssemblyOptions> = {}) {
  return assembled(parts, options).runs.map(({ run }) => run)
}

describe('what is a run', () => {
  test('parts without a run are no run yet', () => {
    expect(runsOf([part(1, 'tool', { toolName: 'a' }), part(2, 'inference')])).toEqual([])
    expect(runsOf([])).toEqual([])
  })

  test('two agents side by side are two runs, each with its own', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'run'),
      part(3, 'tool', { in: 1, toolName: 'a' }),
      part(4, 'tool', { in: 2, toolName: 'b', failed: true }),
    ]
    expect(runsOf(parts)).toMatchObject([
      { tools: [{ name: 'a', calls: 1, failures: 0 }] },
      { tools: [{ name: 'b', calls: 1, failures: 1 }] },
    ])
  })

  test('an agent that nobody registered is none, and is told', () => {
    const stray = part(1, 'run', { agent: 'stray-agent' })
    expect(assembled([stray, part(2, 'tool', { in: 1 })])).toMatchObject({
      runs: [],
      unclaimed: { agents: ['stray-agent'], hasCalls: false },
    })
  })

  test('calls of models and tools under no run-span are told, but only once nothing can be above them', () => {
    const told = (...parts: readonly SpanPart[]) => assembled(parts).unclaimed.hasCalls
    expect(told(part(1, 'inference'))).toBe(true)
    expect(told(part(1, 'inference', { in: 99, parentRemote: false }))).toBe(false)
    expect(told(part(1, 'tool', { in: 99, parentRemote: true }))).toBe(false)
    expect(told(part(1, 'run'), part(2, 'tool', { in: 1 }))).toBe(false)
  })

  test('nothing is given to a run because it was near in time', () => {
    const parts = [
      part(1, 'run', { startMs: 0, durationMs: 1000 }),
      part(2, 'run', { startMs: 2000, durationMs: 1000 }),
      part(3, 'tool', { in: 99, toolName: 'a', startMs: 500, durationMs: 10, failed: true }),
      part(4, 'tool', { in: 98, toolName: 'b', startMs: 2500, durationMs: 10 }),
      part(5, 'inference', { startMs: 100, inputTokens: 5 }),
    ]
    expect(runsOf(parts)).toMatchObject([
      { toolCalls: 0, inputTokens: 0 },
      { toolCalls: 0, inputTokens: 0 },
    ])
  })

  test('spans that claim to be their own ancestors do not hang it', () => {
    const parts = [
      part(1, 'run', { in: 2 }),
      part(2, 'link', { in: 1 }),
      part(3, 'tool', { in: 3, toolName: 'a' }),
      part(4, 'tool', { in: 1, toolName: 'b' }),
    ]
    expect(runsOf(parts)).toMatchObject([{ spanId: id(1), toolCalls: 1 }])
  })

  test('of two tellings of one span the one that ended later holds, whichever came first', () => {
    const first = part(1, 'run', { durationMs: 10, failed: true })
    const last = part(1, 'run', { durationMs: 20 })
    expect(runsOf([first, last])).toEqual(runsOf([last, first]))
    expect(runsOf([last, first])).toMatchObject([{ latencyMs: 20, failed: false }])
  })
})

describe('how long a run waits', () => {
  const at = (ms: number, ...parts: readonly SpanPart[]) => {
    const { runs, again } = assembled(parts, { now: later(ms) })
    return [runs.length, again === null ? null : again.getTime() - exampleAt.getTime()]
  }

  test.each<[string, Given, number]>([
    ['without a parent', {}, 200],
    ['whose parent is in another process', { in: 99, parentRemote: true }, 200],
    ['whose parent is in its process', { in: 99, parentRemote: false }, 900_000],
    ['of whose parent nobody says where it is', { in: 99 }, 30_000],
    ['that is its own parent', { in: 1 }, 200],
  ])('one %s: %o, so many ms: %i', (_, given, ms) => {
    expect(at(ms - 1, part(1, 'run', given))).toEqual([0, ms])
    expect(at(ms, part(1, 'run', given))).toEqual([1, null])
  })

  test('it is the end of its ancestors that counts, whatever stands between', () => {
    const inner = [
      part(3, 'run', { in: 2, parentRemote: false }),
      part(2, 'link', { in: 1, parentRemote: false }),
    ]
    expect(at(1000, ...inner)).toEqual([0, 900_000])
    expect(at(1000, ...inner, part(1, 'link'))).toEqual([1, null])
    expect(at(1000, ...inner, part(1, 'link', { in: 99, parentRemote: true }))).toEqual([1, null])
    expect(at(1000, ...inner, part(1, 'link', { in: 99 }))).toEqual([0, 30_000])
  })

  test('a run counts from when it came first, and is ready as soon as its root is here', () => {
    const inner = part(2, 'run', { in: 1, parentRemote: false, agent: 'billing-agent' })
    const root = part(1, 'run')
    const received = [
      { part: inner, receivedAt: exampleAt },
      { part: root, receivedAt: later(60_000) },
      { part: inner, receivedAt: later(60_000) },
    ]
    const options = { isRegistered: () => true }
    const early = assembleTrace(received, { ...options, now: later(60_100) })
    expect([early.runs.length, early.waiting.length, early.again]).toEqual([0, 2, later(60_200)])
    const { runs } = assembleTrace(received, { ...options, now: later(60_200) })
    expect(runs.map((each) => each.receivedAt)).toEqual([later(60_000), exampleAt])
  })

  test('the parents of an agent that never come are waited for as if nobody said where they are', () => {
    const run = part(1, 'run', { in: 99, parentRemote: false })
    const at = (ms: number, agent: string) =>
      assembled([run], { now: later(ms), comesAlone: (each) => each === agent }).runs.length
    expect([at(29_999, 'support-agent'), at(30_000, 'support-agent'), at(30_000, 'other')]).toEqual([0, 1, 0])
  })

  test('a run says whether its parent is missing', () => {
    const missing = (...parts: readonly SpanPart[]) => runsOf(parts).map((run) => run.parentMissing)
    const inner = part(2, 'run', { in: 1, parentRemote: false })
    expect([missing(inner), missing(inner, part(1, 'link'))]).toEqual([[true], [false]])
    expect(missing(part(2, 'run', { in: 1, parentRemote: true }))).toEqual([false])
  })

  test('how long is a setting', () => {
    const waits = { ...defaultWaits, localMs: 5 }
    const run = part(1, 'run', { in: 99, parentRemote: false })
    expect(assembled([run], { now: later(5), waits }).runs.length).toBe(1)
  })

  test('an agent that nobody registered is not waited for', () => {
    const stray = part(1, 'run', { in: 99, parentRemote: false, agent: 'stray-agent' })
    expect(assembled([stray], { now: exampleAt })).toMatchObject({ runs: [], waiting: [], again: null })
  })
})

describe('an agent in an agent', () => {
  const billing = { agent: 'billing-agent', version: '7.0.0' }

  test('is a run of its own, with its version and its tools; its caller made one call more', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'link', { in: 1 }),
      part(3, 'tool', { in: 2, toolName: 'lookup', failed: true }),
      part(4, 'run', { in: 2, ...billing }),
      part(5, 'tool', { in: 4, toolName: 'refund' }),
    ]
    expect(runsOf(parts)).toMatchObject([
      {
        agent: 'support-agent',
        version: '2.4.0',
        insideOf: null,
        toolFailures: 1,
        tools: [
          { name: 'billing-agent', calls: 1, failures: 0 },
          { name: 'lookup', calls: 1, failures: 1 },
        ],
      },
      {
        ...billing,
        insideOf: { spanId: id(1), agent: 'support-agent' },
        tools: [{ name: 'refund', calls: 1, failures: 0 }],
      },
    ])
  })

  test('is the tool call that stands between them, which failed if it failed; not one more', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'tool', { in: 1, toolName: 'ask_billing' }),
      part(3, 'link', { in: 2 }),
      part(4, 'run', { in: 3, ...billing, failed: true }),
      part(5, 'run', { in: 3, agent: 'tax-agent' }),
    ]
    expect(runsOf(parts)[0]).toMatchObject({
      failed: false,
      tools: [{ name: 'ask_billing', calls: 1, failures: 1 }],
    })
  })

  test('that was cancelled is no failed call', () => {
    const failed = { failed: true, errorType: 'AbortError' }
    const [outer, inner] = runsOf([part(1, 'run'), part(2, 'run', { in: 1, ...billing, ...failed })])
    expect(inner).toMatchObject({ failed: false, cancelled: true, errorType: 'AbortError' })
    expect(outer).toMatchObject({ toolCalls: 1, toolFailures: 0 })
  })

  test('of the same agent is part of the outer run, also with another agent between them', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'run', { in: 1, version: '9.9.9' }),
      part(3, 'tool', { in: 2, toolName: 'a' }),
      part(4, 'run', { in: 1, ...billing }),
      part(5, 'run', { in: 4 }),
      part(6, 'tool', { in: 5, toolName: 'b' }),
      part(7, 'inference', { in: 5, inputTokens: 10 }),
    ]
    const { runs, inside } = assembled(parts)
    expect(runs.map(({ run }) => run)).toMatchObject([
      { spanId: id(1), version: '2.4.0', toolCalls: 3, inputTokens: 10 },
      { spanId: id(4), toolCalls: 0, inputTokens: 10 },
    ])
    expect(inside).toEqual([
      { spanId: id(2), into: id(1) },
      { spanId: id(5), into: id(1) },
    ])
  })

  test('that nobody registered is a part, and neither its name nor its version is anybody’s', () => {
    const parts = [
      part(1, 'run', { version: null, rung: 'unattributed' }),
      part(2, 'run', { in: 1, agent: 'stray-agent', version: '5' }),
      part(3, 'tool', { in: 2, toolName: 'a' }),
      part(4, 'run', { in: 1, agent: null, version: '6' }),
    ]
    const { runs, unclaimed } = assembled(parts)
    expect(runs.map(({ run }) => run)).toMatchObject([
      { agent: 'support-agent', version: null, tools: [{ name: 'a', calls: 1 }] },
    ])
    expect(unclaimed.agents).toEqual([])
  })

  test('under one that nobody registered is a run', () => {
    const parts = [part(1, 'run', { agent: 'stray-agent' }), part(2, 'run', { in: 1 })]
    expect(runsOf(parts)).toMatchObject([{ spanId: id(2), insideOf: null }])
  })

  test('through three agents a call is of the nearest, and the tokens of all', () => {
    const parts = [
      part(1, 'run', { agent: 'a' }),
      part(2, 'run', { in: 1, agent: 'b' }),
      part(3, 'run', { in: 2, agent: 'c' }),
      part(4, 'tool', { in: 3, toolName: 't', failed: true }),
      part(5, 'inference', { in: 3, inputTokens: 100, outputTokens: 10, costUsd: 1 }),
      part(6, 'inference', { in: 1, inputTokens: 1, outputTokens: 1, costUsd: 0.5 }),
    ]
    expect(runsOf(parts)).toMatchObject([
      { agent: 'a', inputTokens: 101, costUsd: 1.5, subAgentCostUsd: 1, toolFailures: 0 },
      { agent: 'b', inputTokens: 100, costUsd: 1, subAgentCostUsd: 1, toolFailures: 0 },
      { agent: 'c', inputTokens: 100, costUsd: 1, subAgentCostUsd: null, toolFailures: 1 },
    ])
  })

  test('a total that the caller alone tells is not counted beside what it may include', () => {
    const total = (inputTokens: number) =>
      runsOf([
        part(1, 'run', { inputTokens, outputTokens: 1 }),
        part(2, 'run', { in: 1, ...billing }),
        part(3, 'inference', { in: 2, inputTokens: 100, outputTokens: 5 }),
      ])[0]
    expect(total(300)).toMatchObject({ inputTokens: 300, outputTokens: 5 })
    expect(total(50)).toMatchObject({ inputTokens: 100, outputTokens: 5 })
  })

  test('is in the conversation of its caller unless it says another', () => {
    const parts = [
      part(1, 'run', { conversationId: 'c' }),
      part(2, 'run', { in: 1, ...billing }),
      part(3, 'run', { in: 1, agent: 'tax-agent', conversationId: 'd', unit: 'u' }),
    ]
    expect(runsOf(parts).map((run) => [run.conversationId, run.unit])).toEqual([
      ['c', 'c'],
      ['c', 'c'],
      ['d', 'u'],
    ])
    expect(
      runsOf([part(1, 'run'), part(2, 'run', { in: 1, ...billing, conversationId: 'e' })]),
    ).toMatchObject([{ conversationId: 'e' }, { conversationId: 'e' }])
  })

  test('its rollout is not its caller’s', () => {
    const parts = [part(1, 'run'), part(2, 'run', { in: 1, ...billing, rolloutId: 'ro_billing' })]
    expect(runsOf(parts).map((run) => run.rolloutId)).toEqual([null, 'ro_billing'])
  })
})

describe('chains', () => {
  const called = [part(8, 'inference', { in: 1, inputTokens: 5 }), part(9, 'tool', { in: 2, toolName: 'a' })]

  test('the outermost that called something is the run, the others are links', () => {
    const parts = [part(1, 'chain', { failed: true }), part(2, 'chain', { in: 1, agent: 'step' }), ...called]
    expect(runsOf(parts)).toMatchObject([{ spanId: id(1), failed: true, toolCalls: 1, inputTokens: 5 }])
  })

  test('also under plain spans, as of a web server', () => {
    const parts = [part(7, 'link'), part(1, 'chain', { in: 7 }), part(2, 'chain', { in: 1 }), ...called]
    expect(runsOf(parts)).toMatchObject([{ spanId: id(1), toolCalls: 1 }])
  })

  test('one that called nothing is none, nor one under a run, nor one with a run of its agent in it', () => {
    expect(runsOf([part(1, 'chain'), part(2, 'chain', { in: 1 })])).toEqual([])
    const under = [part(5, 'run'), part(1, 'chain', { in: 5 }), part(2, 'link', { in: 1 }), ...called]
    expect(runsOf(under)).toMatchObject([{ spanId: id(5), toolCalls: 1 }])
    const over = [part(1, 'chain'), part(2, 'run', { in: 1 }), ...called]
    expect(runsOf(over)).toMatchObject([{ spanId: id(2), toolCalls: 1, inputTokens: 0 }])
    expect(assembled(over).inside).toEqual([{ spanId: id(1), into: id(2) }])
    expect(runsOf([part(1, 'chain', { agent: 'stray-agent' }), ...called])).toEqual([])
  })

  test('with another agent in it, it is the caller', () => {
    const parts = [part(1, 'chain'), part(2, 'run', { in: 1, agent: 'billing-agent' }), ...called]
    expect(runsOf(parts)).toMatchObject([
      { spanId: id(1), tools: [{ name: 'billing-agent' }] },
      { spanId: id(2), tools: [{ name: 'a' }] },
    ])
  })
})

describe('what a run says of itself', () => {
  test('is carried whole, and nobody else’s', () => {
    const said = { retryOf: 'abc', unit: 'tenant-1', attributes: { plan: 'pro' }, model: 'm-0' }
    const parts = [
      part(1, 'run', said),
      part(2, 'run', { in: 1, agent: null, retryOf: 'x', unit: 'y', attributes: { plan: 'z' } }),
      part(3, 'inference', { in: 1, model: 'm-1' }),
    ]
    expect(runsOf(parts)).toMatchObject([{ ...said, model: 'm-1' }])
  })

  test('ended with a cancelled type it is neither good nor bad, as the list of its agent says', () => {
    const parts = [part(1, 'run', { failed: true, errorType: 'CancelledError' })]
    expect(runsOf(parts)).toMatchObject([{ failed: false, cancelled: true }])
    const cancelledOf = (agent: string) => (agent === 'support-agent' ? ['Stopped'] : [])
    expect(runsOf(parts, { cancelledOf })).toMatchObject([{ failed: true, cancelled: false }])
  })
})

describe('tools', () => {
  test('are counted by name, failures apart, and do not fail the run', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'tool', { in: 1, toolName: 'search' }),
      part(3, 'tool', { in: 1, toolName: 'search', failed: true }),
      part(4, 'tool', { in: 1, toolName: 'refund' }),
    ]
    expect(runsOf(parts)).toMatchObject([
      {
        failed: false,
        toolCalls: 3,
        toolFailures: 1,
        tools: [
          { name: 'refund', calls: 1, failures: 0 },
          { name: 'search', calls: 2, failures: 1 },
        ],
      },
    ])
  })

  test('a call whose execution failed has failed, once', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'tool', { in: 1, toolName: 'Bash' }),
      part(3, 'execution', { in: 2, failed: true }),
      part(4, 'execution', { in: 2, failed: true }),
    ]
    expect(runsOf(parts)).toMatchObject([{ toolCalls: 1, toolFailures: 1 }])
  })

  test('one call told by two instruments is one call', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'tool', { in: 1, toolName: 'refund' }),
      part(3, 'tool', { in: 2, toolName: 'refund', failed: true }),
    ]
    expect(runsOf(parts)).toMatchObject([{ toolCalls: 1, toolFailures: 1 }])
  })
})

describe('latency', () => {
  test('is the time of the run without the time spent on a person, which is counted once', () => {
    const parts = [
      part(1, 'run', { durationMs: 10_000 }),
      part(2, 'wait', { in: 1, startMs: 1000, durationMs: 4000 }),
      part(3, 'wait', { in: 1, startMs: 2000, durationMs: 1000 }),
      part(4, 'wait', { in: 1, startMs: 4000, durationMs: 2000 }),
      part(5, 'wait', { in: 1, startMs: 9500, durationMs: 5000 }),
    ]
    expect(runsOf(parts)).toMatchObject([{ latencyMs: 4500 }])
  })
})

describe('tokens and cost', () => {
  const used = { inputTokens: 100, outputTokens: 20 }

  test('come from the model calls, not also from the run', () => {
    const parts = [
      part(1, 'run', { inputTokens: 300, outputTokens: 60 }),
      part(2, 'inference', { in: 1, ...used }),
      part(3, 'inference', { in: 1, ...used }),
    ]
    expect(runsOf(parts)).toMatchObject([{ inputTokens: 200, outputTokens: 40 }])
  })

  test('come from the run when no model call says anything', () => {
    const parts = [part(1, 'run', { ...used, costUsd: 0.5 }), part(2, 'inference', { in: 1 })]
    expect(runsOf(parts)).toMatchObject([{ ...used, costUsd: 0.5, costEstimated: false }])
  })

  test('come from the agents inside when neither does', () => {
    const inner = { agent: null, ...used }
    const parts = [part(1, 'run'), part(2, 'run', { in: 1, ...inner }), part(3, 'run', { in: 2, ...inner })]
    expect(runsOf(parts)).toMatchObject([used])
  })

  test('a model call told by two instruments is counted once', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'inference', { in: 1, ...used }),
      part(3, 'link', { in: 2 }),
      part(4, 'inference', { in: 3, ...used }),
    ]
    expect(runsOf(parts)).toMatchObject([used])
  })

  test('the cost is the sum of the calls when all of them say it', () => {
    const call = { in: 1, ...used, costUsd: 0.25 }
    const parts = [part(1, 'run', { costUsd: 9 }), part(2, 'inference', call), part(3, 'inference', call)]
    expect(runsOf(parts)).toMatchObject([{ costUsd: 0.5, costEstimated: false }])
  })

  test('a cost that is known in part is not known', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'inference', { in: 1, ...used, costUsd: 0.25 }),
      part(3, 'inference', { in: 1, ...used }),
    ]
    expect(runsOf(parts)).toMatchObject([{ costUsd: null, costEstimated: false }])
  })

  const open = {
    provider: null,
    model: 'm',
    until: null,
    cachedInputUsdPerMillion: null,
    reasoningUsdPerMillion: null,
  }
  const prices: readonly Price[] = [
    { ...open, from: new Date(0), until: exampleAt, inputUsdPerMillion: 1, outputUsdPerMillion: 5 },
    { ...open, from: exampleAt, inputUsdPerMillion: 2, outputUsdPerMillion: 10 },
  ]

  test('what is not told is estimated at the price of the day, and says so', () => {
    const parts = [part(1, 'run'), part(2, 'inference', { in: 1, model: 'm', ...used })]
    const [run] = runsOf(parts, { prices })
    expect(run).toMatchObject({ costEstimated: true })
    expect(run?.costUsd).toBeCloseTo((100 * 2 + 20 * 10) / 1e6, 12)
    const [older] = runsOf(
      [part(1, 'run'), part(2, 'inference', { in: 1, model: 'm', ...used, startMs: -1000 })],
      { prices },
    )
    expect(older?.costUsd).toBeCloseTo((100 * 1 + 20 * 5) / 1e6, 12)
  })

  test('a model without a price leaves the cost unknown', () => {
    const parts = [part(1, 'run'), part(2, 'inference', { in: 1, model: 'other', ...used })]
    expect(runsOf(parts, { prices })).toMatchObject([{ costUsd: null, costEstimated: false }])
  })

  test('a run without any use has no known cost', () => {
    expect(runsOf([part(1, 'run')], { prices })).toMatchObject([{ costUsd: null, costEstimated: false }])
  })
})

test('the conversation of a part is that of its run when the run says none', () => {
  const parts = [part(1, 'run'), part(2, 'inference', { in: 1, conversationId: 'c' })]
  expect(runsOf(parts)).toMatchObject([{ conversationId: 'c' }])
})

describe('in any trace whatever', () => {
  const size = 12
  const trace = uniqueArray(
    record({
      n: integer({ min: 0, max: size }),
      parent: integer({ min: 0, max: size + 2 }),
      kind: constantFrom(...partKinds),
      agent: constantFrom('a', 'b', 'stray-agent', null),
      startMs: integer({ min: 0, max: 3 }),
      durationMs: integer({ min: 0, max: 3 }),
      toolName: constantFrom('a', 'b'),
      tokens: constantFrom(null, 1, 2),
      failed: constantFrom(true, false),
    }),
    { selector: ({ n, failed }) => `${n} ${failed}`, maxLength: size * 2 },
  ).map((all) =>
    all.map(({ n, parent, kind, tokens, toolName, ...rest }) =>
      part(n, kind, {
        in: parent,
        ...rest,
        inputTokens: tokens,
        toolName: kind === 'tool' ? toolName : null,
      }),
    ),
  )
  const shuffledTrace = trace.chain((parts) =>
    shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length }).map((shuffled) => ({
      parts,
      shuffled,
    })),
  )

  test('the order in which the parts came does not matter, nor that they came twice', () => {
    assert(
      property(shuffledTrace, ({ parts, shuffled }) => {
        const runs = runsOf(parts)
        expect(runsOf(shuffled)).toEqual(runs)
        expect(runsOf([...shuffled, ...parts])).toEqual(runs)
      }),
      { numRuns: 500 },
    )
  })

  test('no tool call is counted twice, and no run fails more tools than it called', () => {
    assert(
      property(trace, (parts) => {
        const runs = runsOf(parts)
        const calls = runs.reduce((sum, run) => sum + run.toolCalls, 0)
        const tools = new Set(parts.filter(({ kind }) => kind === 'tool').map(({ spanId }) => spanId))
        const called = runs.filter((run) => run.insideOf !== null)
        expect(calls).toBeLessThanOrEqual(tools.size + called.length)
        for (const run of runs) {
          expect(run.toolFailures).toBeLessThanOrEqual(run.toolCalls)
          expect(run.latencyMs).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a run-span is a run or in one, and no run is in a run of its agent', () => {
    assert(
      property(trace, (parts) => {
        const { runs, inside } = assembled(parts)
        const bySpan = new Map(runs.map(({ run }) => [run.spanId, run]))
        for (const { spanId, into } of inside) {
          expect(bySpan.has(spanId)).toBe(false)
          expect(bySpan.has(into)).toBe(true)
        }
        for (const { run } of runs) {
          const seen = new Set([run.agent])
          for (let at = run.insideOf; at; at = bySpan.get(at.spanId)?.insideOf ?? null) {
            expect(seen.has(at.agent)).toBe(false)
            seen.add(at.agent)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a trace of thirty thousand spans is assembled in a moment', () => {
  const many = 30_000
  const kindOf = (n: number) => (n % 2 === 0 ? ('run' as const) : ('tool' as const))
  test.each<[string, (n: number) => Given]>([
    ['in one chain', (n) => ({ in: n - 1 })],
    ['side by side', () => ({ in: 0 })],
    ['in a circle', (n) => ({ in: (n + 1) % many })],
  ])('%s', { timeout: 180_000 }, (_, given) => {
    const parts = Array.from({ length: many }, (__, n) =>
      n === 0
        ? part(n, 'run')
        : part(n, kindOf(n), { toolName: `t${n}`, agent: `a${n % 7}`, inputTokens: 1, ...given(n) }),
    )
    const began = performance.now()
    expect(runsOf(parts.reverse()).length).toBeGreaterThan(0)
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})
