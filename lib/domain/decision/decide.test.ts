import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultPolicy } from '../policy.ts'
import { type Check, type Counts, noCounts } from './check.ts'
import {
  decide,
  type Decision,
  type DecisionPolicy,
  policyForDecision,
  replay,
  startEvidence,
} from './decide.ts'
import { type Family, families } from './questions.ts'
import { stopReason } from './reasons.ts'

const policy: DecisionPolicy = {
  limits: { errors: 0.05, late: 0.05, toolShare: 0.03, spend: 0.1 },
  tolerance: 1.25,
  silence: 2,
  alpha: 0.01,
  horizonS: 86_400,
  head: 0.5,
  watch: 20,
  staleS: 60,
  maxBlindSpot: 5,
}

const counted = (over: Partial<Counts>): Counts => ({ ...noCounts, ...over })
const checkAt = (at: number, candidate: Partial<Counts>, stable: Partial<Counts>, share = 0.05): Check => ({
  at,
  share,
  candidate: counted(candidate),
  stable: counted(stable),
})
const every5s = (times: number, candidate: Partial<Counts>, stable: Partial<Counts>, share = 0.05) =>
  Array.from({ length: times }, (_, k) => checkAt(5 * (k + 1), candidate, stable, share))
const bytes = (value: unknown) => JSON.stringify(value)
const last = (decisions: readonly Decision[]): Decision => {
  const decision = decisions.at(-1)
  if (!decision) throw new Error('No decision')
  return decision
}

const upTo = (most: number) => fc.integer({ min: 0, max: most })
const counts: fc.Arbitrary<Counts> = upTo(40).chain((runs) =>
  fc
    .tuple(upTo(runs), upTo(runs), upTo(runs), upTo(runs), upTo(runs))
    .chain(([errors, late, slow, costly, toolRuns]) =>
      fc.record({
        runs: fc.constant(runs),
        errors: fc.constant(errors),
        late: fc.constant(late),
        slow: fc.constant(slow),
        costly: fc.constant(costly),
        spend: fc.double({ min: 0, max: runs, noNaN: true }),
        toolRuns: fc.constant(toolRuns),
        toolHurt: upTo(toolRuns),
        toolShare: fc.double({ min: 0, max: toolRuns, noNaN: true }),
      }),
    ),
)
const oneCheck: fc.Arbitrary<Check> = fc.record({
  at: fc.double({ min: 0, max: 100_000, noNaN: true }),
  share: fc.constantFrom(0, 0.05, 0.25, 0.5, 1),
  candidate: counts,
  stable: counts,
})
const checks = fc.array(oneCheck, { minLength: 1, maxLength: 30 })

test('a state that went through JSON decides the same, byte for byte', () => {
  fc.assert(
    fc.property(checks, (all) => {
      let kept = startEvidence(policy)
      let stored = bytes(kept)
      for (const check of all) {
        const fromMemory = decide(policy, kept, check)
        const fromStore = decide(policy, JSON.parse(stored), JSON.parse(bytes(check)))
        expect(bytes(fromStore)).toBe(bytes(fromMemory))
        expect(bytes(fromMemory)).not.toMatch(/null,null|NaN|Infinity/)
        kept = fromMemory.state
        stored = bytes(fromStore.state)
      }
    }),
  )
})

test('running a rollout again gives the same bytes', () => {
  fc.assert(
    fc.property(checks, (all) => {
      expect(bytes(replay(policy, JSON.parse(bytes(all))))).toBe(bytes(replay(policy, all)))
    }),
  )
})

test('a stop is for good: same question, reason and moment, whatever comes', () => {
  fc.assert(
    fc.property(checks, (after) => {
      const all = [...every5s(8, { runs: 5, errors: 5 }, { runs: 95 }), ...after]
      const decisions = replay(policy, all)
      const stop = decisions.find(({ outcome }) => outcome === 'stop')
      expect(stop).toMatchObject({ reason: 'error_spike', at: 5 })
      for (const decision of decisions.slice(all.length - after.length)) expect(decision).toBe(stop)
    }),
  )
})

test('silence never reads as allow', () => {
  fc.assert(
    fc.property(checks, (all) => {
      const silent = all.map((check) => ({ ...check, candidate: noCounts }))
      for (const { outcome, advance } of replay(policy, silent)) {
        expect(outcome).not.toBe('allow')
        expect(advance).toBe(false)
      }
    }),
  )
})

test('an allow always comes with what it would have shown, and only an allow opens the gate', () => {
  fc.assert(
    fc.property(checks, (all) => {
      for (const { outcome, advance, blindSpot, reason } of replay(policy, all)) {
        expect(advance).toBe(outcome === 'allow')
        expect(reason === null).toBe(outcome === 'allow')
        if (advance) expect(blindSpot).toBeLessThanOrEqual(policy.maxBlindSpot)
      }
    }),
  )
})

