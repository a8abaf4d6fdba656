import { expect, test } from 'vitest'
import {
  blindSpot,
  type Check,
  type Counts,
  decide,
  evidenceOf,
  fairShare,
  growth,
  noCounts,
  noEvidence,
  price,
  type Question,
  questions,
  stakeBetween,
  startEvidence,
  tilt,
  type Votes,
  weigh,
} from './first.ts'
import vectors from './first.vectors.json' with { type: 'json' }

/** The first edition of the engine gives what it gave: old decisions can be run again. The golden vectors were made at 60 digits by an independent implementation, from the definitions. */

/** 1e-9 relative, 1e-12 near zero. */
function expectClose(value: number | null, wanted: number | null, what: string) {
  if (value === null || wanted === null) return expect(value, what).toBe(wanted)
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

test('stakeBetween', () => {
  for (const { frm, to, horizonS, head, out } of vectors.stakeBetween) {
    expectClose(stakeBetween(frm, to, horizonS, head), out, 'stakeBetween')
  }
})

/** The evidence of one question after each of its checks. */
function evidenceAlong(
  checks: readonly (Votes & { at: number })[],
  horizonS: number,
  head: number,
): number[] {
  let evidence = noEvidence
  let staked = 0
  let before: number | null = null
  return checks.map(({ at, ...votes }) => {
    const stake = stakeBetween(before, at, horizonS, head)
    before = at
    staked += stake
    evidence = weigh(evidence, stake, votes, at)
    return evidenceOf(evidence.wealth, staked)
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

test('growth, price and blindSpot', () => {
  for (const { ps, ratio, rho, share, out } of vectors.growth) {
    expectClose(growth(ps, ratio, rho, share), out, 'growth')
  }
  for (const { bar, head, out } of vectors.price) expectClose(price(bar, head), out, 'price')
  for (const { bar, head, out, ...seen } of vectors.blindSpot) {
    expectClose(blindSpot(seen, bar, head), out, 'blindSpot')
  }
})

interface SparseCheck {
  readonly at: number
  readonly share: number
  readonly candidate: Partial<Counts>
  readonly stable: Partial<Counts>
}

interface Expected {
  readonly check: number
  readonly outcome: string
  readonly question: Question
  readonly evidence: number
  readonly since: number
  readonly x: number
  readonly n: number
  readonly expected: number
  readonly evidences: Readonly<Record<Question, number>>
  readonly advance: boolean
  readonly reason?: string | null
  readonly blindSpot?: number | null
  readonly muted?: readonly string[]
}

test.each(vectors.decide)('decide: $name', ({ policy, checks, expect: wanted, stopAt }) => {
  let state = startEvidence(policy)
  const decisions = (checks as readonly SparseCheck[]).map((sparse) => {
    const check: Check = {
      ...sparse,
      candidate: { ...noCounts, ...sparse.candidate },
      stable: { ...noCounts, ...sparse.stable },
    }
    const next = decide(policy, state, check)
    state = next.state
    return next.decision
  })
  const firstStop = decisions.findIndex(({ outcome }) => outcome === 'stop')
  expect(firstStop === -1 ? null : firstStop).toBe(stopAt)

  for (const at of wanted as readonly Expected[]) {
    const decision = decisions[at.check]
    if (!decision) throw new Error(`No check ${at.check}`)
    const { story } = decision
    expect(decision).toMatchObject({
      outcome: at.outcome,
      question: at.question,
      advance: at.advance,
      story: { since: at.since },
    })
    if (at.outcome !== 'stop') expect(decision.reason).toBe(at.reason)
    expect(decision.muted.map(({ question }) => question)).toEqual(at.muted ?? [])
    expectClose(decision.evidence, at.evidence, 'evidence')
    expectClose(story.x, at.x, 'x')
    expectClose(story.n, at.n, 'n')
    expectClose(story.expected, at.expected, 'expected')
    for (const question of questions) {
      expectClose(decision.evidences[question], at.evidences[question], `${question} at check ${at.check}`)
    }
    if (at.blindSpot !== undefined) expectClose(decision.blindSpot, at.blindSpot, `blindSpot at ${at.check}`)
  }
})
