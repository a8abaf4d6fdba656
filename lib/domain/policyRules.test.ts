import { describe, expect, test } from 'vitest'
import { defaultPolicy, type Policy, type Stage } from './policy.ts'
import { policyFaults, versionFaults } from './policyRules.ts'

const policy: Policy = {
  ...defaultPolicy,
  triggers: [{ metric: 'error_rate', limit: 0.05, action: 'rollback' }],
}

function stages(...weights: number[]): Stage[] {
  return weights.map((weightPercent, index) => ({
    name: `s${index}`,
    weightPercent,
    holdSeconds: 60,
    gate: 'auto',
  }))
}

function faultPaths(changes: Partial<Policy>): string[] {
  return policyFaults({ ...policy, ...changes }).map((fault) => fault.path)
}

test('the defaults with one trigger are a policy', () => {
  expect(policyFaults(policy)).toEqual([])
})

test('the defaults alone are not: they limit nothing', () => {
  expect(policyFaults(defaultPolicy)).toMatchObject([{ path: 'rollback.triggers' }])
})

describe('limits', () => {
  test.each([5, 0, -0.1, 1.01, Number.NaN, Number.POSITIVE_INFINITY])('a rate of %d is refused', (limit) => {
    for (const metric of ['error_rate', 'tool_failure_rate'] as const) {
      expect(faultPaths({ triggers: [{ metric, limit, action: 'rollback' }] })).toEqual([
        `rollback.triggers.${metric}`,
      ])
    }
  })

  test.each([0, -1, Number.NaN])('a latency or a budget of %d is refused', (limit) => {
    for (const metric of ['latency_p95_ms', 'cost_per_run_usd'] as const) {
      expect(faultPaths({ triggers: [{ metric, limit, action: 'rollback' }] })).toEqual([
        `rollback.triggers.${metric}`,
      ])
    }
  })

  test('a metric has one limit', () => {
    const twice = [...policy.triggers, ...policy.triggers]
    expect(policyFaults({ ...policy, triggers: twice })).toMatchObject([
      { expected: 'one limit on error_rate' },
    ])
  })
})

describe('stages', () => {
  test.each([
    [[25, 5, 100], 'stages[1].weight_percent'],
    [[25, 25, 100], 'stages[1].weight_percent'],
    [[5, 50], 'stages[1].weight_percent'],
    [[0, 100], 'stages[0].weight_percent'],
    [[5, 101], 'stages[1].weight_percent'],
    [[5.001, 100], 'stages[0].weight_percent'],
    [[100, 50], 'stages[1].weight_percent'],
    [[Number.NaN, 100], 'stages[0].weight_percent'],
  ])('the weights %j are refused at %s', (weights, path) => {
    expect(faultPaths({ stages: stages(...weights) })[0]).toBe(path)
  })

  test.each([[[100]], [[0.01, 100]], [[5, 25, 50, 100]], [[33.33, 66.67, 100]]])(
    'the weights %j are fine',
    (weights) => {
      expect(faultPaths({ stages: stages(...weights) })).toEqual([])
    },
  )

  test('there is at least one and at most 20', () => {
    const many = stages(...Array.from({ length: 21 }, (_, index) => index + 80))
    expect(faultPaths({ stages: [] })).toEqual(['stages'])
    expect(faultPaths({ stages: many })).toEqual(['stages'])
  })

  test('a name stands once, and fits in one word of an alert', () => {
    const [first, last] = stages(5, 100) as [Stage, Stage]
    expect(faultPaths({ stages: [first, { ...last, name: first.name }] })).toEqual(['stages[1].name'])
    expect(faultPaths({ stages: [{ ...first, name: 'two words' }, last] })).toEqual(['stages[0].name'])
  })
})

describe('the rest', () => {
  test.each([
    ['evidence.tolerance', { tolerance: 0.9 }],
    ['evidence.false_rollback_rate', { falseRollbackRate: 0 }],
    ['evidence.horizon', { horizonSeconds: 59 }],
    ['evidence.stale_after', { staleSeconds: 1 }],
    ['evidence.max_blind_spot', { maxBlindSpot: 1.25 }],
    ['rollback.stability_window', { stabilityWindowSeconds: 0 }],
    ['rollback.recovery_runs_min', { recoveryRunsMin: 1.5 }],
    ['rollback.rollback_window', { rollbackWindowSeconds: -1 }],
    ['alerts.channel', { alertChannel: 'two\nlines' }],
    ['evidence.warmup', { warmupSeconds: 3601 }],
    ['evidence.warmup', { warmupSeconds: Number.NaN }],
    ['evidence.unattributed_max', { unattributedMax: 1.1 }],
    ['evidence.unattributed_max', { unattributedMax: -0.1 }],
  ] satisfies [string, Partial<Policy>][])('%s out of its range is refused: %j', (path, changes) => {
    expect(faultPaths(changes)).toEqual([path])
  })

  test('a rollback window of nothing is allowed: it ends as soon as all traffic is there', () => {
    expect(faultPaths({ rollbackWindowSeconds: 0 })).toEqual([])
  })
})

