import { expect, test } from 'vitest'
import { metricsOf } from '../policyMetrics.ts'
import { defaultPolicy } from '../policy.ts'
import { countDue, type Observation } from './checkOf.ts'

const policy = {
  ...defaultPolicy,
  triggers: [{ metric: 'latency_p95_ms', limit: 3_000, action: 'rollback' } as const],
}
const began = 1_000_000
const periods = [0, began].map((begunAt, number) => ({
  number,
  share: number === 0 ? 0.05 : 0.25,
  orderedAt: begunAt,
  inForceAt: begunAt,
  begunAt,
}))
const ground = {
  metrics: metricsOf(policy),
  periods,
  edges: { slowAbove: 300, costlierAbove: null },
  warmupMs: 60_000,
}

/** A slow run of the candidate that truly began so long after the share rose, from a sender whose clock is off. */
function slowRun(afterMs: number, clockMs: number): readonly Observation[] {
  const startedAt = began + afterMs + clockMs
  const endedAt = startedAt + 8_000
  const run = { side: 'candidate', turn: 0, unitBeganAt: startedAt, startedAt, endedAt } as const
  const said = { bad: { errors: 0, late: 1 }, latencyMs: 8_000 }
  const receivedAt = began + afterMs + 8_500
  return [
    { ...run, use: 'cohort', receivedAt, said },
    { ...run, use: 'limit', receivedAt, said },
  ]
}

const counted = (afterMs: number, clockMs: number) => {
  const { limits, cohorts } = countDue(slowRun(afterMs, clockMs), ground)
  return { late: limits['late']?.candidate, slow: cohorts[0]?.counts['slow']?.candidate }
}

test.each([
  ['right', 0],
  ['20 s ahead', 20_000],
  ['20 s behind', -20_000],
])('a cold run says nothing of time when its sender’s clock is %s', (_, clockMs) => {
  expect(counted(1_000, clockMs)).toEqual({ late: undefined, slow: undefined })
  expect(counted(45_000, clockMs)).toEqual({ late: undefined, slow: undefined })
})

test('a warm one does', () => {
  expect(counted(61_000, 0)).toEqual({ late: [1, 1], slow: [1, 1] })
})
