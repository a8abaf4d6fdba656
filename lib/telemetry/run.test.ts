import { assert, constantFrom, integer, property, record, shuffledSubarray, uniqueArray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Price } from '#lib/domain/price.ts'
import { partKinds } from './classify.ts'
import { exampleAt, examplePart } from './example.ts'
import { assembleRun } from './run.ts'
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

describe('what is a run', () => {
  test('an agent in an agent is the same run, also through steps and tools between them', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'link', { in: 1 }),
      part(3, 'tool', { in: 2, toolName: 'ask_billing' }),
      part(4, 'run', { in: 3, agent: 'billing-agent' }),
      part(5, 'tool', { in: 4, toolName: 'refund' }),
    ]
    expect(assembleRun(parts)).toMatchObject([{ spanId: id(1), agent: 'support-agent', toolCalls: 2 }])
  })

  test('two agents side by side are two runs, each with its own', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'run'),
      part(3, 'tool', { in: 1, toolName: 'a' }),
      part(4, 'tool', { in: 2, toolName: 'b', failed: true }),
    ]
    expect(assembleRun(parts)).toMatchObject([
      { tools: [{ name: 'a', calls: 1, failures: 0 }] },
      { tools: [{ name: 'b', calls: 1, failures: 1 }] },
    ])
  })

  test('parts without a run are no run yet', () => {
    expect(assembleRun([part(1, 'tool', { toolName: 'a' }), part(2, 'inference')])).toEqual([])
    expect(assembleRun([])).toEqual([])
  })

  test('a run whose parent is not ours is a run', () => {
    expect(assembleRun([part(1, 'run', { in: 99 })])).toMatchObject([{ spanId: id(1) }])
  })

  test('a part whose parent did not come belongs to the run that was going on', () => {
    const parts = [
      part(1, 'run', { startMs: 0, durationMs: 1000 }),
      part(2, 'run', { startMs: 2000, durationMs: 1000 }),
      part(3, 'tool', { in: 99, toolName: 'a', startMs: 500, durationMs: 10 }),
      part(4, 'tool', { in: 98, toolName: 'b', startMs: 2500, durationMs: 10 }),
    ]
    expect(assembleRun(parts).map((run) => run.tools.map((tool) => tool.name))).toEqual([['a'], ['b']])
  })

  test('spans that claim to be their own ancestors do not hang it', () => {
    const parts = [
      part(1, 'run', { in: 2 }),
      part(2, 'link', { in: 1 }),
      part(3, 'tool', { in: 3, toolName: 'a' }),
    ]
    expect(assembleRun(parts)).toMatchObject([{ spanId: id(1), toolCalls: 1 }])
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
    expect(assembleRun(parts)).toMatchObject([
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
    expect(assembleRun(parts)).toMatchObject([{ toolCalls: 1, toolFailures: 1 }])
  })

  test('one call told by two instruments is one call', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'tool', { in: 1, toolName: 'refund' }),
      part(3, 'tool', { in: 2, toolName: 'refund', failed: true }),
    ]
    expect(assembleRun(parts)).toMatchObject([{ toolCalls: 1, toolFailures: 1 }])
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
    expect(assembleRun(parts)).toMatchObject([{ latencyMs: 4500 }])
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
    expect(assembleRun(parts)).toMatchObject([{ inputTokens: 200, outputTokens: 40 }])
  })

  test('come from the run when no model call says anything', () => {
    const parts = [part(1, 'run', { ...used, costUsd: 0.5 }), part(2, 'inference', { in: 1 })]
    expect(assembleRun(parts)).toMatchObject([{ ...used, costUsd: 0.5, costEstimated: false }])
  })

  test('come from the agents inside when neither does', () => {
    const parts = [part(1, 'run'), part(2, 'run', { in: 1, ...used }), part(3, 'run', { in: 2, ...used })]
    expect(assembleRun(parts)).toMatchObject([used])
  })

  test('a model call told by two instruments is counted once', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'inference', { in: 1, ...used }),
      part(3, 'link', { in: 2 }),
      part(4, 'inference', { in: 3, ...used }),
    ]
    expect(assembleRun(parts)).toMatchObject([used])
  })

  test('the cost is the sum of the calls when all of them say it', () => {
    const call = { in: 1, ...used, costUsd: 0.25 }
    const parts = [part(1, 'run', { costUsd: 9 }), part(2, 'inference', call), part(3, 'inference', call)]
    expect(assembleRun(parts)).toMatchObject([{ costUsd: 0.5, costEstimated: false }])
  })

  test('a cost that is known in part is not known', () => {
    const parts = [
      part(1, 'run'),
      part(2, 'inference', { in: 1, ...used, costUsd: 0.25 }),
      part(3, 'inference', { in: 1, ...used }),
    ]
    expect(assembleRun(parts)).toMatchObject([{ costUsd: null, costEstimated: false }])
  })

  const aPrice = (
    from: Date,
    until: Date | null,
    inputUsdPerMillion: number,
    outputUsdPerMillion: number,
  ) => ({
    provider: null,
    model: 'm',
    from,
    until,
    inputUsdPerMillion,
    cachedInputUsdPerMillion: inputUsdPerMillion / 10,
    outputUsdPerMillion,
    reasoningUsdPerMillion: null,
  })
  const prices: readonly Price[] = [
    aPrice(new Date(0), exampleAt, 1, 5),
    aPrice(exampleAt, new Date('2100-01-01'), 2, 10),
    aPrice(new Date('2100-01-01'), null, 100, 100),
  ]

  test('what is not told is estimated at the price of the day, and says so', () => {
    const parts = [part(1, 'run'), part(2, 'inference', { in: 1, model: 'm', ...used })]
    const [run] = assembleRun(parts, prices)
    expect(run).toMatchObject({ costEstimated: true })
    expect(run?.costUsd).toBeCloseTo((100 * 2 + 20 * 10) / 1e6, 12)
    const [older] = assembleRun(
      [part(1, 'run'), part(2, 'inference', { in: 1, model: 'm', ...used, startMs: -1000 })],
      prices,
    )
    expect(older?.costUsd).toBeCloseTo((100 * 1 + 20 * 5) / 1e6, 12)
  })

  test('what the run says it cost counts where not every call says it', () => {
    const parts = [part(1, 'run', { costUsd: 9 }), part(2, 'inference', { in: 1, model: 'm', ...used })]
    expect(assembleRun(parts, prices)).toMatchObject([
      { costUsd: 9, costUncachedUsd: 9, costEstimated: false, unpriced: [] },
    ])
  })

  test('what came from a cache is cheaper, and the run says what it would have cost without', () => {
    const call = { in: 1, model: 'm', inputTokens: 100, cachedInputTokens: 50, outputTokens: 0 }
    const [run] = assembleRun([part(1, 'run'), part(2, 'inference', call)], prices)
    expect(run).toMatchObject({ cachedInputTokens: 50, reasoningTokens: null })
    expect(run?.costUsd).toBeCloseTo((50 * 2 + 50 * 0.2) / 1e6, 12)
    expect(run?.costUncachedUsd).toBeCloseTo((100 * 2) / 1e6, 12)
  })

  test('a model without a price leaves the cost unknown', () => {
    const parts = [part(1, 'run'), part(2, 'inference', { in: 1, model: 'other', ...used })]
    expect(assembleRun(parts, prices)).toMatchObject([
      { costUsd: null, costEstimated: false, unpriced: [{ provider: null, model: 'other' }] },
    ])
  })

  test('a run without any use has no known cost', () => {
    expect(assembleRun([part(1, 'run')], prices)).toMatchObject([{ costUsd: null, costEstimated: false }])
  })
})

