import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recoveryNote, recoveryWindow, windowMaxS } from './recoveryWindow.ts'

const policy = { stabilityWindowSeconds: 300, recoveryRunsMin: 60 }

describe('the window of a recovery', () => {
  test('is the policy’s and the time in which runs mature, where there is traffic enough', () => {
    expect(recoveryWindow(policy, 600, 1)).toEqual({ earliestS: 301, latestS: 301, provenAfterS: 301 })
  })

  test('is long enough for a run that takes ten minutes to be judged', () => {
    expect(recoveryWindow(policy, 600, 600)).toMatchObject({ earliestS: 900, latestS: 900 })
  })

  test('is stretched for a sparse agent until the runs have come, with room for a slow hour', () => {
    const { earliestS, latestS, provenAfterS } = recoveryWindow(policy, 3, 2)
    expect(earliestS).toBe(302)
    expect(provenAfterS).toBe(1202)
    expect(latestS).toBeGreaterThan(1500)
    expect(latestS).toBeLessThan(1800)
  })

  test('is six hours at most, and what cannot be proven in them is known before', () => {
    expect(recoveryWindow(policy, 0.01, 1)).toEqual({
      earliestS: 301,
      latestS: windowMaxS,
      provenAfterS: null,
    })
  })

  test('is never shorter than the policy asks, also where that is longer than six hours', () => {
    const day = { ...policy, stabilityWindowSeconds: 86_400 }
    expect(recoveryWindow(day, 1, 5)).toEqual({ earliestS: 86_405, latestS: 86_405, provenAfterS: 86_405 })
  })

  test.each([0, Number.NaN, -1])('is the policy’s where no traffic is known (%d a minute)', (rate) => {
    expect(recoveryWindow(policy, rate, 1)).toEqual({ earliestS: 301, latestS: 301, provenAfterS: null })
  })

  test('more traffic never makes it longer, and no traffic makes it end before the policy’s window', () => {
    const rate = fc.double({ min: 0.001, max: 1000, noNaN: true })
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 1, max: 3600 }), (one, more, matureS) => {
        const slow = recoveryWindow(policy, Math.min(one, more), matureS)
        const fast = recoveryWindow(policy, Math.max(one, more), matureS)
        expect(fast.latestS).toBeLessThanOrEqual(slow.latestS)
        expect(fast.latestS).toBeGreaterThanOrEqual(policy.stabilityWindowSeconds + matureS)
      }),
    )
  })
})

describe('before a rollout', () => {
  const noteOf = (rate: number, matureS = 1) => recoveryNote('support-agent', policy, rate, matureS)

  test('nothing is said where recovery is proven in the policy’s window', () => {
    expect(noteOf(600)).toBeNull()
    expect(noteOf(12)).toBeNull()
  })

  test('a sparse agent is told how long it will take', () => {
    expect(noteOf(3)).toBe(
      'support-agent has about 3 runs a minute: after a rollback the recovery takes about 20 min to prove',
    )
    expect(noteOf(0.5)).toContain('about 30 runs an hour: after a rollback the recovery takes about 2 h')
  })

  test('an agent with slow runs is told why', () => {
    expect(noteOf(600, 600)).toBe(
      'Runs of support-agent take up to 10 min: after a rollback the recovery takes about 15 min to prove',
    )
  })

  test('an agent that is too sparse is told that it will be inconclusive, and what can be proven', () => {
    expect(noteOf(0.1)).toBe(
      'support-agent has about 6 runs an hour: after a rollback the recovery will be inconclusive, because 60 runs of the stable version do not come within 6 h; with rollback.recovery_runs_min: 23 it can be proven',
    )
    const fewer = { ...policy, recoveryRunsMin: 23 }
    expect(recoveryWindow(fewer, 0.1, 1).provenAfterS).not.toBeNull()
    expect(recoveryWindow({ ...policy, recoveryRunsMin: 25 }, 0.1, 1).provenAfterS).toBeNull()
    expect(noteOf(0.005)).toContain('less than one run an hour')
    expect(noteOf(0.005)).not.toContain('recovery_runs_min')
  })

  test('an agent without runs is told so', () => {
    expect(noteOf(0)).toContain('no run of support-agent came in during the last day')
  })
})
