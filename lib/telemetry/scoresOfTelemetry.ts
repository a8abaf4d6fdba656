import { textOf } from './attribute.ts'
import type { OtlpLog } from './otlpLog.ts'
import type { Attributes, OtlpSpan } from './otlpSpan.ts'
import type { Problem } from './problem.ts'
import { checkScore, type GivenScore, type Score, type ScoreSource, type ScoreTarget } from './score.ts'

/** The event by which an evaluator says what it found (GenAI conventions). */
export const evaluationEvent = 'gen_ai.evaluation.result'

export interface ReadScores {
  readonly scores: readonly Score[]
  /** One for each that says something that is no score. */
  readonly rejected: readonly Problem[]
}

/** The scores that log records carry. What an evaluator could not judge (`error.type`) is no score. */
export function scoresOfLogs(logs: readonly OtlpLog[], receivedAt: Date): ReadScores {
  return readAll(logs.filter((log) => log.eventName === evaluationEvent).map(givenByLog), receivedAt)
}

/**
 * The scores on spans: as events of the span that was judged, or as OpenInference writes them, on that span or on one of
 * the judge's below it.
 */
export function scoresOfSpans(spans: readonly OtlpSpan[], receivedAt: Date): ReadScores {
  return readAll(
    spans.flatMap((span) => [...givenByEvents(span), ...givenBySpan(span)]),
    receivedAt,
  )
}

interface Given {
  readonly path: string
  readonly keys: Readonly<Record<'name' | 'value' | 'label', string>>
  readonly attributes: Attributes
  readonly at: Date | null
  readonly source: ScoreSource
  readonly target: ScoreTarget
}

function readAll(all: readonly Given[], receivedAt: Date): ReadScores {
  const scores: Score[] = []
  const rejected: Problem[] = []
  for (const given of all) {
    const read = readOne(given, receivedAt)
    if (read === null) continue
    if ('source' in read) scores.push(read)
    else rejected.push(read)
  }
  return { scores, rejected }
}

/** Null where the evaluator failed: that says nothing of the run. */
function readOne(given: Given, receivedAt: Date): Score | Problem | null {
  const { attributes, keys, path, target } = given
  if (textOf(attributes, 'error.type') !== null) return null
  const said: GivenScore = {
    name: nameOf(textOf(attributes, keys.name)),
    value: attributes[keys.value],
    label: textOf(attributes, keys.label),
    at: given.at,
  }
  const pathOf = (field: keyof GivenScore) => (field === 'at' ? `${path}.time` : `${path}.${keys[field]}`)
  const checked = checkScore(said, receivedAt, pathOf)
  if ('path' in checked) return checked
  const hasTarget = [target.traceId, target.responseId, target.conversationId].some((each) => each !== null)
  if (!hasTarget) return { path: `${path}.traceId`, given: 'nothing', expected: 'the span that was judged' }
  return { ...checked, ...target, agent: null, source: given.source }
}

/** Evaluators name their measures as they like, `IntentResolution` or `Answer relevance`: here in one spelling. */
function nameOf(given: string | null): string | undefined {
  return given
    ?.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/\s+/g, '_')
    .toLowerCase()
}

const genAiKeys = {
  name: 'gen_ai.evaluation.name',
  value: 'gen_ai.evaluation.score.value',
  label: 'gen_ai.evaluation.score.label',
}

function givenByLog({ path, attributes, atNs, traceId, spanId }: OtlpLog): Given {
  return {
    path,
    keys: genAiKeys,
    attributes,
    at: dateOf(atNs),
    source: 'log',
    target: { traceId, spanId, ...othersOf(attributes) },
  }
}

function givenByEvents({ events, path, traceId, spanId, endNs }: OtlpSpan): Given[] {
  return events
    .filter((event) => event.name === evaluationEvent)
    .map(({ attributes, atNs }) => ({
      path: `${path}.events`,
      keys: genAiKeys,
      attributes,
      at: dateOf(atNs ?? endNs),
      source: 'span_event',
      target: { traceId, spanId, ...othersOf(attributes) },
    }))
}

function givenBySpan(span: OtlpSpan): Given[] {
  const { attributes, path, traceId } = span
  const isJudge = textOf(attributes, 'openinference.span.kind')?.toUpperCase() === 'EVALUATOR'
  // A judge's span says it of the span that it is below.
  const spanId = isJudge ? span.parentSpanId : span.spanId
  const target = { traceId, spanId, ...othersOf({}) }
  return evaluationPrefixes(attributes).map((prefix) => ({
    path,
    keys: { name: `${prefix}name`, value: `${prefix}score`, label: `${prefix}label` },
    attributes,
    at: dateOf(span.endNs),
    source: 'openinference',
    target,
  }))
}

/** `evaluation.name`, or `evaluations.0.evaluation.name` and so on. */
function evaluationPrefixes(attributes: Attributes): string[] {
  return Object.keys(attributes).flatMap((key) => {
    const prefix = /^(?<prefix>(?:evaluations\.\d+\.)?evaluation\.)name$/.exec(key)?.groups?.['prefix']
    return prefix === undefined ? [] : [prefix]
  })
}

function othersOf(attributes: Attributes): Pick<ScoreTarget, 'responseId' | 'conversationId'> {
  return {
    responseId: idOf(textOf(attributes, 'gen_ai.response.id')),
    conversationId: idOf(textOf(attributes, 'gen_ai.conversation.id', 'session.id')),
  }
}

/** As long as the ids of runs and spans are kept. */
function idOf(text: string | null): string | null {
  return text === null ? null : text.slice(0, 200)
}

function dateOf(nanoseconds: bigint): Date | null {
  return nanoseconds === 0n ? null : new Date(Number(nanoseconds / 1_000_000n))
}

/** Which span each model's response came from, for scores that name nothing else. */
export function responsesOf(
  spans: readonly OtlpSpan[],
): { readonly responseId: string; readonly traceId: string; readonly spanId: string }[] {
  return spans.flatMap(({ attributes, traceId, spanId }) => {
    const responseId = idOf(textOf(attributes, 'gen_ai.response.id', 'ai.response.id'))
    return responseId === null ? [] : [{ responseId, traceId, spanId }]
  })
}
