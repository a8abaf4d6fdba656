import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCheck, enginePolicy as policy } from '#lib/testing/checks.ts'
import type { Check } from './check.ts'
import { decide, type DecisionState, startEvidence } from './decide.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'
import {
  healthy as healthyUnder,
  runsToAllow,
  silenceFlip,
  stopFlip,
  type StopFlip,
  withBad as withBadUnder,
} from './flip.ts'
import { allowFlipSentence, stopFlipSentence } from './flipSentences.ts'

const healthy = (state: DecisionState, share: number, runs: number) =>
  healthyUnder(policy, state, share, runs)
const withBad = (check: Check, family: StopFlip['family'], x: number) =>
  withBadUnder(policy, check, family, x)
const families = ['errors', 'latency', 'tools', 'cost'] as const
const share = 0.2

/** A rollout of so many checks with these counts a check, whose candidate does a little worse or better. */
const seen: fc.Arbitrary<{ state: DecisionState; outcome: string }> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 48 }),
      fc.integer({ min: 0, max: 2 }),
    ),
    { minLength: 1, maxLength: 20 },
  )
  .map((all) => {
    let state = startEvidence(policy)
    let outcome = 'hold'
    all.forEach(([candidate, stable, failed], index) => {
      const next = decide(policy, state, checkOf(5 * (index + 1), candidate, stable, failed))
      state = next.state
      outcome = next.decision.outcome
    })
    return { state, outcome }
  })

function checkOf(at: number, candidate: number, stable: number, failed = 0): Check {
  const toolRuns = (runs: number) => ({ runs, toolRuns: Math.floor(runs / 2) })
  return aCheck(
    at,
    { ...toolRuns(candidate), errors: Math.min(failed, candidate) },
    { ...toolRuns(stable), errors: Math.floor(stable / 40), slow: Math.floor(stable / 20) },
    share,
  )
}

const after = (state: DecisionState, check: Check) => decide(policy, state, check).decision.outcome

test('so many bad runs stop the rollout, and one less does not: by the engine that will judge them', () => {
  let found = 0
  fc.assert(
    fc.property(seen, fc.constantFrom(...families), ({ state }, family) => {
      const flip = stopFlip(policy, state, share, family)
      if (!flip) return
      found += 1
      const ahead = healthy(state, share, flip.among)
      expect(after(state, withBad(ahead, family, flip.x))).toBe('stop')
      expect(after(state, withBad(ahead, family, flip.x - 1))).not.toBe('stop')
    }),
  )
  expect(found).toBeGreaterThan(20)
})

test('so many healthy runs turn a hold into an allow, and one less does not', () => {
  let found = 0
  fc.assert(
    fc.property(seen, ({ state, outcome }) => {
      const runs = runsToAllow(policy, state, share)
      if (outcome === 'allow' || runs === null) return
      found += 1
      expect(after(state, healthy(state, share, runs))).toBe('allow')
      expect(after(state, healthy(state, share, runs - 1))).not.toBe('allow')
    }),
  )
  expect(found).toBeGreaterThan(20)
})

test('so many stable runs beside a silent candidate stop the rollout, and one less does not', () => {
  let found = 0
  fc.assert(
    fc.property(seen, ({ state }) => {
      const flip = silenceFlip(policy, state, share)
      if (!flip) return
      found += 1
      const at = Math.max(state.at ?? 0, state.lastRunAt.candidate + 60)
      const quiet = (runs: number): Check => ({
        ...aCheck(at, {}, {}, share),
        runs: { candidate: 0, stable: runs },
        silence: [{ period: 0, share, candidate: 0, stable: runs }],
      })
      expect(after(state, quiet(flip.stableRuns))).toBe('stop')
      expect(after(state, quiet(flip.stableRuns - 1))).not.toBe('stop')
    }),
  )
  expect(found).toBeGreaterThan(20)
})

