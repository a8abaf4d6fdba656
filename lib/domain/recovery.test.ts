import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, aPolicy } from '#lib/testing/builders.ts'
import { judgeRecovery, type RecoveryFacts } from './recovery.ts'

const healthy = { error_rate: 0.01, latency_p95_ms: 900, tool_failure_rate: 0.005, cost_per_run_usd: 0.04 }

function facts(changes: Partial<RecoveryFacts> = {}): RecoveryFacts {
  const stable = { runs: 200, rates: healthy }
  return { now: after(300), until: after(300), order: 'applied', lateCandidateRuns: 0, stable, ...changes }
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

test('candidate runs at the end of the window are no recovery', () => {
  expect(judgeRecovery(aPolicy(), facts({ lateCandidateRuns: 1 })).recovery).toBe('not_recovered')
})

test('a stable over its own limit says that the release was not the cause', () => {
  const stable = { runs: 200, rates: { ...healthy, error_rate: 0.06 } }
  const verdict = judgeRecovery(aPolicy(), facts({ stable }))
  expect(verdict.recovery).toBe('not_recovered')
  expect(verdict.because).toContain('The release was not the cause')
})

test('silence is not a pass: too few runs never read as recovered, whatever else is true', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 9 }),
      (runs, lateCandidateRuns) => {
        const verdict = judgeRecovery(
          aPolicy(),
          facts({ lateCandidateRuns, stable: { runs, rates: healthy } }),
        )
        expect(verdict.recovery).not.toBe('recovered')
      },
    ),
  )
})
