import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultPolicy, metricFamilies, metrics, type Policy, sessionModes, type Stage } from './policy.ts'
import { loosenings } from './policyLoosening.ts'

const base: Policy = {
  ...defaultPolicy,
  triggers: [
    { metric: 'error_rate', limit: 0.05, action: 'rollback' },
    { metric: 'latency_p95_ms', limit: 1800, action: 'approval' },
  ],
  scores: [{ name: 'helpful', min: 0.7, action: 'rollback' }],
  feedback: { max: 0.2, action: 'rollback' },
  tools: [{ name: 'refund', limit: 0.02, action: 'rollback' }],
  shares: [
    {
      name: 'escalated',
      attribute: 'app.outcome',
      value: 'escalated',
      max: 0.1,
      family: 'quality',
      action: 'rollback',
    },
  ],
}

const limit = fc.double({ min: 0.01, max: 0.99, noNaN: true })
const action = fc.constantFrom('rollback' as const, 'approval' as const)
const stageLists: fc.Arbitrary<readonly Stage[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 }),
    fc.array(
      fc.record({ holdSeconds: fc.constantFrom(0, 60, 600), gate: fc.constantFrom('auto', 'approval') }),
      { minLength: 5, maxLength: 5 },
    ),
  )
  .map(([weights, rest]) =>
    [...weights.sort((a, b) => a - b), 100].map((weightPercent, index) => ({
      name: `s${index}`,
      weightPercent,
      holdSeconds: rest[index]?.holdSeconds ?? 0,
      gate: rest[index]?.gate ?? 'auto',
    })),
  )

const policies: fc.Arbitrary<Policy> = fc.record({
  triggers: fc.subarray([...metrics], { minLength: 1 }).chain((held) =>
    fc.tuple(
      ...held.map((metric) =>
        fc.record({
          metric: fc.constant(metric),
          limit: fc.double({ min: 0.01, max: 1, noNaN: true }),
          action: fc.constantFrom('rollback' as const, 'approval' as const),
        }),
      ),
    ),
  ),
  stages: fc.oneof(
    fc.constantFrom(defaultPolicy.stages, defaultPolicy.stages.slice(1), defaultPolicy.stages.slice(-1)),
    stageLists,
  ),
  tolerance: fc.double({ min: 1, max: 3, noNaN: true }),
  falseRollbackRate: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  horizonSeconds: fc.integer({ min: 60, max: 100_000 }),
  staleSeconds: fc.integer({ min: 10, max: 600 }),
  maxBlindSpot: fc.double({ min: 1.1, max: 50, noNaN: true }),
  stabilityWindowSeconds: fc.integer({ min: 10, max: 6000 }),
  recoveryRunsMin: fc.integer({ min: 1, max: 1000 }),
  rollbackWindowSeconds: fc.integer({ min: 0, max: 100_000 }),
  lockCandidateAfterRollback: fc.boolean(),
  disableWritesOnRollback: fc.boolean(),
  sessionsOnRollback: fc.constantFrom(...sessionModes),
  approveManualRollback: fc.boolean(),
  alertChannel: fc.constant(null),
  scores: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b'), min: limit, action }), {
    selector: ({ name }) => name,
  }),
  feedback: fc.option(fc.record({ max: limit, action })),
  tools: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b.c'), limit, action }), {
    selector: ({ name }) => name,
  }),
  shares: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b'),
      attribute: fc.constantFrom('x', 'y'),
      value: fc.constant('1'),
      max: limit,
      family: fc.constantFrom(...metricFamilies),
      action,
    }),
    { selector: ({ name }) => name },
  ),
  cancelled: fc.subarray([...defaultPolicy.cancelled, 'UserAbort']),
  warmupSeconds: fc.integer({ min: 0, max: 3600 }),
  unattributedMax: fc.double({ min: 0, max: 0.5, noNaN: true }),
})

test('the same policy loosens nothing', () => {
  fc.assert(
    fc.property(policies, (policy) => {
      expect(loosenings(policy, policy)).toEqual([])
    }),
  )
})

test('what goes one way loosens; going back tightens, and the other way round', () => {
  const numbers = [
    'tolerance',
    'falseRollbackRate',
    'horizonSeconds',
    'staleSeconds',
    'maxBlindSpot',
    'stabilityWindowSeconds',
    'recoveryRunsMin',
    'rollbackWindowSeconds',
    'warmupSeconds',
    'unattributedMax',
  ] as const
  fc.assert(
    fc.property(policies, fc.constantFrom(...numbers), fc.integer({ min: 1, max: 50 }), (policy, key, by) => {
      const other = { ...policy, [key]: policy[key] + by }
      const ways = [loosenings(policy, other).length, loosenings(other, policy).length]
      expect(ways.sort()).toEqual([0, 1])
    }),
  )
})

