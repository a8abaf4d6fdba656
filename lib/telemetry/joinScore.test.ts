import { describe, expect, test } from 'vitest'
import { joinScore, type ScoredRun, type Surroundings, type WaitingScore } from './joinScore.ts'

/*
 *   outer (support-agent)
 *   ├─ step ─ call
 *   └─ inner (research-agent)
 *      └─ search
 */
const trace = 'aa'
const begin = Date.parse('2026-11-28T10:00:00Z')
const second = (seconds: number) => new Date(begin + seconds * 1_000)

function run(given: Partial<ScoredRun> & { readonly spanId: string }): ScoredRun {
  return {
    traceId: trace,
    agent: 'support-agent',
    conversationId: 'c-1',
    startedAt: second(0),
    endedAt: second(10),
    ...given,
  }
}

const outer = run({ spanId: 'outer' })
const inner = run({
  spanId: 'inner',
  agent: 'research-agent',
  startedAt: second(2),
  endedAt: second(8),
})

const parents: Readonly<Record<string, string | null>> = {
  outer: null,
  step: 'outer',
  call: 'step',
  inner: 'outer',
  search: 'inner',
  round: 'round2',
  round2: 'round',
}

function around(given: Partial<Surroundings> = {}): Surroundings {
  return {
    runs: [inner, outer],
    parentOf: (traceId, spanId) => (traceId === trace ? parents[spanId] : undefined),
    spanOfResponse: (id) => (id === 'resp-1' ? { traceId: trace, spanId: 'search' } : null),
    ...given,
  }
}

function score(given: Partial<WaitingScore>): WaitingScore {
  return {
    traceId: null,
    spanId: null,
    responseId: null,
    conversationId: null,
    agents: [],
    at: second(20),
    isSettled: true,
    ...given,
  }
}

const joined = (given: Partial<WaitingScore>, known?: Partial<Surroundings>) =>
  joinScore(score(given), around(known))?.spanId ?? null

describe('a score of a span', () => {
  test.each([
    ['call', 'outer'],
    ['outer', 'outer'],
    ['search', 'inner'],
    ['inner', 'inner'],
  ])('%s is the nearest run’s: %s', (spanId, expected) => {
    expect(joined({ traceId: trace, spanId })).toBe(expected)
  })

  test('that nobody knows yet waits, and then is the outermost run’s', () => {
    expect(joined({ traceId: trace, spanId: 'ghost', isSettled: false })).toBeNull()
    expect(joined({ traceId: trace, spanId: 'ghost' })).toBe('outer')
  })

  test('that is its own ancestor does not turn for ever', () => {
    expect(joined({ traceId: trace, spanId: 'round', isSettled: false })).toBeNull()
  })

  test('in the run of another’s agent is nobody’s: not the caller’s either', () => {
    expect(joined({ traceId: trace, spanId: 'search', agents: ['support-agent'] })).toBeNull()
  })
})

describe('a score of a trace', () => {
  test('is its outermost run’s, in whatever order they came', () => {
    expect(joined({ traceId: trace })).toBe('outer')
    expect(joined({ traceId: trace }, { runs: [outer, inner] })).toBe('outer')
  })

  test('is the outermost of the agents that its sender may speak for', () => {
    expect(joined({ traceId: trace, agents: ['research-agent'] })).toBe('inner')
    expect(joined({ traceId: trace, agents: ['sales-agent'] })).toBeNull()
  })

  test('that nobody knows is nobody’s', () => {
    expect(joined({ traceId: 'bb' })).toBeNull()
  })
})

test('a score of a response is the run’s that the call was in; its trace goes before it', () => {
  expect(joined({ responseId: 'resp-1' })).toBe('inner')
  expect(joined({ responseId: 'resp-2' })).toBeNull()
  expect(joined({ responseId: 'resp-1', traceId: trace, spanId: 'call' })).toBe('outer')
  expect(joined({ responseId: 'resp-1', traceId: 'bb' })).toBe('inner')
})

describe('a score of a conversation', () => {
  const later = run({ traceId: 'cc', spanId: 'later', startedAt: second(30), endedAt: second(40) })
  const runs = [outer, inner, later]

  test('is of the newest run that had begun by then, as users see it: not of an agent inside', () => {
    expect(joined({ conversationId: 'c-1', at: second(20) }, { runs })).toBe('outer')
    expect(joined({ conversationId: 'c-1', at: second(31) }, { runs })).toBe('later')
    expect(joined({ conversationId: 'c-1', at: second(-1) }, { runs })).toBeNull()
    expect(joined({ conversationId: 'c-2' }, { runs })).toBeNull()
  })

  test('waits until the spans of the turn that it is about can have come', () => {
    expect(joined({ conversationId: 'c-1', isSettled: false }, { runs })).toBeNull()
  })

  test('whose turns are all in one trace is of the last turn before it', () => {
    const turns = [outer, run({ spanId: 'turn-2', startedAt: second(11), endedAt: second(15) })]
    expect(joined({ conversationId: 'c-1' }, { runs: turns })).toBe('turn-2')
  })
})
