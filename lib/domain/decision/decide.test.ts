import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCheck, checksEvery, enginePolicy as policy, type Went } from '#lib/testing/checks.ts'
import { defaultPolicy } from '../policy.ts'
import type { Check } from './check.ts'
import { decide, type Decision, replay, startEvidence } from './decide.ts'
import { type DecisionPolicy, families, type Family } from './decisionPolicy.ts'
import { policyForDecision } from './policyForDecision.ts'
import { stopReason } from './reasons.ts'

const every5s = (times: number, candidate: Went, stable: Went, share = 0.05) =>
  checksEvery(5, times, candidate, stable, share)
const bytes = (value: unknown) => JSON.stringify(value)
const last = (decisions: readonly Decision[]): Decision => {
  const decision = decisions.at(-1)
  if (!decision) throw new Error('No decision')
  return decision
}

const upTo = (most: number) => fc.integer({ min: 0, max: most })
const went: fc.Arbitrary<Went> = upTo(40).chain((runs) =>
  fc
    .tuple(upTo(runs), upTo(runs), upTo(runs), upTo(runs), upTo(runs))
    .chain(([errors, late, slow, costlier, toolRuns]) =>
      fc.record({
        runs: fc.constant(runs),
        errors: fc.constant(errors),
        late: fc.constant(late),
        slow: fc.constant(slow),
        costlier: fc.constant(costlier),
        spend: fc.double({ min: 0, max: runs, noNaN: true }),
        toolRuns: fc.constant(toolRuns),
        toolFailedRuns: upTo(toolRuns),
        toolFailures: fc.double({ min: 0, max: toolRuns, noNaN: true }),
      }),
    ),
)
const oneCheck: fc.Arbitrary<Check> = fc
  .tuple(
    fc.double({ min: 0, max: 100_000, noNaN: true }),
    went,
    went,
    fc.constantFrom(0, 0.05, 0.25, 0.5, 1),
    upTo(3),
    upTo(4),
  )
  .map(([at, candidate, stable, share, period, turn]) => {
    const check = aCheck(at, candidate, stable, share)
    return {
      ...check,
      cohorts: check.cohorts.map((cohort) => ({ ...cohort, period, turn })),
      silence: check.silence.map((each) => ({ ...each, period })),
    }
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
      const silent = all.map(({ at, share, runs }) => aCheck(at, {}, { runs: runs.stable }, share))
      for (const { outcome } of replay(policy, silent)) expect(outcome).not.toBe('allow')
    }),
  )
})

