import { expect, test } from 'vitest'
import { type Check, type Counts, noCounts } from './check.ts'
import { decide, type DecisionPolicy, startEvidence } from './decide.ts'
import { checkAhead, flip } from './flip.ts'
import type { Question } from './questions.ts'
import { flipSentence } from './story.ts'
import vectors from './vectors.json' with { type: 'json' }

const policy: DecisionPolicy = {
  ...vectors.meta.defaultPolicy,
  limits: { errors: 0.05, late: null, toolShare: 0.03, spend: 0.1 },
}
const counted = (over: Partial<Counts>): Counts => ({ ...noCounts, ...over })
const check: Check = {
  at: 5,
  share: 0.2,
  candidate: counted({ runs: 40, toolRuns: 30 }),
  stable: counted({ runs: 160, errors: 2, slow: 8, toolRuns: 120 }),
}
const start = startEvidence(policy)
const failing = (errors: number) => ({ ...check, candidate: { ...check.candidate, errors } })

test('the number that flips it stops the rollout, and one less does not', () => {
  const open = { ...policy, limits: { ...policy.limits, errors: null } }
  const found = flip(open, start, check, 'versus.errors')
  const least = found?.x ?? 0
  expect(least).toBeGreaterThan(1)
  expect(decide(open, start, failing(least)).decision.outcome).toBe('stop')
  expect(decide(open, start, failing(least - 1)).decision.outcome).not.toBe('stop')
})

test('after evidence of health it takes more than before it', () => {
  const healthy = decide(policy, start, check).state
  const later = { ...check, at: 10 }
  const before = flip(policy, start, check, 'limit.errors')?.x ?? 0
  expect(flip(policy, healthy, later, 'limit.errors')?.x).toBeGreaterThan(before)
})

test('nothing flips a question that is not asked, one with too few runs, or a stopped rollout', () => {
  expect(flip(policy, start, check, 'limit.late')).toBeNull()
  expect(flip(policy, start, { ...check, candidate: counted({ runs: 2 }) }, 'limit.errors')).toBeNull()
  const stopped = decide(policy, start, failing(40)).state
  expect(flip(policy, stopped, check, 'versus.slow')).toBeNull()
})

test.each<[Question, string]>([
  ['limit.errors', '11 failures among the next 40 candidate runs would stop it.'],
  ['versus.toolHurt', 'A failed tool call in 7 of the next 30 candidate runs would stop it.'],
  ['silence', 'No more than 6 of the next 200 runs from the candidate would stop it.'],
  ['limit.spend', '15 of the next 40 candidate runs at ten budgets or more would stop it.'],
])('says what would flip %s', (question, sentence) => {
  const found = flip(policy, start, check, question)
  expect(found && flipSentence(found)).toBe(sentence)
})

test('a check ahead has the present rate of runs', () => {
  expect(checkAhead(check, 5, 60)).toMatchObject({
    at: 65,
    candidate: { runs: 480, toolRuns: 360 },
    stable: { runs: 1920, errors: 24, slow: 96 },
  })
  expect(() => checkAhead(check, 0, 60)).toThrow(RangeError)
})
