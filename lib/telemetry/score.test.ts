import { describe, expect, test } from 'vitest'
import { checkScore, type GivenScore } from './score.ts'
import { readScoreRequest, scoresMax } from './scoreRequest.ts'

const receivedAt = new Date('2026-11-28T10:00:00.000Z')
const traceId = '5b8efff798038103d269b633813fc60c'
const spanId = 'eee19b7ec3c1b174'

function check(given: Partial<GivenScore>) {
  const score = { name: 'helpful', value: 1, label: undefined, at: null, ...given }
  return checkScore(score, receivedAt, (field) => field)
}

describe('the value of a score', () => {
  test.each<[unknown, number]>([
    [0, 0],
    [1, 1],
    [0.25, 0.25],
    ['0.25', 0.25],
    [true, 1],
    [false, 0],
    ['pass', 1],
    ['FAILED', 0],
    ['thumbs_up', 1],
    ['Thumbs down', 0],
    ['👍', 1],
    [' good ', 1],
    ['negative', 0],
  ])('%j is %d', (value, expected) => {
    expect(check({ value })).toMatchObject({ value: expected })
  })

  test.each<[unknown, string]>([
    [7, '7 of 10 is 0.7'],
    [4.5, '4.5 of 5 is 0.9'],
    ['85', '85 of 100 is 0.85'],
    [1e9, 'divide it by its scale'],
    [-0.1, 'a number from 0 to 1'],
    [Number.NaN, 'a number from 0 to 1'],
    [Number.POSITIVE_INFINITY, 'divide it by its scale'],
    ['NaN', 'a number from 0 to 1'],
    ['quite', 'a number from 0 to 1'],
    ['', 'a number from 0 to 1'],
    [{}, 'a number from 0 to 1'],
    [[1], 'a number from 0 to 1'],
  ])('%j is refused with what was given and what was expected', (value, expected) => {
    expect(check({ value })).toMatchObject({
      path: 'value',
      given: expect.stringMatching(/./),
      expected: expect.stringContaining(expected),
    })
  })

  test('comes from the label where there is none, and never against a value that there is', () => {
    expect(check({ value: undefined, label: 'fail' })).toMatchObject({ value: 0, label: 'fail' })
    expect(check({ value: 0.9, label: 'fail' })).toMatchObject({ value: 0.9, label: 'fail' })
    expect(check({ value: 7, label: 'pass' })).toMatchObject({ path: 'value' })
    expect(check({ value: undefined, label: 'relevant' })).toMatchObject({
      path: 'label',
      given: '"relevant"',
    })
    expect(check({ value: undefined })).toMatchObject({ path: 'value', given: 'nothing' })
  })
})

test.each([undefined, 7, '', 'Helpful', 'a b', '.a', 'x'.repeat(41), 'naïve', "x'; --"])(
  'a name that is none is refused: %j',
  (name) => {
    expect(check({ name })).toMatchObject({
      path: 'name',
      expected: expect.stringContaining('lower-case'),
    })
  },
)

test('a score from tomorrow or of the day before yesterday is refused; one without a time was given when it came', () => {
  expect(check({ at: new Date(receivedAt.getTime() + 10 * 60_000) })).toMatchObject({ path: 'at' })
  expect(check({ at: new Date(0) })).toMatchObject({ path: 'at', given: '1970-01-01T00:00:00.000Z' })
  expect(check({ at: null })).toMatchObject({ at: receivedAt })
})

describe('a request', () => {
  const score = { trace_id: traceId, name: 'helpful', value: 1 }
  const problemOf = (body: unknown) => {
    const read = readScoreRequest(body, receivedAt)
    if (read.ok) throw new Error('was taken')
    return read.problems[0]
  }

  test('names a trace, a run, or a conversation', () => {
    const { trace_id: _, ...rest } = score
    const read = readScoreRequest(
      [
        { ...score, trace_id: traceId.toUpperCase(), at: '2026-11-28T10:30:00+01:00', label: 'yes' },
        { ...rest, run: { trace_id: traceId, span_id: spanId }, agent: 'support-agent' },
        { ...rest, conversation_id: 'c-1', label: null },
      ],
      receivedAt,
    )
    expect(read).toMatchObject({
      ok: true,
      scores: [
        { traceId, spanId: null, at: new Date('2026-11-28T09:30:00Z'), label: 'yes', source: 'api' },
        { traceId, spanId, agent: 'support-agent' },
        { traceId: null, conversationId: 'c-1', label: null, at: receivedAt },
      ],
    })
  })

  test.each<[string, unknown, string, RegExp]>([
    ['no object', 'x', '', /an object/],
    ['an empty list', [], '', /1 to 1000/],
    ['too many', Array.from({ length: scoresMax + 1 }, () => score), '', /1 to 1000/],
    ['a field that is none', { ...score, vlaue: 1 }, 'vlaue', /only trace_id/],
    ['no target', { name: 'helpful', value: 1 }, '', /one of trace_id/],
    ['two targets', { ...score, conversation_id: 'c' }, '', /one of trace_id/],
    ['a trace that is none', { ...score, trace_id: 'x' }, 'trace_id', /32 hex/],
    ['a trace of zeroes', { ...score, trace_id: '0'.repeat(32) }, 'trace_id', /32 hex/],
    ['a run without a span', { name: 'a', value: 1, run: { trace_id: traceId } }, 'run.span_id', /16 hex/],
    ['a run that is text', { name: 'a', value: 1, run: spanId }, 'run', /trace_id and span_id/],
    ['an empty conversation', { name: 'a', value: 1, conversation_id: ' ' }, 'conversation_id', /the id/],
    ['an agent that is a number', { ...score, agent: 7 }, 'agent', /the name/],
    ['a time without a zone', { ...score, at: '2026-11-28T09:30:00' }, 'at', /RFC 3339/],
    ['a time that is a number', { ...score, at: 1_795_442_400 }, 'at', /RFC 3339/],
    ['a thirteenth month', { ...score, at: '2026-13-28T09:30:00Z' }, 'at', /RFC 3339/],
    ['a value of 7', { ...score, value: 7 }, 'value', /7 of 10 is 0.7/],
    ['a label that is a number', { ...score, label: 1 }, 'label', /text/],
  ])('with %s is refused, naming the field', (_name, body, path, expected) => {
    expect(problemOf(body)).toMatchObject({ path, expected: expect.stringMatching(expected) })
  })

  test('with one that is wrong is refused whole, naming which', () => {
    expect(problemOf([score, { ...score, value: 7 }])).toMatchObject({ path: '[1].value', given: '7' })
  })
})
