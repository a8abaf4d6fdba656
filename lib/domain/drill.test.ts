import { describe, expect, test } from 'vitest'
import { aPolicy } from '#lib/testing/builders.ts'
import { type DrillFacts, judgeDrill, nextDrillAt, rehearse } from './drill.ts'

const at = (text: string) => new Date(`2026-11-23T${text}Z`)

describe('a rehearsed decision', () => {
  test('stops the candidate that goes bad, with its seconds and its runs, and not before', () => {
    const { stop, tellsRecovery } = rehearse(aPolicy())
    expect(stop?.because).toMatch(/./)
    expect(stop?.seconds).toBeGreaterThan(0)
    expect(stop?.badRuns).toBeGreaterThan(0)
    expect(tellsRecovery).toBe(true)
  })

  test('takes longer where the policy asks for more evidence', () => {
    const strict = rehearse(aPolicy({ falseRollbackRate: 1e-9 })).stop?.badRuns ?? 0
    expect(strict).toBeGreaterThan(rehearse(aPolicy({ falseRollbackRate: 0.05 })).stop?.badRuns ?? Infinity)
  })

  test('does not take a recovery rule that asks for nothing as one that tells', () => {
    expect(rehearse(aPolicy({ triggers: [] })).tellsRecovery).toBe(false)
  })
})

describe('a drill', () => {
  const rehearsed = { stop: { because: 'so', seconds: 5, badRuns: 5 }, tellsRecovery: true }
  const facts = (changes: Partial<DrillFacts> = {}): DrillFacts => ({
    rehearsed,
    orderedAt: at('12:00:00.000'),
    inForceAt: at('12:00:00.040'),
    edges: { serving: 2, of: 2 },
    acks: { complete: true, of: 3, sentence: '3 of 3 instances switched' },
    now: at('12:00:01.000'),
    ...changes,
  })
  const late = at('12:00:30.000')

  test('passes when it was in force everywhere and every instance acknowledged it', () => {
    expect(judgeDrill(facts())).toEqual({
      status: 'passed',
      because: 'In force at 2 edges after 0.04 s; 3 of 3 instances switched',
    })
    expect(judgeDrill(facts({ acks: { complete: true, of: 0, sentence: '' } }))).toMatchObject({
      because: 'In force at 2 edges after 0.04 s; no instance reports',
    })
  })

  test.each([
    ['an edge does not follow', { inForceAt: null, edges: { serving: 1, of: 2 } }, /Only 1 of 2 edges/],
    ['no edge is alive', { inForceAt: null, edges: { serving: 0, of: 0 } }, /No edge answered/],
    [
      'an instance does not follow',
      { acks: { complete: false, of: 2, sentence: '1 of 2 instances switched; 1 silent' } },
      /1 silent within 30 s/,
    ],
  ] as const)('goes on, and fails in the end, while %s', (_why, changes, because) => {
    expect(judgeDrill(facts(changes))).toEqual({ status: 'running' })
    expect(judgeDrill(facts({ ...changes, now: late }))).toMatchObject({
      status: 'failed',
      because: expect.stringMatching(because) as string,
    })
  })

  test('fails at once where the policy would not have helped', () => {
    const helpless = [
      { stop: null, tellsRecovery: true },
      { ...rehearsed, tellsRecovery: false },
    ]
    for (const each of helpless) expect(judgeDrill(facts({ rehearsed: each })).status).toBe('failed')
  })
})

describe('a schedule', () => {
  const schedule = { everyDays: 7, atMinute: 3 * 60 + 30, setAt: at('12:00:00.000') }

  test('begins at the next such minute after it was set, and counts from the last drill by days', () => {
    expect(nextDrillAt(schedule, null).toISOString()).toBe('2026-11-24T03:30:00.000Z')
    expect(nextDrillAt({ ...schedule, atMinute: 13 * 60 }, null).toISOString()).toBe(
      '2026-11-23T13:00:00.000Z',
    )
    const last = new Date('2026-11-24T03:30:04.000Z')
    expect(nextDrillAt(schedule, last).toISOString()).toBe('2026-12-01T03:30:00.000Z')
  })

  test('is not due at once because a drill was held long before it was set', () => {
    expect(nextDrillAt(schedule, new Date('2026-01-01T00:00:00.000Z')).toISOString()).toBe(
      '2026-11-24T03:30:00.000Z',
    )
  })
})
