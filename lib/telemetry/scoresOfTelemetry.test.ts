import { describe, expect, test } from 'vitest'
import { exampleAt, exampleSpan } from './example.ts'
import { decodeLogs, decodeTraces } from './otlp.ts'
import { responsesOf, scoresOfLogs, scoresOfSpans } from './scoresOfTelemetry.ts'

const traceId = '5b8efff798038103d269b633813fc60c'
const spanId = 'eee19b7ec3c1b174'
const at = new Date(exampleAt.getTime() + 2_000)
const ns = (date: Date) => `${date.getTime()}000000`

type Value = string | number | boolean
function anyValue(value: Value) {
  if (typeof value === 'number') return { doubleValue: value }
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: value }
}

const attributes = (given: Readonly<Record<string, Value>>) =>
  Object.entries(given).map(([key, value]) => ({ key, value: anyValue(value) }))

function logOf(given: Readonly<Record<string, Value>>, record: object = {}) {
  const body = {
    resourceLogs: [
      {
        scopeLogs: [
          {
            logRecords: [
              {
                eventName: 'gen_ai.evaluation.result',
                timeUnixNano: ns(at),
                traceId,
                spanId,
                body: { stringValue: 'what a judge wrote' },
                attributes: attributes(given),
                ...record,
              },
            ],
          },
        ],
      },
    ],
  }
  const decoded = decodeLogs(new TextEncoder().encode(JSON.stringify(body)), 'json')
  if (!decoded.ok) throw new Error(decoded.problem.expected)
  return scoresOfLogs(decoded.logs, at)
}

const judged = { 'gen_ai.evaluation.name': 'helpful', 'gen_ai.evaluation.score.value': 0.8 }

describe('an evaluation in a log record', () => {
  test('is a score of the span that it is parented to', () => {
    expect(logOf({ ...judged, 'gen_ai.evaluation.explanation': 'Because he said so' })).toEqual({
      scores: [
        {
          traceId,
          spanId,
          responseId: null,
          conversationId: null,
          agent: null,
          name: 'helpful',
          value: 0.8,
          label: null,
          at,
          source: 'log',
        },
      ],
      rejected: [],
    })
  })

  test('is read by its old name too, and of a response or a session where it has no parent', () => {
    const loose = { traceId: '', spanId: '', eventName: '' }
    const named = { ...judged, 'event.name': 'gen_ai.evaluation.result' }
    expect(logOf({ ...named, 'gen_ai.response.id': 'resp-1' }, loose).scores).toMatchObject([
      { traceId: null, responseId: 'resp-1' },
    ])
    expect(logOf({ ...named, 'session.id': 's-1' }, loose).scores).toMatchObject([{ conversationId: 's-1' }])
    expect(logOf(named, loose).rejected).toMatchObject([{ expected: 'the span that was judged' }])
  })

  test.each([
    ['IntentResolution', 'intent_resolution'],
    ['Answer Relevance', 'answer_relevance'],
    ['Relevance', 'relevance'],
    ['pii-leak.v2', 'pii-leak.v2'],
  ])('may call its measure %s', (given, name) => {
    expect(logOf({ ...judged, 'gen_ai.evaluation.name': given }).scores).toMatchObject([{ name }])
  })

  test('of an evaluator that failed is no score, and no refusal', () => {
    expect(logOf({ ...judged, 'error.type': 'timeout' })).toEqual({ scores: [], rejected: [] })
  })

  test.each<[string, Readonly<Record<string, Value>>, string]>([
    ['of 7', { ...judged, 'gen_ai.evaluation.score.value': 7 }, 'gen_ai.evaluation.score.value'],
    ['without a value', { 'gen_ai.evaluation.name': 'helpful' }, 'gen_ai.evaluation.score.value'],
    ['without a name', { 'gen_ai.evaluation.score.value': 1 }, 'gen_ai.evaluation.name'],
  ])('%s is refused with its place', (_name, given, key) => {
    const { scores, rejected } = logOf(given)
    expect(scores).toEqual([])
    expect(rejected).toMatchObject([{ path: `resourceLogs[0].scopeLogs[0].logRecords[0].${key}` }])
  })

  test('that is NaN is refused: it says nothing', () => {
    const nan = { key: 'gen_ai.evaluation.score.value', value: { doubleValue: 'NaN' } }
    const named = attributes({ 'gen_ai.evaluation.name': 'helpful' })
    const { rejected } = logOf({}, { attributes: [...named, nan] })
    expect(rejected).toMatchObject([{ given: 'nothing' }])
  })

  test('counts by when it was seen where it does not say when it was made', () => {
    const seen = new Date(at.getTime() - 1_000)
    const record = { timeUnixNano: '0', observedTimeUnixNano: ns(seen) }
    expect(logOf(judged, record).scores).toMatchObject([{ at: seen }])
    expect(logOf(judged, { timeUnixNano: 0 }).scores).toMatchObject([{ at }])
  })

  test('among records that say something else is the only one that is read', () => {
    expect(logOf(judged, { eventName: 'gen_ai.choice' })).toEqual({ scores: [], rejected: [] })
  })
})

describe('an evaluation on a span', () => {
  test('as an event is a score of that span, in JSON as it is on the wire', () => {
    const event = { name: 'gen_ai.evaluation.result', timeUnixNano: ns(at), attributes: attributes(judged) }
    const span = {
      traceId,
      spanId,
      name: 'chat',
      startTimeUnixNano: ns(exampleAt),
      endTimeUnixNano: ns(at),
      events: [{ name: 'exception' }, event],
    }
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }
    const decoded = decodeTraces(new TextEncoder().encode(JSON.stringify(body)), 'json')
    if (!decoded.ok) throw new Error(decoded.problem.expected)
    expect(scoresOfSpans(decoded.spans, at).scores).toMatchObject([
      { traceId, spanId, name: 'helpful', value: 0.8, at, source: 'span_event' },
    ])
  })

  const evaluation = { 'evaluation.name': 'correct', 'evaluation.score': 1, 'evaluation.label': 'correct' }

  test('of OpenInference is a score of the span it is on, or of the one above a judge', () => {
    const parentSpanId = '00000000000000aa'
    const kind = { 'openinference.span.kind': 'EVALUATOR' }
    const { scores } = scoresOfSpans(
      [
        exampleSpan({ spanId, parentSpanId, attributes: evaluation }),
        exampleSpan({ spanId, parentSpanId, attributes: { ...evaluation, ...kind } }),
      ],
      at,
    )
    expect(scores.map((score) => score.spanId)).toEqual([spanId, parentSpanId])
    expect(scores[0]).toMatchObject({ name: 'correct', value: 1, source: 'openinference' })
  })

  test('of OpenInference may be one of several', () => {
    const several = {
      'evaluations.0.evaluation.name': 'correct',
      'evaluations.0.evaluation.score': 0,
      'evaluations.1.evaluation.name': 'polite',
      'evaluations.1.evaluation.label': 'pass',
    }
    expect(scoresOfSpans([exampleSpan({ attributes: several })], at).scores).toMatchObject([
      { name: 'correct', value: 0 },
      { name: 'polite', value: 1 },
    ])
  })
})

test('the response of a model leads to its span', () => {
  const spans = [
    exampleSpan({ spanId, attributes: { 'gen_ai.response.id': 'resp-1' } }),
    exampleSpan({ attributes: {} }),
  ]
  expect(responsesOf(spans)).toMatchObject([{ responseId: 'resp-1', spanId }])
})