test('an allow always comes with what it would have shown, and nothing lacking', () => {
  fc.assert(
    fc.property(checks, (all) => {
      for (const { outcome, reason, gates, lacking } of replay(policy, all)) {
        expect(reason === null).toBe(outcome === 'allow')
        if (outcome !== 'allow') continue
        expect(lacking).toEqual([])
        for (const { exposed, allowed } of Object.values(gates)) expect(exposed).toBeLessThanOrEqual(allowed)
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

const none = () => ({
  runs: 0,
  errors: 0,
  late: 0,
  slow: 0,
  spend: 0,
  costlier: 0,
  toolRuns: 0,
  toolFailedRuns: 0,
  toolFailures: 0,
})

/** Whether a rollout of equal versions, each run as bad as the odds say, ends in a stop. */
function stopsHealthy(toss: (chance: number) => boolean, share: number, errors: number): boolean {
  let state = startEvidence(policy)
  for (let at = 5; at <= 500; at += 5) {
    const [candidate, stable] = [none(), none()]
    for (let run = 0; run < 40; run++) {
      const side = toss(share) ? candidate : stable
      side.runs++
      side.toolRuns++
      if (toss(errors)) side.errors++
      if (toss(0.05)) side.late++
      if (toss(0.05)) side.slow++
      if (toss(0.05)) side.costlier++
      if (toss(0.1)) side.spend++
      if (toss(0.03)) side.toolFailedRuns++
      side.toolFailures = side.toolFailedRuns
    }
    const next = decide(policy, state, aCheck(at, candidate, stable, share))
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
  const soak = (candidate: Went) =>
    Array.from({ length: 40 }, (_, k) => aCheck(605 + 5 * k, candidate, {}, 1))
  expect(last(replay(policy, [...compared, ...soak({ runs: 100, errors: 1 })])).outcome).toBe('allow')
  expect(last(replay(policy, [...compared, ...soak({ runs: 100, errors: 20 })])).reason).toBe('error_spike')
})

test('a stable without traffic does not mute the limits for ever', () => {
  const outage = every5s(10, { runs: 5, errors: 1 }, { runs: 95, errors: 19 })
  const soak = Array.from({ length: 40 }, (_, k) => aCheck(55 + 5 * k, { runs: 100, errors: 20 }, {}, 1))
  expect(last(replay(policy, [...outage, ...soak.slice(0, 8)])).reason).toBe('stable_degraded')
  expect(last(replay(policy, [...outage, ...soak])).reason).toBe('error_spike')
})

test('no run of the candidate for 60 s holds, and so does none of either', () => {
  const start = every5s(2, { runs: 5 }, { runs: 5 }, 0.5)
  const reasonOf = (at: number, stable: Went) =>
    last(replay(policy, [...start, aCheck(at, {}, stable, 0.5)])).reason
  expect(reasonOf(69, { runs: 1 })).toBe('insufficient_data')
  expect(reasonOf(70, { runs: 1 })).toBe('candidate_silent')
  expect(reasonOf(70, {})).toBe('telemetry_outage')
})

const asking: DecisionPolicy = {
  ...policy,
  metrics: policy.metrics.map((metric) =>
    metric.family === 'errors' ? { ...metric, asks: 'approval' } : metric,
  ),
}

test('a limit that asks a person holds at the bar, and goes on asking when the errors stop', () => {
  // All traffic is the candidate's, so that only the limit can be broken.
  const broken = every5s(20, { runs: 20, errors: 4 }, { runs: 0 }, 1)
  const healthy = Array.from({ length: 200 }, (_, k) => aCheck(105 + 5 * k, { runs: 20 }, {}, 1))
  const decisions = replay(asking, [...broken, ...healthy])
  const asked = decisions.find(({ reason }) => reason === 'approval_required')
  expect(asked).toMatchObject({ outcome: 'hold', question: 'limit.errors' })
  expect(asked?.evidence).toBeGreaterThanOrEqual(1000)
  const { outcome, reason, question, evidence, window } = last(decisions)
  expect({ outcome, reason, question, evidence, window }).toEqual({
    outcome: 'hold',
    reason: 'approval_required',
    question: 'limit.errors',
    evidence: asked?.evidence,
    window: asked?.window,
  })
})

test('what asks a person about one limit still stops for everything else', () => {
  const other = every5s(20, { runs: 20, errors: 4, late: 10 }, {}, 1)
  expect(last(replay(asking, other))).toMatchObject({ outcome: 'stop', question: 'limit.late' })
  const worse = every5s(20, { runs: 20, errors: 10 }, { runs: 20 }, 0.5)
  expect(last(replay(asking, worse))).toMatchObject({ outcome: 'hold', reason: 'approval_required' })
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
  const both = { runs: 5, errors: 3, toolRuns: 5, toolFailedRuns: 4, toolFailures: 3.5 }
  expect(last(replay(policy, every5s(10, both, { runs: 95, toolRuns: 95 })))).toMatchObject({
    outcome: 'stop',
    reason: 'rollback_required',
    families: ['errors', 'tools'],
  })
})

test.each([
  ['runs.candidate', aCheck(5, { runs: -1 }, {})],
  ['limits.errors.candidate', aCheck(5, { runs: 3, errors: 4 }, {})],
  ['limits.late.candidate', aCheck(5, { runs: 3, late: Number.NaN }, {})],
  ['cohorts[0].tool_failed_runs.candidate', aCheck(5, { runs: 3, toolRuns: 1, toolFailedRuns: 2 }, {})],
  ['limits.tool_failures.candidate', aCheck(5, { runs: 3, toolRuns: 1, toolFailures: 1.01 }, {})],
  ['limits.spend.stable', aCheck(5, {}, { runs: 1, spend: Number.POSITIVE_INFINITY })],
  ['share', aCheck(5, {}, {}, 1.5)],
  ['silence[0].share', { ...aCheck(5, {}, {}), silence: [{ period: 0, share: 2, candidate: 0, stable: 0 }] }],
  ['staleS', { ...aCheck(5, {}, {}), staleS: 0 }],
  ['at', aCheck(Number.NaN, {}, {})],
])('refuses counts that cannot be, and names %s', (field, check) => {
  const judged = () => decide(policy, startEvidence(policy), check)
  expect(judged).toThrow(RangeError)
  expect(judged).toThrow(`${field} is `)
})

test.each([
  ['alpha', { alpha: 0 }],
  ['horizonS', { horizonS: 0 }],
  ['tolerance', { tolerance: 0.5 }],
  ['maxBlindSpot', { maxBlindSpot: 1.25 }],
  [
    'metrics.late.limit',
    { metrics: policy.metrics.map((metric) => ({ ...metric, limit: metric.id === 'late' ? 5 : null })) },
  ],
  ['metrics.errors', { metrics: [...policy.metrics, ...policy.metrics.slice(0, 1)] }],
])('no evidence begins under a policy whose %s promises nothing', (field, over) => {
  expect(() => startEvidence({ ...policy, ...over })).toThrow(`${field} is `)
})

test('a clock that runs backwards is the same moment', () => {
  const forth = [aCheck(10, { runs: 1 }, { runs: 9 }), aCheck(10, { runs: 1 }, { runs: 9 })]
  const back = [aCheck(10, { runs: 1 }, { runs: 9 }), aCheck(4, { runs: 1 }, { runs: 9 })]
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
  const { metrics, ...rest } = policy
  expect(read).toMatchObject(rest)
  expect(metrics).toHaveLength(7)
  expect(Object.fromEntries(read.metrics.map(({ id, limit, asks }) => [id, [limit, asks]]))).toEqual({
    errors: [0.05, 'rollback'],
    late: [0.05, 'approval'],
    slow: [null, 'approval'],
    tool_failures: [null, 'rollback'],
    tool_failed_runs: [null, 'rollback'],
    spend: [0.1, 'rollback'],
    costlier: [null, 'rollback'],
    cancelled: [null, 'rollback'],
  })
  expect(() => startEvidence(policyForDecision(defaultPolicy))).not.toThrow()
})

test('a limit that nobody set is asked no question', () => {
  const open = { ...policy, metrics: policy.metrics.map((metric) => ({ ...metric, limit: null })) }
  const { evidences } = last(replay(open, every5s(30, { runs: 20, errors: 20, late: 20, spend: 20 }, {}, 1)))
  expect(Object.keys(evidences).filter((question) => question.startsWith('limit.'))).toEqual([])
})

test('after a person let it go on, the same metric asks again, and takes twice as much', () => {
  const broken = every5s(20, { runs: 20, errors: 4 }, { runs: 0 }, 1)
  const first = replay(asking, broken)
  const askedAt = first.findIndex(({ reason }) => reason === 'approval_required')
  const again = every5s(20, { runs: 20, errors: 4 }, { runs: 0 }, 1).map((check, k) => ({
    ...check,
    at: 100 + check.at,
    ...(k === 0 ? { wentOn: true } : {}),
  }))
  const after = replay(asking, [...broken, ...again]).slice(broken.length)
  expect(after[0]).toMatchObject({ outcome: 'hold', question: 'limit.errors' })
  expect(after[0]?.reason).not.toBe('approval_required')
  const askedAgain = after.findIndex(({ reason }) => reason === 'approval_required')
  expect(askedAgain).toBeGreaterThanOrEqual(askedAt)
  expect(after[askedAgain]?.threshold).toBe(2 * (first[askedAt]?.threshold ?? 0))
})

test('evidence that begins again takes twice as much each time', () => {
  const failing = every5s(20, { runs: 2, errors: 2 }, { runs: 38 })
  const thresholds = [0, 1, 2].map((starts) => {
    const stop = replay(policy, failing, starts).find(({ outcome }) => outcome === 'stop')
    return stop?.threshold
  })
  expect(thresholds).toEqual([1100, 2200, 4400])
})

test('an agent that never fails is allowed to go on, with runs that do not run away', () => {
  const healthy = every5s(40, { runs: 5 }, { runs: 95 })
  const decisions = replay(policy, healthy)
  const needed = decisions.flatMap(({ gates }) => gates['errors']?.needed ?? [])
  expect(last(decisions).outcome).toBe('allow')
  expect(needed.at(-1)).toBeLessThanOrEqual(needed[0] ?? 0)
})

test('two days on, the same outage is stopped by about as many failures as on the first day', () => {
  const failuresToStop = (hours: number) => {
    const quiet = Array.from({ length: hours * 4 }, (_, k) =>
      aCheck(900 * (k + 1), { runs: 50 }, { runs: 50 }, 0.5),
    )
    const outage = Array.from({ length: 100 }, (_, k) =>
      aCheck(hours * 3600 + k + 1, { runs: 1, errors: 1 }, { runs: 1 }, 0.5),
    )
    return (
      replay(policy, [...quiet, ...outage]).findIndex(({ outcome }) => outcome === 'stop') - quiet.length + 1
    )
  }
  expect(failuresToStop(50)).toBeLessThanOrEqual(failuresToStop(10) + 10)
})
