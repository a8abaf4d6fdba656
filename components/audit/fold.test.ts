import { expect, test } from 'vitest'
import { foldEntries } from './fold.ts'

const entry = (action: string, outcome: string, reason: string | null = null, rollout = 'ro_1') => ({
  action,
  outcome,
  reason,
  rollout,
})
const sizes = (entries: Parameters<typeof foldEntries>[0]) =>
  foldEntries(entries).map((group) => group.length)

test('allows, and holds for one reason, that follow each other are together', () => {
  const hold = entry('decision', 'hold', 'insufficient_data')
  expect(sizes([hold, hold, entry('decision', 'allow'), entry('decision', 'allow'), hold])).toEqual([2, 2, 1])
})

test('another reason, another rollout, or an act between begins anew', () => {
  const hold = entry('decision', 'hold', 'insufficient_data')
  const other = entry('decision', 'hold', 'evidence_rising')
  const elsewhere = entry('decision', 'hold', 'insufficient_data', 'ro_2')
  expect(sizes([hold, other, hold, elsewhere, entry('rollout.pause', 'paused'), hold])).toEqual([
    1, 1, 1, 1, 1, 1,
  ])
})

test('every stop and every act stands alone', () => {
  const stop = entry('decision', 'stop', 'error_spike')
  const repeat = entry('rollout.rollback', 'already_rolled_back', 'error_spike')
  expect(sizes([stop, stop, repeat, repeat])).toEqual([1, 1, 1, 1])
})