test('when both versions fail alike the stable is named, and the release is not stopped for errors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 30 }), (tenths, size) => {
      const failing = (runs: number) => ({ runs, errors: Math.round((runs * tenths) / 10) })
      const decisions = replay(policy, every5s(60, failing(10 * size), failing(190 * size)))
      expect(decisions.some(({ outcome }) => outcome === 'stop')).toBe(false)
      expect(last(decisions)).toMatchObject({ outcome: 'hold', reason: 'stable_degraded' })
    }),
  )
})

test('a candidate worse than a degraded stable is still stopped', () => {
  const { outcome, question } = last(
    replay(policy, every5s(60, { runs: 10, errors: 9 }, { runs: 190, errors: 20 })),
  )
  expect([outcome, question]).toEqual(['stop', 'versus.errors'])
})

/** mulberry32: small, seeded, good enough to toss coins. */
function coins(seed: number) {
  let state = seed
  return (chance: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 < chance
  }
}

/** Whether a rollout of equal versions, each run as bad as the odds say, ends in a stop. */
function stopsHealthy(toss: (chance: number) => boolean, share: number, errors: number): boolean {
  let state = startEvidence(policy)
  for (let at = 5; at <= 500; at += 5) {
    const seen = { candidate: { ...noCounts }, stable: { ...noCounts } }
    for (let run = 0; run < 40; run++) {
      const { candidate, stable } = seen
      const side: { -readonly [K in keyof Counts]: number } = toss(share) ? candidate : stable
      side.runs++
      side.toolRuns++
      if (toss(errors)) side.errors++
      if (toss(0.05)) side.late++
      if (toss(0.05)) side.slow++
      if (toss(0.05)) side.costly++
      if (toss(0.1)) side.spend++
      if (toss(0.03)) side.toolHurt++
      side.toolShare = side.toolHurt
    }
    const next = decide(policy, state, { at, share, ...seen })
    if (next.decision.outcome === 'stop') return true
    state = next.state
  }
  return false
}

test('of 300 healthy rollouts, as bad as every limit allows, at most the promised 1 % are stopped', () => {
  const toss = coins(20_260_101)
  let stopped = 0
  for (let k = 0; k < 300; k++) if (stopsHealthy(toss, [0.05, 0.25, 0.5][k % 3] ?? 0.5, 0.05)) stopped++
  expect(stopped).toBeLessThanOrEqual(3)
})

test('a candidate that gets all traffic is still held to the limits, and keeps what was known before', () => {
  const compared = every5s(120, { runs: 10 }, { runs: 90, errors: 1 }, 0.1)
  const soak = (candidate: Partial<Counts>) =>
    Array.from({ length: 40 }, (_, k) => checkAt(605 + 5 * k, candidate, {}, 1))
  expect(last(replay(policy, [...compared, ...soak({ runs: 100, errors: 1 })])).outcome).toBe('allow')
  expect(last(replay(policy, [...compared, ...soak({ runs: 100, errors: 20 })])).reason).toBe('error_spike')
})

test('a stable without traffic does not mute the limits for ever', () => {
  const outage = every5s(10, { runs: 5, errors: 1 }, { runs: 95, errors: 19 })
  const soak = Array.from({ length: 40 }, (_, k) => checkAt(55 + 5 * k, { runs: 100, errors: 20 }, {}, 1))
  expect(last(replay(policy, [...outage, ...soak.slice(0, 8)])).reason).toBe('stable_degraded')
  expect(last(replay(policy, [...outage, ...soak])).reason).toBe('error_spike')
})

test('no run of the candidate for 60 s holds, and so does none of either', () => {
  const start = every5s(2, { runs: 5 }, { runs: 5 }, 0.5)
  const reasonOf = (at: number, stable: Partial<Counts>) =>
    last(replay(policy, [...start, checkAt(at, {}, stable, 0.5)])).reason
  expect(reasonOf(69, { runs: 1 })).toBe('insufficient_data')
  expect(reasonOf(70, { runs: 1 })).toBe('candidate_silent')
  expect(reasonOf(70, {})).toBe('telemetry_outage')
})

const asking: DecisionPolicy = { ...policy, approval: ['errors'] }

test('a limit that asks a person holds at the bar, and goes on asking when the errors stop', () => {
  // All traffic is the candidate's, so that only the limit can be broken.
  const broken = every5s(20, { runs: 20, errors: 4 }, { runs: 0 }, 1)
  const healthy = Array.from({ length: 200 }, (_, k) => checkAt(105 + 5 * k, { runs: 20 }, {}, 1))
  const decisions = replay(asking, [...broken, ...healthy])
  const asked = decisions.find(({ reason }) => reason === 'approval_required')
  expect(asked).toMatchObject({ outcome: 'hold', question: 'limit.errors', advance: false })
  expect(asked?.evidence).toBeGreaterThanOrEqual(900)
  const { outcome, reason, question, evidence, story } = last(decisions)
  expect({ outcome, reason, question, evidence, story }).toEqual({
    outcome: 'hold',
    reason: 'approval_required',
    question: 'limit.errors',
    evidence: asked?.evidence,
    story: asked?.story,
  })
})

