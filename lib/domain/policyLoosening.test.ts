import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultPolicy, metrics, type Policy, sessionModes } from './policy.ts'
import { loosenings } from './policyLoosening.ts'

const base: Policy = {
  ...defaultPolicy,
  triggers: [
    { metric: 'error_rate', limit: 0.05, action: 'rollback' },
    { metric: 'latency_p95_ms', limit: 1800, action: 'approval' },
  ],
}

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
  stages: fc.constantFrom(
    defaultPolicy.stages,
    defaultPolicy.stages.slice(1),
    defaultPolicy.stages.slice(-1),
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