test('the smaller the share of a candidate, the more stable runs its silence takes', () => {
  const { state } = decide(policy, startEvidence(policy), checkOf(5, 10, 40))
  const runs = (of: number) => silenceFlip(policy, state, of)?.stableRuns ?? 0
  expect(runs(0.5)).toBeGreaterThan(0)
  expect(runs(0.05)).toBeGreaterThan(runs(0.2))
  // A larger share is not asked for than was measured: what was sampled stays so.
  expect(runs(0.5)).toBe(runs(0.2))
  expect(silenceFlip(policy, state, 1)).toBeNull()
})

test('after health it takes more failures than before it', () => {
  const few = decide(policy, startEvidence(policy), checkOf(5, 10, 40)).state
  let many = few
  for (let k = 2; k < 40; k += 1) many = decide(policy, many, checkOf(5 * k, 10, 40)).state
  const before = stopFlip(policy, few, share, 'errors')
  const later = stopFlip(policy, many, share, 'errors')
  const rate = (flip: StopFlip | null) => (flip ? flip.x / flip.among : 0)
  expect(rate(before)).toBeGreaterThan(0)
  expect(later && (later.among > 20 || later.x > (before?.x ?? 0))).toBe(true)
})

test('nothing flips before the first check, without traffic, or after a stop', () => {
  const start = startEvidence(policy)
  expect(stopFlip(policy, start, share, 'errors')).toBeNull()
  const one = decide(policy, start, checkOf(5, 10, 40)).state
  expect(stopFlip(policy, one, 0, 'errors')).toBeNull()
  expect(runsToAllow(policy, one, 0)).toBeNull()
  const stopped = decide(policy, one, withBad(checkOf(10, 40, 160), 'errors', 40)).state
  expect(stopped.stop).not.toBeNull()
  expect(stopFlip(policy, stopped, share, 'latency')).toBeNull()
  expect(runsToAllow(policy, stopped, share)).toBeNull()
})

test('what asks a person is not said to stop by itself', () => {
  const asking: DecisionPolicy = {
    ...policy,
    metrics: policy.metrics.map((metric) => ({ ...metric, asks: 'approval' })),
  }
  const { state } = decide(asking, startEvidence(asking), checkOf(5, 10, 40))
  expect(stopFlip(asking, state, share, 'errors')).toBeNull()
})

test.each<[StopFlip['family'], string]>([
  ['errors', '3 failures among the next 20 candidate runs would stop it.'],
  ['latency', '3 slow runs among the next 20 candidate runs would stop it.'],
  ['tools', 'A failed tool call in 3 of the next 20 candidate runs would stop it.'],
  ['cost', '3 of the next 20 candidate runs at ten budgets or more would stop it.'],
])('says what would stop it by %s', (family, sentence) => {
  expect(stopFlipSentence({ family, x: 3, among: 20 })).toBe(sentence)
})

test('says what would stop it by silence', () => {
  expect(stopFlipSentence({ family: 'silence', stableRuns: 180 })).toBe(
    '180 more stable runs while none of the candidate comes for a minute would stop it.',
  )
})

test('says what would let it go on, and where no number would', () => {
  const { decision } = decide(policy, startEvidence(policy), checkOf(5, 10, 40))
  expect(allowFlipSentence(decision, 59)).toBe('59 more healthy candidate runs would let it go on.')
  expect(allowFlipSentence(decision, null)).toContain('a person may promote it')
  expect(allowFlipSentence({ ...decision, reason: 'evidence_rising' }, null)).toBe(
    'No number of healthy runs alone would let it go on.',
  )
  expect(allowFlipSentence({ ...decision, reason: 'approval_required' }, null)).toMatch('A person decides')
  expect(allowFlipSentence({ ...decision, reason: 'stable_degraded' }, null)).toMatch('stable is back')
  expect(allowFlipSentence({ ...decision, reason: 'candidate_silent' }, 1)).toBe(
    'Candidate runs have to come in again: 1 more healthy one would let it go on.',
  )
})
