import { expect, test } from 'vitest'
import { after, aRollout, noon } from '#lib/testing/builders.ts'
import { type RolloutEvent, standingAt } from './past.ts'

const { policy } = aRollout()
const [first, second] = policy.stages.map((stage) => stage.name) as [string, string]
const weight = (index: number) => (policy.stages[index]?.weightPercent ?? Number.NaN) * 100
const events: RolloutEvent[] = [
  { at: after(0), kind: 'rollout.start', stage: first },
  { at: after(60), kind: 'rollout.pause', stage: first },
  { at: after(90), kind: 'rollout.resume', stage: first },
  { at: after(200), kind: 'rollout.advance', stage: second },
  { at: after(260), kind: 'rollout.rollback', stage: second },
]
const at = (seconds: number) => standingAt({ policy, startedAt: noon }, events, after(seconds))

test.each([
  [-1, { phase: 'pending', weightBp: 0 }],
  [0, { phase: 'progressing', stageIndex: 0, weightBp: weight(0) }],
  [60, { phase: 'paused', stageIndex: 0, weightBp: weight(0) }],
  [90, { phase: 'progressing', stageIndex: 0, weightBp: weight(0), stageEnteredAt: after(90) }],
  [199.999, { phase: 'progressing', stageIndex: 0, weightBp: weight(0) }],
  [200, { phase: 'progressing', stageIndex: 1, weightBp: weight(1), stageEnteredAt: after(200) }],
  [260, { phase: 'rolled_back', stageIndex: 1, weightBp: 0, stageEnteredAt: after(200) }],
  [9999, { phase: 'rolled_back', stageIndex: 1, weightBp: 0 }],
])('at second %d it stands as it stood then', (seconds, standing) => {
  expect(at(seconds)).toMatchObject(standing)
})

test('after a completion it has its last share, until it is rolled back', () => {
  const last = policy.stages.length - 1
  const completed: RolloutEvent[] = [
    { at: after(0), kind: 'rollout.start', stage: first },
    { at: after(10), kind: 'rollout.complete', stage: policy.stages[last]?.name ?? '' },
  ]
  expect(standingAt({ policy, startedAt: noon }, completed, after(11))).toMatchObject({
    phase: 'completed',
    stageIndex: last,
    weightBp: weight(last),
  })
})
