import { expect, test } from 'vitest'
import { aCheck, checksEvery, enginePolicy as policy, type Went } from '#lib/testing/checks.ts'
import { because } from './because.ts'
import type { Check } from './check.ts'
import { type Decision, replay } from './decide.ts'
import type { DecisionPolicy, MetricRule } from './decisionPolicy.ts'
import { decimal, grouped, toOne } from './numbers.ts'
import vectors from './vectors.json' with { type: 'json' }

/** Seconds after 14:00 as a clock shows them. */
const clock = (seconds: number) => new Date(seconds * 1000 + 14 * 3_600_000).toISOString().slice(11, 19)

interface Case {
  readonly name: string
  readonly policy: DecisionPolicy
  readonly checks: readonly Check[]
}

function told(name: string): readonly Decision[] {
  const rollout = (vectors.decide as unknown as readonly Case[]).find((each) => each.name === name)
  if (!rollout) throw new Error(`No rollout ${name}`)
  return replay(rollout.policy, rollout.checks)
}

test.each([
  [
    'all fail from the first run',
    3,
    '4 of 4 candidate runs failed; the limit allows 0.2. Evidence 3,879 to 1; the threshold is 1,000 to 1.',
  ],
  [
    'candidate hangs',
    11,
    'None of the 216 runs that began since 14:00:00 came from the candidate; its share asks for at least 11. Evidence 11,240 to 1; the threshold is 1,000 to 1.',
  ],
  [
    'errors 1 to 6 %, candidate at 10 %',
    15,
    "10 of the 17 runs that failed since 14:00:05 were the candidate's; its traffic explains 2.3. Evidence 1,501 to 1; the threshold is 1,000 to 1.",
  ],
  [
    'errors 1 to 6 %, candidate at 10 %',
    7,
    'Not enough seen yet: 84 candidate conversations would have shown an error rate of 9.8 %; 5 % takes about 242.',
  ],
  [
    'later turns break, first runs do not',
    5,
    "10 of the 13 runs that failed in later turns since 14:00:00 were the candidate's; its traffic explains 1.6. Evidence 181,586 to 1; the threshold is 1,000 to 1.",
  ],
  [
    'latency over the limit',
    1,
    '9 of 23 candidate runs were slower than the limit; it allows 1.2. Evidence 17,158 to 1; the threshold is 1,000 to 1.',
  ],
  [
    'healthy',
    0,
    'Not enough seen yet: 6 candidate conversations would have shown an error rate of 66.6 %; 5 % takes about 188.',
  ],
  [
    'healthy',
    89,
    'Nothing found in 475 candidate conversations; an error rate of 4 % would have shown by now.',
  ],
  [
    'shared outage',
    20,
    'The stable itself is over the limit: 9 of its last 70 runs failed, where 3.5 may. The release is not the cause.',
  ],
  [
    'half of the candidate is missing: held, never stopped',
    59,
    '30 runs of the candidate came, where its share asks for about 457. Sampling, a wrong version name and runs that hang look alike from here: a person decides.',
  ],
  ['no scores arrive', 39, 'Not enough seen yet: too few candidate runs carry score helpful.'],
  [
    'answers get worse, nothing fails',
    89,
    "Of the 1,021 that “helpful” fell short of 1 since 14:00:00, 292.4 were the candidate's; its traffic explains 236.7. Evidence 190 to 1; the threshold is 1,200 to 1.",
  ],
])('%s, check %i', (name, check, sentence) => {
  const decision = told(name)[check]
  expect(decision && because(decision, clock)).toBe(sentence)
})
const everySecond = (times: number, candidate: Went, stable: Went, share: number) =>
  checksEvery(1, times, candidate, stable, share)
const scored: MetricRule = {
  id: 'score.helpful',
  family: 'quality',
  limit: 0.3,
  asks: 'rollback',
  versus: true,
  later: false,
  gate: null,
  min: 30,
}
const withScore: DecisionPolicy = { ...policy, metrics: [...policy.metrics, scored] }

test.each<[string, DecisionPolicy, Check[], string]>([
  [
    'several families',
    policy,
    everySecond(
      30,
      { runs: 5, errors: 3, toolRuns: 5, toolFailedRuns: 4, toolFailures: 3.5 },
      { runs: 95, toolRuns: 95 },
      0.05,
    ),
    "4 of the 4 runs with a failed tool call since 14:00:00 were the candidate's; its traffic explains 0.2. Evidence 2,140 to 1; the threshold is 1,100 to 1. Also seen: errors.",
  ],
  [
    'tools against the stable',
    policy,
    everySecond(
      60,
      { runs: 5, toolRuns: 5, toolFailedRuns: 2, toolFailures: 0.1 },
      { runs: 95, toolRuns: 95 },
      0.05,
    ),
    "4 of the 4 runs with a failed tool call since 14:00:00 were the candidate's; its traffic explains 0.2. Evidence 2,140 to 1; the threshold is 1,100 to 1.",
  ],
  [
    'cost over the budget',
    policy,
    everySecond(60, { runs: 20, spend: 12 }, {}, 1),
    '20 candidate runs cost as much as 120 budgets or more; the limit allows 20. Evidence 236,891 to 1; the threshold is 1,100 to 1.',
  ],
  [
    'a limit that asks',
    { ...policy, metrics: policy.metrics.map((metric) => ({ ...metric, asks: 'approval' })) },
    everySecond(60, { runs: 20, errors: 4 }, {}, 1),
    '16 of 80 candidate runs failed; the limit allows 4. Evidence 5,209 to 1; the threshold is 1,100 to 1. This metric asks a person.',
  ],
  [
    'a score under its limit',
    withScore,
    [
      {
        ...aCheck(5, { runs: 100 }, {}, 1),
        limits: { 'score.helpful': { candidate: [70, 100], stable: [0, 0] } },
      },
    ],
    '“helpful” is 0.3 on average over 100 candidate runs; the limit is 0.7. Evidence over 1,000,000 to 1; the threshold is 1,300 to 1.',
  ],
  ['nobody there', policy, everySecond(60, {}, {}, 0.5), 'No run of either version has come in yet.'],
  [
    'nothing to compare with',
    policy,
    everySecond(3, { runs: 20 }, {}, 1),
    'Not enough seen yet: no candidate conversation was compared yet; without stable traffic beside it there is nothing to compare the candidate with.',
  ],
])('%s', (_, given, checks, sentence) => {
  const decision = replay(given, checks).at(-1)
  expect(decision && because(decision, clock)).toBe(sentence)
})

test('numbers read the same everywhere', () => {
  expect([
    grouped(1979),
    grouped(12_345_678),
    decimal(7.34),
    decimal(0.05),
    decimal(22),
    decimal(1234.5),
  ]).toEqual(['1,979', '12,345,678', '7.3', '0.05', '22', '1,235'])
  expect([toOne(3879.49), toOne(1.29), toOne(3e299)]).toEqual([
    '3,879 to 1',
    '1.2 to 1',
    'over 1,000,000 to 1',
  ])
})
