import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aFallback, after, aRollout, noon } from '#lib/testing/builders.ts'
import { planRollback } from './rollback.ts'
import { phases } from './rollout.ts'

const window = { completedAt: noon, rollbackWindowEndsAt: after(3600) }

describe('what roll back does in every state of a rollout', () => {
  test('not started: refused', () => {
    expect(planRollback(aRollout({ phase: 'pending' }), aFallback(), noon)).toMatchObject({
      code: 'not_started',
    })
  })

  test.each([
    ['progressing', aRollout()],
    ['paused', aRollout({ phase: 'paused', pausedAt: noon })],
    ['waiting for approval', aRollout({ approvalAskedAt: noon })],
    ['at 100 %, inside the rollback window', aRollout({ phase: 'completed', ...window })],
  ])('%s: executes', (_state, rollout) => {
    expect(planRollback(rollout, aFallback(), after(60))).toEqual({ kind: 'execute' })
  })

  test('at 100 %, window over: refused, to the second', () => {
    const rollout = aRollout({ phase: 'completed', ...window })
    expect(planRollback(rollout, aFallback(), after(3599)).kind).toBe('execute')
    expect(planRollback(rollout, aFallback(), after(3600))).toMatchObject({ code: 'rollback_window_over' })
  })

  test('rolled back already: no second switch, whatever became of the stable since', () => {
    const rollout = aRollout({ phase: 'rolled_back', rolledBackAt: noon })
    for (const stable of [aFallback(), aFallback({ locked: true }), aFallback({ exists: false })]) {
      expect(planRollback(rollout, stable, after(60))).toEqual({ kind: 'already_rolled_back' })
    }
  })

  test.each([
    ['missing', aFallback({ exists: false })],
    ['locked', aFallback({ locked: true })],
    ['never attested healthy', aFallback({ attested: false })],
  ])('stable %s: refused, because there is no rollback plan', (_why, stable) => {
    for (const rollout of [
      aRollout(),
      aRollout({ phase: 'paused' }),
      aRollout({ phase: 'completed', ...window }),
    ]) {
      expect(planRollback(rollout, stable, after(60))).toMatchObject({ code: 'no_rollback_plan' })
    }
  })
})

test('traffic never goes to a stable that is missing, locked or not attested', () => {
  const state = fc.record({ exists: fc.boolean(), locked: fc.boolean(), attested: fc.boolean() })
  fc.assert(
    fc.property(
      fc.constantFrom(...phases),
      state,
      fc.integer({ min: 0, max: 7200 }),
      (phase, stable, seconds) => {
        const rollout = aRollout({ phase, ...(phase === 'completed' ? window : {}) })
        const plan = planRollback(rollout, stable, after(seconds))
        if (plan.kind === 'execute') expect(stable).toEqual({ exists: true, locked: false, attested: true })
      },
    ),
  )
})