test('what asks a person about one limit still stops for everything else', () => {
  const other = every5s(20, { runs: 20, errors: 4, late: 10 }, {}, 1)
  expect(last(replay(asking, other))).toMatchObject({ outcome: 'stop', question: 'limit.late' })
  const worse = every5s(20, { runs: 20, errors: 10 }, { runs: 20 }, 0.5)
  expect(last(replay(asking, worse))).toMatchObject({ outcome: 'stop', question: 'versus.errors' })
})

test('only errors is an error spike, only latency a breach, all else is a rollback', () => {
  expect(stopReason(['errors'])).toBe('error_spike')
  expect(stopReason(['latency'])).toBe('sla_breach')
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...families)), (shown: Family[]) => {
      const alone = shown.length === 1 && ['errors', 'latency'].includes(shown[0] ?? '')
      expect(stopReason(shown) === 'rollback_required').toBe(!alone)
    }),
  )
})

test('errors and tool failures together are rollback_required, with both families named', () => {
  const both = { runs: 5, errors: 3, toolRuns: 5, toolHurt: 4, toolShare: 3.5 }
  expect(last(replay(policy, every5s(10, both, { runs: 95, toolRuns: 95 })))).toMatchObject({
    outcome: 'stop',
    reason: 'rollback_required',
    families: ['errors', 'tools'],
  })
})

test.each([
  ['candidate.runs', checkAt(5, { runs: -1 }, {})],
  ['candidate.errors', checkAt(5, { runs: 3, errors: 4 }, {})],
  ['candidate.late', checkAt(5, { runs: 3, late: Number.NaN }, {})],
  ['candidate.toolHurt', checkAt(5, { runs: 3, toolRuns: 1, toolHurt: 2 }, {})],
  ['candidate.toolShare', checkAt(5, { runs: 3, toolRuns: 1, toolShare: 1.01 }, {})],
  ['stable.toolRuns', checkAt(5, {}, { runs: 1, toolRuns: 2 })],
  ['stable.spend', checkAt(5, {}, { runs: 1, spend: Number.POSITIVE_INFINITY })],
  ['share', checkAt(5, {}, {}, 1.5)],
  ['at', checkAt(Number.NaN, {}, {})],
])('refuses counts that cannot be, and names %s', (field, check) => {
  const judged = () => decide(policy, startEvidence(policy), check)
  expect(judged).toThrow(RangeError)
  expect(judged).toThrow(new RegExp(`^${field.replace('.', '\\.')} is `))
})

test.each([
  ['alpha', { alpha: 0 }],
  ['horizonS', { horizonS: 0 }],
  ['tolerance', { tolerance: 0.5 }],
  ['limits.errors', { limits: { ...policy.limits, errors: 5 } }],
] as const)('no evidence begins under a policy whose %s promises nothing', (field, over) => {
  expect(() => startEvidence({ ...policy, ...over })).toThrow(new RegExp(`^${field.replace('.', '\\.')} is `))
})

test('a clock that runs backwards is the same moment', () => {
  const forth = [checkAt(10, { runs: 1 }, { runs: 9 }), checkAt(10, { runs: 1 }, { runs: 9 })]
  const back = [checkAt(10, { runs: 1 }, { runs: 9 }), checkAt(4, { runs: 1 }, { runs: 9 })]
  expect(replay(policy, back)).toEqual(replay(policy, forth))
})

test('a policy is read as the engine judges it: p95 as a share, the budget as a tenth of the cap', () => {
  const read = policyForDecision({
    ...defaultPolicy,
    triggers: [
      { metric: 'error_rate', limit: 0.05, action: 'rollback' },
      { metric: 'latency_p95_ms', limit: 1800, action: 'approval' },
      { metric: 'cost_per_run_usd', limit: 0.2, action: 'rollback' },
    ],
  })
  expect(read).toEqual({
    ...policy,
    limits: { errors: 0.05, late: 0.05, toolShare: null, spend: 0.1 },
    approval: ['latency'],
  })
  expect(() => startEvidence(policyForDecision(defaultPolicy))).not.toThrow()
})

test('a limit that nobody set is never evidence', () => {
  const open: DecisionPolicy = {
    ...policy,
    limits: { errors: null, late: null, toolShare: null, spend: null },
  }
  const bad = { runs: 20, errors: 20, late: 20, spend: 20, toolRuns: 20, toolHurt: 20, toolShare: 20 }
  const { evidences } = last(replay(open, every5s(30, bad, {}, 1)))
  expect(Object.entries(evidences).filter(([question]) => question.startsWith('limit.'))).toEqual([
    ['limit.errors', 1],
    ['limit.late', 1],
    ['limit.toolShare', 1],
    ['limit.spend', 1],
  ])
})
