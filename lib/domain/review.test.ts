import { describe, expect, test } from 'vitest'
import { precisionOf, precisionReviewsMin, writingOf } from './review.ts'

describe('whether a tool writes', () => {
  const manifest = {
    tools: [{ name: 'refund', writes: true }, { name: 'look_up', writes: false }, { name: 'odd' }],
  }
  test.each([
    ['refund', 'writes'],
    ['look_up', 'reads'],
    ['odd', 'unknown'],
    ['never_declared', 'unknown'],
  ])('%s: %s', (tool, writing) => expect(writingOf(manifest, tool)).toBe(writing))

  test.each([null, 'text', [], {}, { tools: 'all' }, { tools: [{ name: 'refund', writes: 'yes' }] }])(
    'a manifest that says nothing of it leaves it unknown, never harmless: %j',
    (given) => expect(writingOf(given, 'refund')).toBe('unknown'),
  )
})

describe('the precision of a reason', () => {
  const answers = (verdicts: readonly string[], policyNumber = 1) =>
    verdicts.map((verdict) => ({ reason: 'error_spike', policyNumber, verdict }))

  test('counts what was needed, also when it came late, and keeps policies apart', () => {
    const all = [...answers(['right', 'right', 'right', 'late', 'wrong']), ...answers(['wrong'], 2)]
    expect(precisionOf(all)).toEqual([
      { reason: 'error_spike', policyNumber: 1, right: 3, late: 1, wrong: 1, share: 0.8 },
      { reason: 'error_spike', policyNumber: 2, right: 0, late: 0, wrong: 1, share: null },
    ])
  })

  test('is no percentage of too few', () => {
    const few = answers(Array.from({ length: precisionReviewsMin - 1 }, () => 'right'))
    expect(precisionOf(few)[0]?.share).toBeNull()
    expect(precisionOf([])).toEqual([])
  })
})
