import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, aRollout } from '#lib/testing/builders.ts'
import { gate } from './gate.ts'
import { phases } from './rollout.ts'

test('never opens by time alone', () => {
  expect(gate(aRollout(), false, after(1_000_000)).kind).toBe('closed')
})

test('waits for the minimum time, and says until when', () => {
  expect(gate(aRollout({ checkedAt: after(599) }), true, after(599))).toMatchObject({
    kind: 'closed',
    at: after(600),
  })
  expect(gate(aRollout({ checkedAt: after(599) }), true, after(600))).toEqual({ kind: 'open', stageIndex: 1 })
})

test('asks a person where the next stage is gated by approval', () => {
  expect(gate(aRollout({ stageIndex: 2, checkedAt: after(899) }), true, after(900))).toEqual({
    kind: 'approval',
    stageIndex: 3,
  })
})

test('a rollout that is not progressing, or on its last stage, goes nowhere', () => {
  for (const phase of phases.filter((each) => each !== 'progressing')) {
    expect(gate(aRollout({ phase }), true, after(1_000_000)).kind).toBe('closed')
  }
  expect(gate(aRollout({ stageIndex: 3 }), true, after(1_000_000)).kind).toBe('closed')
})

test('opens the very next stage or none', () => {
  const index = fc.integer({ min: 0, max: 3 })
  fc.assert(
    fc.property(index, fc.boolean(), fc.integer({ min: 0, max: 10_000 }), (stageIndex, advance, seconds) => {
      const now = after(seconds)
      const state = gate(aRollout({ stageIndex, checkedAt: now }), advance, now)
      if (state.kind !== 'closed') expect(state.stageIndex).toBe(stageIndex + 1)
    }),
  )
})
