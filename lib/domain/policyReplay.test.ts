import { expect, test } from 'vitest'
import { aCheck } from '#lib/testing/checks.ts'
import type { Check } from './decision/check.ts'
import { defaultPolicy, type Policy } from './policy.ts'
import { replayDraft } from './policyReplay.ts'

const withLimit = (limit: number): Policy => ({
  ...defaultPolicy,
  // So much worse than the stable still counts as the same: only the limit decides.
  tolerance: 10,
  maxBlindSpot: 20,
  triggers: [{ metric: 'error_rate', limit, action: 'rollback' }],
})

/** A candidate of which a share fails at every check, beside a stable of which one in a hundred does. */
const checksOf = (share: number, count = 60): Check[] =>
  Array.from({ length: count }, (_, index) =>
    aCheck((index + 1) * 5, { runs: 50, errors: Math.round(50 * share) }, { runs: 200, errors: 2 }, 0.2),
  )

const past = (policy: Policy, checks: Check[]) => ({
  id: 'ro_1',
  candidate: '2.4.0',
  policy,
  checks,
  isCut: false,
})

test('a tighter limit gains a stop, a looser one loses it, the same one changes nothing', () => {
  const checks = checksOf(0.08)
  const [tight, loose] = [withLimit(0.03), withLimit(0.5)]
  expect(replayDraft(tight, [past(loose, checks)])).toMatchObject([{ verdict: 'gained', wasStoppedAt: null }])
  expect(replayDraft(loose, [past(tight, checks)])).toMatchObject([{ verdict: 'lost', wouldStopAt: null }])
  expect(replayDraft(tight, [past(tight, checks)])).toMatchObject([{ verdict: 'same' }])
})

test('earlier is earlier: what stops sooner under the draft says so', () => {
  const [row] = replayDraft(withLimit(0.01), [past(withLimit(0.05), checksOf(0.08))])
  expect(row?.verdict).toBe('earlier')
  expect(row?.wouldStopAt ?? Infinity).toBeLessThan(row?.wasStoppedAt ?? 0)
})

test('limits that were counted over are not pretended to be replayed', () => {
  const latency: Policy = {
    ...defaultPolicy,
    triggers: [{ metric: 'latency_p95_ms', limit: 900, action: 'rollback' }],
  }
  const [row] = replayDraft(latency, [past(withLimit(0.05), checksOf(0))])
  expect(row?.notReplayed).toEqual(['latency_p95_ms'])
})

test('nor are metrics that nobody counted then, or other runs among them', () => {
  const before: Policy = {
    ...withLimit(0.05),
    scores: [{ name: 'helpful', min: 0.7, action: 'rollback' }],
    feedback: { max: 0.2, action: 'rollback' },
  }
  const share = { name: 'escalated', attribute: 'a', value: 'b', max: 0.1, family: 'quality' } as const
  const draft: Policy = {
    ...before,
    scores: [{ name: 'helpful', min: 0.9, action: 'rollback' }],
    feedback: null,
    tools: [{ name: 'refund', limit: 0.02, action: 'rollback' }],
    shares: [{ ...share, action: 'rollback' }],
    cancelled: [],
    warmupSeconds: 0,
  }
  const [row] = replayDraft(draft, [past(before, checksOf(0))])
  expect(row?.notReplayed).toEqual(['tools.refund', 'shares.escalated', 'cancelled', 'evidence.warmup'])
})

test('a rollout without checks says nothing', () => {
  expect(replayDraft(withLimit(0.05), [past(withLimit(0.05), [])])).toEqual([])
})
