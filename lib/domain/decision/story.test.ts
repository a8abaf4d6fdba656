import { expect, test } from 'vitest'
import { type Check, type Counts, noCounts } from './check.ts'
import { type Decision, type DecisionPolicy, replay } from './decide.ts'
import { decimal, fold, grouped, toOne } from './numbers.ts'
import { because } from './story.ts'
import vectors from './vectors.json' with { type: 'json' }

/** Seconds after 14:00 as a clock shows them. */
const clock = (seconds: number) => new Date(seconds * 1000 + 14 * 3_600_000).toISOString().slice(11, 19)

interface SparseCheck extends Pick<Check, 'at' | 'share'> {
  readonly candidate: Partial<Counts>
  readonly stable: Partial<Counts>
}

const filled = (checks: readonly SparseCheck[]): Check[] =>
  checks.map((check) => ({
    ...check,
    candidate: { ...noCounts, ...check.candidate },
    stable: { ...noCounts, ...check.stable },
  }))

function told(name: string): readonly Decision[] {
  const rollout = vectors.decide.find((each) => each.name === name)
  if (!rollout) throw new Error(`No rollout ${name}`)
  return replay(rollout.policy, filled(rollout.checks))
}

test.each([
  [
    'all fail from the first run',
    3,
    '4 of 4 candidate runs failed; the limit allows 0.2. Evidence 3,879 to 1; the bar is 900 to 1.',
  ],
  [
    'candidate hangs',
    9,
    'None of the 180 runs finished since 14:00:00 came from the candidate; its share asks for at least 9. Evidence 1,798 to 1; the bar is 900 to 1.',
  ],
  [
    'errors 1% to 6%, candidate at 10%',
    18,
    "14 of the 27 runs that failed since 14:00:05 were the candidate's; its traffic explains 3.7. Evidence 5,197 to 1; the bar is 900 to 1.",
  ],
  [
    'errors 1% to 6%, candidate at 10%',
    7,
    "8 of the 15 runs that failed since 14:00:05 were the candidate's; its traffic explains 2.1. Evidence 56 to 1; the bar is 900 to 1.",
  ],
  [
    'latency over the limit',
    1,
    '8 of 21 candidate runs were slower than the limit; it allows 1.1. Evidence 3,721 to 1; the bar is 900 to 1.',
  ],
  [
    'healthy',
    0,
    'Not enough seen yet: 4 candidate runs could hide any degradation; a 5-fold error rate takes about 632 to show.',
  ],
  ['healthy', 67, 'Nothing found in 334 candidate runs; a 5-fold error rate would have shown by now.'],
  [
    'shared outage',
    20,
    'The stable itself is over the limit: 13 of its last 218 runs failed, where 10.9 may. The release is not the cause.',
  ],
  ['quiet candidate', 24, "No candidate run has finished since 14:01:00; the stable's last was at 14:02:05."],
])('%s, check %i', (name, check, sentence) => {
  const decision = told(name)[check]
  expect(decision && because(decision, clock)).toBe(sentence)
})

const policy: DecisionPolicy = {
  ...vectors.meta.defaultPolicy,
  limits: { errors: 0.05, late: 0.05, toolShare: 0.03, spend: 0.1 },
}
const everySecond = (times: number, candidate: Partial<Counts>, stable: Partial<Counts>, share: number) =>
  filled(Array.from({ length: times }, (_, k) => ({ at: k + 1, share, candidate, stable })))

test.each<[string, DecisionPolicy, Check[], string]>([
  [
    'several families',
    policy,
    everySecond(
      30,
      { runs: 5, errors: 3, toolRuns: 5, toolHurt: 4, toolShare: 3.5 },
      { runs: 95, toolRuns: 95 },
      0.05,
    ),
    "4 of the 4 runs with a failed tool call since 14:00:00 were the candidate's; its traffic explains 0.2. Evidence 2,140 to 1; the bar is 900 to 1. Also seen: errors.",
  ],
  [
    'tools against the stable',
    policy,
    everySecond(60, { runs: 5, toolRuns: 5, toolHurt: 2, toolShare: 0.1 }, { runs: 95, toolRuns: 95 }, 0.05),
    "4 of the 4 runs with a failed tool call since 14:00:00 were the candidate's; its traffic explains 0.2. Evidence 2,140 to 1; the bar is 900 to 1.",
  ],
  [
    'cost over the budget',
    policy,
    everySecond(60, { runs: 20, spend: 12 }, {}, 1),
    '20 candidate runs cost as much as 120 budgets or more; the limit allows 20. Evidence 236,893 to 1; the bar is 900 to 1.',
  ],
  [
    'a limit that asks',
    { ...policy, approval: ['errors'] },
    everySecond(60, { runs: 20, errors: 4 }, {}, 1),
    '16 of 80 candidate runs failed; the limit allows 4. Evidence 5,209 to 1; the bar is 900 to 1. This limit asks a person.',
  ],
  ['nobody there', policy, everySecond(60, {}, {}, 0.5), 'No run of either version has finished yet.'],
  [
    'nothing to compare with',
    policy,
    everySecond(3, { runs: 20 }, {}, 1),
    'Not enough seen yet: 60 candidate runs could hide any degradation; without stable traffic beside it there is nothing to compare the candidate with.',
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
  expect([fold(4.9456), fold(5.08), fold(8), fold(11.2), fold(18), fold(183.09), fold(110)]).toEqual([
    'a 5-fold',
    'a 5.1-fold',
    'an 8-fold',
    'an 11.2-fold',
    'an 18-fold',
    'a 184-fold',
    'a 110-fold',
  ])
  expect([toOne(3879.49), toOne(1.29), toOne(3e299)]).toEqual([
    '3,879 to 1',
    '1.2 to 1',
    'over 1,000,000 to 1',
  ])
})
