import { expect, test } from 'vitest'
import { aPolicy } from '#lib/testing/builders.ts'
import { judgeReadiness, type ReadinessFacts } from './readiness.ts'

const all: ReadinessFacts = {
  policy: { ...aPolicy(), number: 3 },
  recoveryProblem: null,
  stable: { version: '2.3.3', attestedBy: 'Mira', isLocked: false },
  rollback: { ms: 640 },
  drill: null,
  record: { entries: 12, checked: 12, brokenSeq: null, checkpoint: { number: 4, fits: true } },
  alert: { kind: 'test' },
  alertProblem: null,
  killSwitch: { engaged: true, released: true },
  secondPersonDecided: true,
  approvers: 2,
  guards: 1,
  edges: 1,
}

const lacking = (changes: Partial<ReadinessFacts>) => {
  const { items, baseline } = judgeReadiness({ ...all, ...changes })
  return [...items, ...baseline].filter(({ isProven }) => !isProven).map(({ key }) => key)
}

test('an agent with every proof is ready, eight of eight', () => {
  expect(judgeReadiness(all).proven).toBe(8)
  expect(lacking({})).toEqual([])
})

test('an agent without any evidence has nothing proven', () => {
  const nothing: ReadinessFacts = {
    policy: null,
    recoveryProblem: null,
    stable: null,
    rollback: null,
    drill: null,
    record: { entries: 0, checked: 0, brokenSeq: null, checkpoint: null },
    alert: null,
    alertProblem: null,
    killSwitch: { engaged: false, released: false },
    secondPersonDecided: false,
    approvers: 0,
    guards: 0,
    edges: 0,
  }
  expect(judgeReadiness(nothing).proven).toBe(0)
  expect(judgeReadiness(nothing).baseline.some(({ isProven }) => isProven)).toBe(false)
})

test.each<[string, Partial<ReadinessFacts>, string[]]>([
  [
    'triggers that only ask somebody',
    {
      policy: {
        ...aPolicy({ triggers: [{ metric: 'error_rate', limit: 0.05, action: 'approval' }] }),
        number: 3,
      },
    },
    ['triggers', 'limits'],
  ],
  ['a locked stable', { stable: { version: '2.3.3', attestedBy: 'Mira', isLocked: true } }, ['stable']],
  [
    'a stable nobody attested',
    { stable: { version: '2.3.3', attestedBy: null, isLocked: false } },
    ['stable'],
  ],
  ['no rollback in force', { rollback: null }, ['switch']],
  [
    'a drill that failed since',
    { drill: { passed: false, ms: null, because: 'No edge answered', isNewer: true } },
    ['switch'],
  ],
  [
    'a policy that does not lock',
    { policy: { ...aPolicy({ lockCandidateAfterRollback: false }), number: 3 } },
    ['lock'],
  ],
  [
    'a policy that verifies nothing',
    { policy: { ...aPolicy({ recoveryRunsMin: 0 }), number: 3 } },
    ['recovery'],
  ],
  ['traffic that proves no recovery', { recoveryProblem: 'It will be inconclusive' }, ['recovery']],
  ['an edited entry', { record: { ...all.record, brokenSeq: 7 } }, ['record', 'audit']],
  ['a chain without checkpoint', { record: { ...all.record, checkpoint: null } }, ['record', 'audit']],
  [
    'a chain that a checkpoint saw otherwise',
    { record: { ...all.record, checkpoint: { number: 4, fits: false } } },
    ['record', 'audit'],
  ],
  ['an alert that did not arrive', { alertProblem: 'channel_not_found' }, ['alert']],
  ['a kill switch never released', { killSwitch: { engaged: true, released: false } }, ['runbook']],
  ['no second person', { secondPersonDecided: false }, ['runbook']],
  ['one person alone', { approvers: 1 }, ['access']],
  ['no edge', { edges: 0 }, ['stop']],
])('is not ready with %s', (_name, changes, keys) => {
  expect(lacking(changes)).toEqual(keys)
})

test('a drill that passed proves the switch without a rollback; one that failed before a rollback proves nothing', () => {
  const drill = { passed: true, ms: 40, because: 'In force at 1 edge after 0.04 s', isNewer: true }
  expect(lacking({ rollback: null, drill })).toEqual([])
  expect(lacking({ drill: { ...drill, passed: false, isNewer: false } })).toEqual([])
})