describe('metrics with a name', () => {
  const action = 'rollback' as const
  const score = (name: string, min = 0.7) => ({ name, min, action })
  const tool = (name: string, limit = 0.02) => ({ name, limit, action })
  const share = (changes: object = {}) => ({
    name: 'escalated',
    attribute: 'app.outcome',
    value: 'escalated',
    max: 0.1,
    family: 'quality' as const,
    action,
    ...changes,
  })

  test.each([7, 1, 0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])('a mean of %d is refused', (min) => {
    expect(faultPaths({ scores: [score('helpful', min)] })).toEqual(['scores.helpful'])
  })

  test.each([5, 0, -0.1, 1.01, Number.NaN])('a limit of %d is refused', (limit) => {
    expect(faultPaths({ feedback: { max: limit, action } })).toEqual(['feedback'])
    expect(faultPaths({ tools: [tool('refund', limit)] })).toEqual(['tools.refund'])
    expect(faultPaths({ shares: [share({ max: limit })] })).toEqual(['shares.escalated'])
  })

  test.each(['', 'Helpful', '7up', 'two words', '_x', 'é', 'x'.repeat(41), '__proto__'])(
    'a score or a share cannot be called %j',
    (name) => {
      expect(policyFaults({ ...policy, scores: [score(name)] })).toMatchObject([{ given: name }])
      expect(policyFaults({ ...policy, shares: [share({ name })] })).toMatchObject([{ given: name }])
    },
  )

  test.each(['a', 'helpful', 'x'.repeat(40), 'answer.relevance-2_b', 'constructor'])(
    'a score can be called %s',
    (name) => expect(faultPaths({ scores: [score(name)] })).toEqual([]),
  )

  test.each(['getWeather', 'Bash', 'mcp__files__read', 'crm:refund/v2', '3d_render'])(
    'a tool is called as its framework calls it: %s',
    (name) => expect(faultPaths({ tools: [tool(name)] })).toEqual([]),
  )

  test('a name stands once in its list, and may stand in another', () => {
    expect(policyFaults({ ...policy, tools: [tool('a'), tool('a')] })).toMatchObject([
      { path: 'tools.a', expected: 'each name once' },
    ])
    expect(faultPaths({ tools: [tool('a')], scores: [score('a')], shares: [share({ name: 'a' })] })).toEqual(
      [],
    )
  })

  test('a path with a name that has a dot can be read back', () => {
    expect(faultPaths({ scores: [score('answer.relevance', 7)] })).toEqual(['scores["answer.relevance"]'])
  })

  test('a share needs an attribute and a value', () => {
    expect(faultPaths({ shares: [share({ attribute: 'two words', value: '' })] })).toEqual([
      'shares.escalated.attribute',
      'shares.escalated.value',
    ])
  })

  test('twenty are the most: every one of them makes the others a little less sharp', () => {
    const tools = Array.from({ length: 20 }, (_, index) => tool(`t${index}`))
    expect(faultPaths({ tools })).toEqual([])
    expect(faultPaths({ tools, feedback: { max: 0.2, action } })).toEqual(['tools'])
  })

  test.each([
    [['AbortError', 'AbortError'], 'cancelled[1]'],
    [[''], 'cancelled[0]'],
    [['ok', ' padded'], 'cancelled[1]'],
    [Array.from({ length: 51 }, (_, index) => `e${index}`), 'cancelled'],
  ])('the error types %j are refused', (cancelled, path) => {
    expect(faultPaths({ cancelled })).toEqual([path])
  })

  test('no error type at all is a list too', () => {
    expect(faultPaths({ cancelled: [] })).toEqual([])
  })
})

describe('the pair of versions', () => {
  const stable = { agent: 'support-agent', version: '2.3.3' }

  test('a candidate equal to the stable is refused', () => {
    expect(versionFaults(stable, stable)).toMatchObject([{ path: 'rollback.candidate_version' }])
  })

  test('versions of two agents are refused', () => {
    const other = { agent: 'billing-agent', version: '2.4.0' }
    expect(versionFaults(stable, other)).toMatchObject([{ given: 'billing-agent@2.4.0' }])
  })

  test('two versions of one agent are fine', () => {
    expect(versionFaults(stable, { ...stable, version: '2.4.0' })).toEqual([])
  })
})
