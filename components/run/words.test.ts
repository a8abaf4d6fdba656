import { expect, test } from 'vitest'
import { runEvidences } from '#lib/domain/runEvidence.ts'
import { rungs } from '#lib/telemetry/version.ts'
import { costWords, durationWords, evidenceSentence, evidenceWords, versionSources } from './words.ts'

test('no cost is rounded to nothing, and none is written as a power of ten', () => {
  const said = [0, 1e-9, 0.0000123456, 0.00421, 0.0421, 0.999, 1, 1234.5].map(costWords)
  expect(said).toEqual([
    '$0',
    '< $0.000001',
    '$0.0000123',
    '$0.00421',
    '$0.0421',
    '$0.999',
    '$1.00',
    '$1,234.50',
  ])
})

test('a duration has the unit that a person would choose, at every border', () => {
  const said = [0, 0.2, 1, 999.4, 999.6, 59_994, 59_996, 192_000, 3_599_600, 90 * 60_000].map(durationWords)
  expect(said).toEqual([
    '0 ms',
    '< 1 ms',
    '1 ms',
    '999 ms',
    '1.00 s',
    '59.99 s',
    '1 min 0 s',
    '3 min 12 s',
    '1 h 0 min',
    '1 h 30 min',
  ])
})

test('whatever a run is as evidence, and wherever its version came from, is said in a sentence', () => {
  for (const evidence of runEvidences) {
    expect(evidenceWords[evidence]).not.toBe('')
    expect(evidenceSentence({ evidence, turn: 3 })).toMatch(/^[A-Z].*\.$/)
  }
  expect(evidenceSentence({ evidence: 'later', turn: 1 })).toContain('run 2 of its conversation')
  expect(evidenceSentence({ evidence: 'later', turn: 3 })).toContain('run 5 to 8 of its conversation')
  for (const rung of rungs) expect(versionSources[rung]).toMatch(/^[A-Z].*\.$/)
})
