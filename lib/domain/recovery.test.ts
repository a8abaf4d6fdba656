import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, aPolicy } from '#lib/testing/builders.ts'
import { judgeRecovery, leakToleranceMs, mayFinish, type RecoveryFacts } from './recovery.ts'

const healthy = { error_rate: 0.01, latency_p95_ms: 900, tool_failure_rate: 0.005, cost_per_run_usd: 0.04 }

function facts(changes: Partial<RecoveryFacts> = {}): RecoveryFacts {
  const stable = { runs: 200, rates: healthy }
  const candidate = { leaked: 0, finishing: 0 }
  const times = { now: after(300), earliest: after(300), until: after(300) }
  return { ...times, order: 'applied', candidate, stable, ...changes }
}

test('recovered only with enough fresh stable runs, all inside the limits, and none of the candidate', () => {
  expect(judgeRecovery(aPolicy(), facts()).recovery).toBe('recovered')
})

test('waits for the end of the stability window, however good the figures are', () => {
  expect(judgeRecovery(aPolicy(), facts({ now: after(299) })).recovery).toBe('verifying')
})

test('no evidence is inconclusive, never recovered', () => {
  const none = { error_rate: null, latency_p95_ms: null, tool_failure_rate: null, cost_per_run_usd: null }
  expect(judgeRecovery(aPolicy(), facts({ stable: { runs: 0, rates: none } })).recovery).toBe('inconclusive')
  expect(judgeRecovery(aPolicy(), facts({ stable: { runs: 59, rates: healthy } })).recovery).toBe(
    'inconclusive',
  )
})

test('a switch that was never seen in force is inconclusive', () => {
  expect(judgeRecovery(aPolicy(), facts({ order: 'failed' })).recovery).toBe('inconclusive')
})

test('a switch that nobody has looked at yet gives no verdict, however late it is', () => {
  expect(judgeRecovery(aPolicy(), facts({ order: 'requested', now: after(9_000) })).recovery).toBe(
    'verifying',
  )
})

test('a candidate run that began after the switch was in force is no recovery', () => {
  const verdict = judgeRecovery(aPolicy(), facts({ candidate: { leaked: 1, finishing: 0 } }))
  expect(verdict).toEqual({
    recovery: 'not_recovered',
    because: 'One run began on the candidate after the switch was in force',
  })
})

test('conversations that may finish on the candidate do not speak against the recovery, and are told', () => {
  const verdict = judgeRecovery(aPolicy(), facts({ candidate: { leaked: 0, finishing: 7 } }))
  expect(verdict.recovery).toBe('recovered')
  expect(verdict.because).toContain('7 runs of conversations that may finish on the candidate')
})

test('a sparse agent is waited for until its window ends, and judged as soon as its runs are there', () => {
  const few = { runs: 59, rates: healthy }
  const sparse = { until: after(1800), stable: few }
  expect(judgeRecovery(aPolicy(), facts({ ...sparse, now: after(1799) }))).toEqual({
    recovery: 'verifying',
    because: '1 more stable run is needed',
  })
  expect(judgeRecovery(aPolicy(), facts({ ...sparse, now: after(1800) })).recovery).toBe('inconclusive')
  const enough = { runs: 60, rates: healthy }
  expect(judgeRecovery(aPolicy(), facts({ ...sparse, stable: enough, now: after(900) })).recovery).toBe(
    'recovered',
  )
})

test('a leak is said at the end of the stability window, also while the runs of the stable are waited for', () => {
  const leak = {
    until: after(1800),
    stable: { runs: 1, rates: healthy },
    candidate: { leaked: 3, finishing: 0 },
  }
  expect(judgeRecovery(aPolicy(), facts({ ...leak, now: after(299) })).recovery).toBe('verifying')
  expect(judgeRecovery(aPolicy(), facts({ ...leak, now: after(300) })).recovery).toBe('not_recovered')
})

test('conversations may finish where the policy says so, or where the candidate is not locked', () => {
  expect(mayFinish(aPolicy({ sessionsOnRollback: 'finish' }))).toBe(true)
  expect(mayFinish(aPolicy({ sessionsOnRollback: 'next_turn', lockCandidateAfterRollback: false }))).toBe(
    true,
  )
  expect(mayFinish(aPolicy({ sessionsOnRollback: 'next_turn', lockCandidateAfterRollback: true }))).toBe(
    false,
  )
  expect(mayFinish(aPolicy({ sessionsOnRollback: 'abort', lockCandidateAfterRollback: true }))).toBe(false)
})

test('the tolerance for clocks and for those who poll never hides more than a third of the window', () => {
  expect(leakToleranceMs(aPolicy({ stabilityWindowSeconds: 300 }))).toBe(30_000)
  expect(leakToleranceMs(aPolicy({ stabilityWindowSeconds: 15 }))).toBe(5_000)
})

test('a stable over its own limit says that the release was not the cause', () => {
  const stable = { runs: 200, rates: { ...healthy, error_rate: 0.06 } }
  const verdict = judgeRecovery(aPolicy(), facts({ stable }))
  expect(verdict.recovery).toBe('not_recovered')
  expect(verdict.because).toContain('The release was not the cause')
})

test('silence is not a pass: too few runs never read as recovered, whatever else is true', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 9 }), (runs, leaked) => {
      const verdict = judgeRecovery(
        aPolicy(),
        facts({ candidate: { leaked, finishing: 0 }, stable: { runs, rates: healthy } }),
      )
      expect(verdict.recovery).not.toBe('recovered')
    }),
  )
})