test('the conversation of a part is that of its run when the run says none', () => {
  const parts = [part(1, 'run'), part(2, 'inference', { in: 1, conversationId: 'c' })]
  expect(assembleRun(parts)).toMatchObject([{ conversationId: 'c' }])
})

describe('in any trace whatever', () => {
  const size = 12
  const trace = uniqueArray(
    record({
      n: integer({ min: 0, max: size }),
      parent: integer({ min: 0, max: size + 2 }),
      kind: constantFrom(...partKinds),
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
        const runs = assembleRun(parts)
        expect(assembleRun(shuffled)).toEqual(runs)
        expect(assembleRun([...shuffled, ...parts])).toEqual(runs)
      }),
      { numRuns: 500 },
    )
  })

  test('no tool call is counted twice, and no run fails more tools than it called', () => {
    assert(
      property(trace, (parts) => {
        const runs = assembleRun(parts)
        const calls = runs.reduce((sum, run) => sum + run.toolCalls, 0)
        const tools = new Set(parts.filter(({ kind }) => kind === 'tool').map(({ spanId }) => spanId))
        expect(calls).toBeLessThanOrEqual(tools.size)
        for (const run of runs) {
          expect(run.toolFailures).toBeLessThanOrEqual(run.toolCalls)
          expect(run.latencyMs).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('a trace of ten thousand parts in one chain is assembled in an instant', () => {
  const parts = Array.from({ length: 10_000 }, (_, n) =>
    part(n, n === 0 ? 'run' : 'tool', { toolName: `t${n}`, ...(n > 0 ? { in: n - 1 } : {}) }),
  )
  const began = performance.now()
  expect(assembleRun(parts.reverse())).toMatchObject([{ toolCalls: 9_999 }])
  expect(performance.now() - began).toBeLessThan(2_000)
})
