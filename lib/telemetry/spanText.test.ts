import { expect, test } from 'vitest'
import { exampleAt, examplePart } from './example.ts'
import { silentPart, type SpanPart } from './spans.ts'
import { readSpanText, writeSpans } from './spanText.ts'

const traceId = examplePart().traceId
const link = (given: Partial<SpanPart> = {}) => examplePart({ ...silentPart, ...given })

test('spans written and read again are the same, whatever they say', () => {
  const parts: readonly SpanPart[] = [
    examplePart({ attributes: { b: 'x', s: 'y' }, retryOf: 'r', unit: 'u', failed: true, errorType: 'E' }),
    examplePart({
      kind: 'tool',
      toolName: 't',
      attributes: null,
      costUsd: 0,
      inputTokens: 0,
      durationMs: 1.234567,
    }),
    link({ parentSpanId: 'a'.repeat(16), parentRemote: false }),
    link({ parentSpanId: 'a'.repeat(16), parentRemote: true }),
  ]
  expect(readSpanText(traceId, writeSpans(parts))).toEqual(parts)
})

test('a link takes no more than a hundred and twenty characters', () => {
  const text = writeSpans([
    link({ parentSpanId: 'a'.repeat(16), parentRemote: false, durationMs: 1234.567_891 }),
  ])
  expect(text.length).toBeLessThan(120)
})

test('what waited in a database of before is read: whole parts with their nulls, without what came later', () => {
  const {
    traceId: _,
    parentRemote: __,
    retryOf: ___,
    unit: ____,
    attributes: _____,
    ...before
  } = examplePart({
    parentSpanId: 'a'.repeat(16),
  })
  expect(readSpanText(traceId, JSON.stringify([before]))).toEqual([
    { ...examplePart({ parentSpanId: 'a'.repeat(16) }), attributes: null },
  ])
  expect(exampleAt.toISOString()).toBe(before.startedAt)
})
