import { expect, test } from 'vitest'
import { fairShare, stakeBetween, tilt } from './bets.ts'
import { type Check, turnOf } from './check.ts'
import { decide, type Decision, startEvidence } from './decide.ts'
import type { DecisionPolicy } from './decisionPolicy.ts'
import { evidenceOf, noEvidence, weigh } from './evidence.ts'
import { exposedRatio, gateOf, growth, price } from './gate.ts'
import vectors from './vectors.json' with { type: 'json' }

/** The golden vectors were made at 60 digits by an independent implementation, from the definitions. */

/** 1e-9 relative, 1e-12 near zero. */
function expectClose(value: number | null | undefined, wanted: number | null, what: string) {
  if (value === null || value === undefined || wanted === null) return expect(value, what).toBe(wanted)
  const apart = Math.abs(value - wanted)
  expect(apart, `${what}: ${value} is not ${wanted}`).toBeLessThanOrEqual(
    Math.max(1e-12, 1e-9 * Math.abs(wanted)),
  )
}

test('tilt', () => {
  for (const { x, n, p0, m, out } of vectors.tilt) expectClose(tilt(x, n, p0, m), out, 'tilt')
})

test('fairShare', () => {
  for (const { a, b, rho, out } of vectors.fairShare) expectClose(fairShare(a, b, rho), out, 'fairShare')
})

test('stakeBetween never ends', () => {
  for (const { frm, to, horizonS, head, out } of vectors.stakeBetween) {
    expectClose(stakeBetween(frm, to, horizonS, head), out, 'stakeBetween')
  }
})

/** The evidence of one question after each of its checks. */
function evidenceAlong(
  checks: readonly { at: number; x: number; n: number; p0: number }[],
  horizonS: number,
  head: number,
): number[] {
  let evidence = noEvidence
  let before: number | null = null
  return checks.map(({ at, ...term }) => {
    const stake = stakeBetween(before, at, horizonS, head)
    before = at
    evidence = weigh(evidence, stake, [term], at)
    return evidenceOf(evidence)
  })
}

test.each(vectors.evidence)('evidence: $name', ({ checks, horizonS, head, out }) => {
  for (const [k, evidence] of evidenceAlong(checks, horizonS, head).entries()) {
    expectClose(evidence, out[k] ?? null, `check ${k}`)
  }
})

test('what a bet holds is capped', () => {
  for (const { horizonS, head, out, ...check } of vectors.cap) {
    expectClose(evidenceAlong([check], horizonS, head)[0] ?? null, out, 'cap')
  }
})

test('growth, price and what would have shown', () => {
  for (const { ps, ratio, rho, share, out } of vectors.growth) {
    expectClose(growth(ps, ratio, rho, share), out, 'growth')
  }
  for (const { bar, head, out } of vectors.price) expectClose(price(bar, head), out, 'price')
  for (const { bar, head, out, ...seen } of vectors.blindSpot) {
    expectClose(exposedRatio(seen, price(bar, head)), out, 'exposedRatio')
  }
})

test('a gate is open when what may be left undetected would have shown', () => {
  for (const { worth, bar, head, maxBlindSpot, out, metric, ...seen } of vectors.gate) {
    const gate = gateOf({ worth }, seen, { threshold: bar, head, maxBlindSpot })
    expectClose(gate.exposed, out.exposed, `${metric} exposed`)
    expectClose(gate.allowed, out.allowed, `${metric} allowed`)
    expect(gate).toMatchObject({ needed: out.needed, open: out.open })
  }
})

test('the number of a run in its conversation gives its turn', () => {
  for (const { number, turn } of vectors.turn) expect(turnOf(number)).toBe(turn)
})

interface Expected {
  readonly check: number
  readonly outcome: Decision['outcome']
  readonly reason: Decision['reason']
  readonly threshold: number
  readonly question: string
  readonly evidence: number
  readonly since: number
  readonly x: number
  readonly n: number
  readonly expected: number
  readonly families: readonly string[]
  readonly muted: readonly string[]
  readonly degraded: readonly string[]
  readonly lacking: readonly string[]
  readonly gates: Readonly<Record<string, Decision['gates'][string]>>
  readonly evidences: Readonly<Record<string, number>>
}

interface Case {
  readonly name: string
  readonly policy: DecisionPolicy
  readonly checks: readonly Check[]
  readonly expect: readonly Expected[]
  readonly stopAt: number | null
}

const cases = vectors.decide as unknown as readonly Case[]

test.each(cases)('decide: $name', ({ policy, checks, expect: wanted, stopAt }) => {
  let state = startEvidence(policy)
  const decisions = checks.map((check) => {
    const next = decide(policy, state, check)
    // What a row holds is JSON: the state goes through it between two checks.
    state = JSON.parse(JSON.stringify(next.state)) as typeof state
    return next.decision
  })
  const firstStop = decisions.findIndex(({ outcome }) => outcome === 'stop')
  expect(firstStop === -1 ? null : firstStop).toBe(stopAt)
  for (const each of wanted) expectDecision(decisions[each.check], each)
})

function expectDecision(decision: Decision | undefined, wanted: Expected) {
  if (!decision) throw new Error(`No check ${wanted.check}`)
  const { window, evidences } = decision
  expect({
    check: wanted.check,
    outcome: decision.outcome,
    reason: decision.reason,
    question: decision.question,
    since: window.since,
    families: decision.families,
    muted: decision.muted.map(({ question }) => question),
    degraded: decision.degraded.map(({ question }) => question),
    lacking: decision.lacking,
  }).toEqual({
    check: wanted.check,
    outcome: wanted.outcome,
    reason: wanted.reason,
    question: wanted.question,
    since: wanted.since,
    families: wanted.families,
    muted: wanted.muted,
    degraded: wanted.degraded,
    lacking: wanted.lacking,
  })
  const at = `at check ${wanted.check}`
  expectClose(decision.threshold, wanted.threshold, `threshold ${at}`)
  expectClose(decision.evidence, wanted.evidence, `evidence ${at}`)
  expectClose(window.x, wanted.x, `x ${at}`)
  expectClose(window.n, wanted.n, `n ${at}`)
  expectClose(window.expected, wanted.expected, `expected ${at}`)
  expect(Object.keys(evidences)).toEqual(Object.keys(wanted.evidences))
  for (const [question, evidence] of Object.entries(wanted.evidences)) {
    expectClose(evidences[question], evidence, `${question} ${at}`)
  }
  expect(Object.keys(decision.gates)).toEqual(Object.keys(wanted.gates))
  for (const [metric, gate] of Object.entries(wanted.gates)) {
    expectClose(decision.gates[metric]?.exposed, gate.exposed, `${metric} exposed ${at}`)
    expectClose(decision.gates[metric]?.allowed, gate.allowed, `${metric} allowed ${at}`)
    expect(decision.gates[metric]).toMatchObject({ needed: gate.needed, open: gate.open })
  }
}
