import { describe, expect, test } from 'vitest'
import { defaultPolicy } from '#lib/domain/policy.ts'
import { describeAgent } from './nowAgent.ts'
import type { NowRow } from './nowState.ts'

const now = new Date('2026-11-23T14:00:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

const moving: NowRow = {
  agent: 'support-agent',
  displayName: 'Support',
  stableVersion: '2.3.3',
  writesDenied: false,
  rolloutId: 'ro_1',
  stable: '2.3.3',
  candidate: '2.4.0',
  phase: 'progressing',
  stageIndex: 0,
  stageEnteredAt: minutes(-4),
  weightBp: 500,
  approvalAskedAt: null,
  rollbackWindowEndsAt: null,
  startedAt: minutes(-4),
  switchStatus: null,
  recovery: null,
  incidentId: null,
  policy: defaultPolicy,
  outcome: 'allow',
  reason: null,
  because: 'A 3-fold error rate would have shown by now.',
  note: null,
  stoppedBy: null,
  recoveryUntil: null,
  recoveryBecause: null,
  candidateLocked: false,
}
const row = (changes: Partial<NowRow>): NowRow => ({ ...moving, ...changes }) as NowRow
const none = Object.fromEntries(Object.keys(moving).map((key) => [key, null]))

describe('what comes next', () => {
  test('an allowed rollout counts down to its next stage', () => {
    expect(describeAgent(moving, 0.051, now)).toMatchObject({
      group: 'moving',
      tone: 'allow',
      orderedPercent: 5,
      measuredPercent: 5.1,
      next: { at: minutes(6).toISOString(), what: 'to 25 %' },
    })
  })

  test('a rollout on hold never counts down: time alone opens nothing', () => {
    const held = describeAgent(
      row({ outcome: 'hold', reason: 'insufficient_data', because: '41 runs so far' }),
      null,
      now,
    )
    expect(held).toMatchObject({
      group: 'moving',
      tone: 'hold',
      next: { at: null, what: 'waits for more runs' },
    })
  })

  test('a stage that is ripe says that it moves at the next check', () => {
    expect(describeAgent(row({ stageEnteredAt: minutes(-11) }), null, now).next).toEqual({
      at: null,
      what: 'to 25 %, next check',
    })
  })
})

describe('what needs somebody', () => {
  test.each([
    ['an approval that was asked for', row({ approvalAskedAt: now })],
    ['a breach that asks a person', row({ outcome: 'hold', reason: 'approval_required' })],
    ['a telemetry outage', row({ outcome: 'hold', reason: 'telemetry_outage' })],
    ['a rollback that is being verified', row({ phase: 'rolled_back', recovery: 'verifying' })],
    ['a rollback that did not help', row({ phase: 'rolled_back', recovery: 'not_recovered' })],
    ['a recovery without evidence', row({ phase: 'rolled_back', recovery: 'inconclusive' })],
  ])('%s', (_what, given) => {
    expect(describeAgent(given, null, now).group).toBe('attention')
  })

  test('a passing doubt does not call anybody', () => {
    expect(describeAgent(row({ outcome: 'hold', reason: 'evidence_rising' }), null, now).group).toBe('moving')
  })

  test('a proven recovery calls nobody, and still says that the candidate is locked', () => {
    const recovered = describeAgent(
      row({ phase: 'rolled_back', recovery: 'recovered', weightBp: 0, candidateLocked: true }),
      0,
      now,
    )
    expect(recovered).toMatchObject({
      group: 'steady',
      stable: '2.3.3',
      candidate: null,
      orderedPercent: null,
    })
    expect(recovered.sentence).toContain('2.4.0 is locked')
  })
})

test('what burns stands above what waits, above what moves, above what rests', () => {
  const given = [
    row({ agent: 'rests', phase: 'completed', rollbackWindowEndsAt: minutes(60) }),
    row({ agent: 'moves' }),
    row({ agent: 'holds', outcome: 'hold', reason: 'evidence_rising' }),
    row({ agent: 'waits', approvalAskedAt: now }),
    row({ agent: 'burns', phase: 'rolled_back', recovery: 'verifying' }),
  ]
  const ordered = given.map((each) => describeAgent(each, null, now)).sort((a, b) => a.rank - b.rank)
  expect(ordered.map((each) => each.agent)).toEqual(['burns', 'waits', 'holds', 'moves', 'rests'])
})

test('an agent without a rollout shows its stable, or says what to do first', () => {
  const bare = {
    ...none,
    agent: 'sql-agent',
    displayName: 'SQL',
    candidateLocked: false,
    writesDenied: false,
  }
  expect(describeAgent({ ...bare, stableVersion: '5.4.1' } as NowRow, null, now)).toMatchObject({
    stable: '5.4.1',
    word: 'steady',
    candidate: null,
  })
  expect(describeAgent({ ...bare, stableVersion: null } as NowRow, null, now).sentence).toContain('adopt')
})

test('inside the rollback window the way back is named, and when it ends', () => {
  expect(
    describeAgent(row({ phase: 'completed', weightBp: 10_000, rollbackWindowEndsAt: minutes(60) }), 1, now),
  ).toMatchObject({
    word: 'soaking',
    sentence: '2.4.0 has all traffic; rollback to 2.3.3 is ready.',
    next: { what: 'rollback window ends' },
  })
})