test('no way round: what loosens in two steps loosens in one', () => {
  fc.assert(
    fc.property(policies, policies, (a, b) => {
      // Nothing looser in a → b and nothing looser in b → a means that they are equally strict.
      if (loosenings(a, b).length > 0 || loosenings(b, a).length > 0) return
      expect(b.triggers.map((each) => [each.metric, each.limit, each.action]).sort()).toEqual(
        a.triggers.map((each) => [each.metric, each.limit, each.action]).sort(),
      )
      expect(b.tolerance).toBe(a.tolerance)
      expect(b.lockCandidateAfterRollback).toBe(a.lockCandidateAfterRollback)
    }),
  )
})

test('no way round by three: two acts that loosen nothing do not loosen together', () => {
  fc.assert(
    fc.property(stageLists, stageLists, stageLists, (a, b, c) => {
      const looser = (x: readonly Stage[], y: readonly Stage[]) =>
        loosenings({ ...base, stages: x }, { ...base, stages: y }).length > 0
      if (looser(a, b) || looser(b, c)) return
      expect(looser(a, c)).toBe(false)
    }),
    { numRuns: 3000 },
  )
})

describe('each of these loosens', () => {
  const [errors, latency] = base.triggers
  if (!errors || !latency) throw new Error('the base policy has two limits')
  test.each<[string, Partial<Policy>, string]>([
    [
      'a limit that rises',
      { triggers: [{ ...errors, limit: 0.06 }, latency] },
      'rollback.triggers.error_rate',
    ],
    ['a limit that is dropped', { triggers: [latency] }, 'rollback.triggers.error_rate'],
    [
      'a limit that asks instead of rolling back',
      { triggers: [{ ...errors, action: 'approval' }, latency] },
      'rollback.triggers.error_rate.action',
    ],
    ['no lock', { lockCandidateAfterRollback: false }, 'rollback.lock_candidate_after_rollback'],
    ['a stage left out', { stages: base.stages.slice(1) }, 'stages: 25 %'],
    [
      'nobody asked before 100 %',
      { stages: base.stages.map((stage) => ({ ...stage, gate: 'auto' as const })) },
      'stages: 100 %',
    ],
    [
      'a score that may be lower',
      { scores: [{ name: 'helpful', min: 0.6, action: 'rollback' }] },
      'scores.helpful',
    ],
    ['a score that is dropped', { scores: [] }, 'scores.helpful'],
    [
      'a score that asks',
      { scores: [{ name: 'helpful', min: 0.7, action: 'approval' }] },
      'scores.helpful.action',
    ],
    ['more negative feedback', { feedback: { max: 0.3, action: 'rollback' } }, 'feedback'],
    ['no word on feedback', { feedback: null }, 'feedback'],
    ['feedback that asks', { feedback: { max: 0.2, action: 'approval' } }, 'feedback.action'],
    [
      'a tool that may fail more often',
      { tools: [{ name: 'refund', limit: 0.03, action: 'rollback' }] },
      'tools.refund',
    ],
    ['a tool that is dropped', { tools: [] }, 'tools.refund'],
    ['a share that is dropped', { shares: [] }, 'shares.escalated'],
    [
      'a share that rises',
      { shares: base.shares.map((share) => ({ ...share, max: 0.2 })) },
      'shares.escalated',
    ],
    ['an error type that does not count', { cancelled: [...base.cancelled, 'TimeoutError'] }, 'cancelled'],
    ['a longer warm-up', { warmupSeconds: 120 }, 'evidence.warmup'],
    ['more runs that nobody can name', { unattributedMax: 0.2 }, 'evidence.unattributed_max'],
    ['conversations that may finish', { sessionsOnRollback: 'finish' }, 'rollback.sessions_on_rollback'],
  ])('%s', (_name, change, path) => {
    expect(loosenings(base, { ...base, ...change }).map((each) => each.path)).toContain(path)
    expect(loosenings({ ...base, ...change }, base)).toEqual([])
  })

  test('and these do not', () => {
    const tighter: Partial<Policy>[] = [
      { triggers: [{ ...errors, limit: 0.01 }, latency] },
      { triggers: [...base.triggers, { metric: 'tool_failure_rate', limit: 0.5, action: 'approval' }] },
      { sessionsOnRollback: 'abort' },
      { disableWritesOnRollback: true },
      { alertChannel: 'on-call' },
      { approveManualRollback: false },
    ]
    for (const change of tighter) expect(loosenings(base, { ...base, ...change })).toEqual([])
  })
})

