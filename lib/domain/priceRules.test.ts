import { describe, expect, test } from 'vitest'
import type { Price } from './price.ts'
import { overlapFault, pricedModelPattern, priceState } from './priceRules.ts'

const day = (date: string) => new Date(`${date}T00:00:00.000Z`)
const entry = (from: string, until: string | null, changes: Partial<Price> = {}): Price => ({
  provider: 'openai',
  model: 'gpt-4o',
  from: day(from),
  until: until === null ? null : day(until),
  inputUsdPerMillion: 1,
  cachedInputUsdPerMillion: null,
  outputUsdPerMillion: 1,
  reasoningUsdPerMillion: null,
  ...changes,
})

describe('two entries of one model and provider', () => {
  test.each([
    ['one that goes on', entry('2026-01-01', null), entry('2026-06-01', null)],
    ['one that is inside', entry('2026-01-01', '2026-12-01'), entry('2026-03-01', '2026-04-01')],
    ['one that begins a moment too early', entry('2026-01-01', '2026-06-01'), entry('2026-05-31', null)],
    ['the same twice', entry('2026-01-01', '2026-06-01'), entry('2026-01-01', '2026-06-01')],
    ['another spelling', entry('2026-01-01', null), entry('2026-01-01', null, { model: 'GPT-4o' })],
  ])('never overlap: %s', (_name, a, b) => {
    expect(overlapFault(a, [b])).not.toBeNull()
    expect(overlapFault(b, [a])).not.toBeNull()
  })

  test('may follow each other to the moment', () => {
    expect(
      overlapFault(entry('2026-06-01', null), [
        entry('2026-01-01', '2026-06-01'),
        entry('2025-01-01', '2025-02-01'),
      ]),
    ).toBeNull()
  })

  test('are named, both with their dates, when they overlap', () => {
    expect(overlapFault(entry('2026-06-01', null), [entry('2026-01-01', '2026-07-01')])).toBe(
      'gpt-4o of openai from 2026-06-01 00:00 UTC until further notice overlaps the entry gpt-4o of openai from 2026-01-01 00:00 UTC until 2026-07-01 00:00 UTC. End that one first, or choose other dates',
    )
  })

  test('of two providers, or of a beginning and a name, are no matter', () => {
    const others = [
      entry('2026-01-01', null, { provider: null }),
      entry('2026-01-01', null, { provider: 'azure' }),
      entry('2026-01-01', null, { model: 'gpt-4o*' }),
    ]
    expect(overlapFault(entry('2026-01-01', null), others)).toBeNull()
  })
})

test('an entry is to come, in force, then ended', () => {
  const price = entry('2026-02-01', '2026-03-01')
  const states = ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'].map((at) =>
    priceState(price, day(at)),
  )
  expect(states).toEqual(['to_come', 'in_force', 'in_force', 'ended'])
})

test.each(['gpt-4o', 'gpt-4*', '*', 'openai/gpt-4o', 'ft:gpt-4o:acme::x', 'anthropic.claude-v1:0'])(
  '%s is a name of models',
  (name) => {
    expect(pricedModelPattern.test(name)).toBe(true)
  },
)
test.each(['', ' ', 'gpt 4', 'g*t', '**', 'a'.repeat(201)])('%o is none', (name) => {
  expect(pricedModelPattern.test(name)).toBe(false)
})
