import { expect, test } from 'vitest'
import { addUp, mendingLine, uncountedCauses, uncountedSentence } from './uncounted.ts'

test('a version that is only written in another way is told by its registered name', () => {
  expect(mendingLine('unknown_version', 'v1.1.0', '1.1.0')).toBe(
    'Set gen_ai.agent.version to 1.1.0, not v1.1.0.',
  )
})

test('a version that is merely near may be a new one: both ways are named', () => {
  const line = mendingLine('unknown_version', '1.1.1', '1.1.0')
  expect(line).toContain('Register 1.1.1')
  expect(line).toContain('1.1.0')
  expect(mendingLine('unknown_version', 'prod')).toContain('Register prod')
})

test('every cause has a sentence and a line to change', () => {
  for (const cause of uncountedCauses) {
    expect(uncountedSentence({ cause, detail: '1.1.0' })).toMatch(/^[A-Z].*\.$/)
    expect(uncountedSentence({ cause, detail: '' })).not.toContain(' of ,')
    expect(mendingLine(cause, '')).toMatch(/^[A-Z].*\.$/)
  }
})

test('equal rows become one, and control characters and endless names reach no table', () => {
  const row = { agent: 'a', cause: 'unknown_version', detail: 'v1', count: 1 } as const
  expect(addUp([row, { ...row, detail: 'v2' }, row])).toEqual([
    { ...row, count: 2 },
    { ...row, detail: 'v2' },
  ])
  expect(addUp([{ ...row, detail: `a\0b${'c'.repeat(500)}` }])[0]?.detail).toMatch(/^a bc{125}$/)
  expect(addUp([])).toEqual([])
})