test('a share of another attribute or value is another limit, in both directions', () => {
  const [share] = base.shares
  if (!share) throw new Error('the base policy has a share')
  const other = { ...base, shares: [{ ...share, value: 'handed_over' }] }
  expect(loosenings(base, other)).toEqual([
    {
      path: 'shares.escalated',
      before: 'app.outcome = escalated on 10 % of runs at most',
      after: 'app.outcome = handed_over on 10 % of runs at most',
    },
  ])
  expect(loosenings(other, base).map((each) => each.path)).toEqual(['shares.escalated'])
  expect(loosenings(base, { ...base, shares: [{ ...share, family: 'cost' }] })).toEqual([])
})

/** `5 25 50 100?`: a question mark is a gate that asks a person; every stage lasts so long. */
function stagesOf(text: string, holdSeconds = 60): Stage[] {
  return text.split(' ').map((each, index) => ({
    name: `s${index}`,
    weightPercent: Number.parseInt(each, 10),
    holdSeconds,
    gate: each.endsWith('?') ? 'approval' : 'auto',
  }))
}
const stagesLoosened = (before: Stage[] | null, after: Stage[]) =>
  loosenings(before && { ...base, stages: before }, { ...base, stages: after }).map((each) => each.path)

describe('stages', () => {
  test.each([
    ['a stage left out', '5 25 50 100?', '5 50 100?', 'stages: 50 %'],
    ['the first left out', '5 25 50 100?', '25 50 100?', 'stages: 25 %'],
    ['one stage of all traffic, whatever its gate', '5 25 50 100?', '100?', 'stages: 100 %'],
    ['one gate of two', '5 25? 50 100?', '5 25 50 100?', 'stages: 25 %'],
    ['a gate that moves ahead of the last stage', '5 25 50 100?', '5 25 50? 100', 'stages: 100 %'],
    [
      'a gate that moves to the first stage, where nobody is asked',
      '5 50 100?',
      '5? 50 100',
      'stages: 100 %',
    ],
    ['one gate of two that moves there', '5 25? 50 100?', '5? 25 50 100?', 'stages: 25 %'],
    ['a stage between that asks nobody', '5 50 100?', '5 50 90 100?', 'stages: 90 %'],
    ['all traffic after a crumb', '5 25 50 100?', '1 2 3 100?', 'stages: 100 %'],
  ])('%s loosens, also where stages last no time: %s → %s', (_name, before, after, path) => {
    expect(stagesLoosened(stagesOf(before, 0), stagesOf(after, 0))).toContain(path)
    expect(stagesLoosened(stagesOf(before), stagesOf(after))).toContain(path)
  })

  test.each([
    ['a smaller canary', '5 25 50 100?', '1 25 50 100?'],
    ['one stage more', '5 50 100?', '5 25 50 100?'],
    ['one gate more', '5 50 100?', '5 50? 100?'],
    ['other names', '5 50 100?', '5 50 100?'],
  ])('%s does not: %s → %s', (_name, before, after) => {
    expect(
      stagesLoosened(
        stagesOf(before),
        stagesOf(after).map((stage) => ({ ...stage, name: 'x' })),
      ),
    ).toEqual([])
  })

  test('a stage that lasts less long loosens', () => {
    expect(stagesLoosened(stagesOf('5 100?', 60), stagesOf('5 100?', 30))).toEqual(['stages: 100 %'])
  })
})

describe('a first policy', () => {
  test.each(['100', '100?', '5 25 50 100', '5 25? 100', '99 100?', '51 100?', '5? 100', '60? 100?'])(
    'takes a second person where nobody is asked before more than half of the traffic: %s',
    (stages) => expect(stagesLoosened(null, stagesOf(stages, 3600))).not.toEqual([]),
  )

  test.each(['5 25 50 100?', '20 100?', '50 100?', '5 90? 100?'])(
    'is free beyond that, in its times too: %s',
    (stages) => expect(stagesLoosened(null, stagesOf(stages, 0))).toEqual([]),
  )
})
