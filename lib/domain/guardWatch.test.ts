import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, anActor, aRollout, noon } from '#lib/testing/builders.ts'
import { gate } from './gate.ts'
import { guardSilentMs, guardState, unjudgedSince } from './guardWatch.ts'
import { whyNot } from './whyNot.ts'

const silentSeconds = guardSilentMs / 1000

test('three intervals without a check are silence, and not a moment less', () => {
  expect(guardSilentMs).toBe(15_000)
  const rollout = { startedAt: noon, checkedAt: after(100) }
  expect(unjudgedSince(rollout, after(100 + silentSeconds))).toBeNull()
  expect(unjudgedSince(rollout, after(100.001 + silentSeconds))).toEqual(after(100))
})

test('a rollout that has just begun waits for its first check', () => {
  expect(unjudgedSince({ startedAt: noon, checkedAt: null }, after(10))).toBeNull()
  expect(unjudgedSince({ startedAt: noon, checkedAt: null }, after(16))).toEqual(noon)
})

test('while nobody judges, nothing is promoted: not by the gate, not by a person', () => {
  const before = aRollout({ checkedAt: after(600) })
  expect(gate(before, true, after(610))).toEqual({ kind: 'open', stageIndex: 1 })
  expect(whyNot.promote(before, anActor(), false, after(610))).toBeNull()
  expect(gate(before, true, after(616))).toMatchObject({
    kind: 'closed',
    at: null,
    because: expect.stringContaining('promotion is frozen'),
  })
  expect(whyNot.promote(before, anActor(), false, after(616))).toContain('since 12:10:00 UTC')
})

test('what was frozen never opens, whatever the evidence said', () => {
  const seconds = fc.integer({ min: 16, max: 1_000_000 })
  fc.assert(
    fc.property(seconds, fc.integer({ min: 0, max: 3 }), (silent, stageIndex) => {
      const rollout = aRollout({ stageIndex, checkedAt: after(900) })
      expect(gate(rollout, true, after(900 + silent)).kind).toBe('closed')
    }),
  )
})

test('rolling back and pausing are never frozen', () => {
  const silent = aRollout({ checkedAt: null })
  const stable = { exists: true, locked: false, attested: true }
  expect(whyNot.rollBack(silent, anActor(), stable, after(3600))).toBeNull()
  expect(whyNot.pause(silent, anActor())).toBeNull()
})

test('a guard that beats and judges nothing is silent; one that nothing waits for may have said goodbye', () => {
  const watched = [{ startedAt: noon, checkedAt: after(60) }]
  expect(guardState({ heardAt: after(99), watched }, after(100))).toEqual({
    kind: 'silent',
    since: after(60),
  })
  expect(guardState({ heardAt: after(50), watched: [] }, after(100))).toEqual({
    kind: 'silent',
    since: after(50),
  })
  expect(guardState({ heardAt: after(99), watched: [] }, after(100))).toEqual({ kind: 'well' })
  expect(guardState({ heardAt: null, watched: [] }, after(100))).toEqual({ kind: 'none' })
})
