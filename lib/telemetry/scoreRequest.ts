import { cut } from './otlpMessage.ts'
import { isId } from './otlpSpan.ts'
import type { Problem } from './problem.ts'
import { checkScore, type GivenScore, type Score, type ScoreTarget, shown } from './score.ts'

export const scoresMax = 1_000

export type ReadScoreRequest =
  | { readonly ok: true; readonly scores: readonly Score[] }
  /** What is wrong, the first few of it; nothing of the request is taken. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

const problemsMax = 10

/** The scores of `POST /v1/scores`: one, or a list. A list with one that is wrong is refused whole. */
export function readScoreRequest(body: unknown, receivedAt: Date): ReadScoreRequest {
  const list: readonly unknown[] = Array.isArray(body) ? body : [body]
  if (list.length === 0 || list.length > scoresMax) {
    const problem = {
      path: '',
      given: `a list of ${list.length}`,
      expected: `one score, or 1 to ${scoresMax}`,
    }
    return { ok: false, problems: [problem] }
  }
  const read = list.map((each, index) => readScore(each, Array.isArray(body) ? `[${index}]` : '', receivedAt))
  const problems = read.filter((each) => 'path' in each)
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, problemsMax) }
  return { ok: true, scores: read.filter((each) => 'source' in each) }
}

const known = ['trace_id', 'conversation_id', 'run', 'agent', 'name', 'value', 'label', 'at'] as const
type Fields = Readonly<Partial<Record<string, unknown>>>

function readScore(given: unknown, at: string, receivedAt: Date): Score | Problem {
  const pathOf = (field: string) => (at === '' ? field : `${at}.${field}`)
  if (!isFields(given)) return { path: at, given: shown(given), expected: 'a score: an object' }
  const odd = Object.keys(given).find((key) => !(known as readonly string[]).includes(key))
  if (odd !== undefined)
    return { path: pathOf(odd.slice(0, 64)), given: 'a field', expected: `only ${known.join(', ')}` }
  const target = readTarget(given, at, pathOf)
  if ('path' in target) return target
  const { agent = null } = given
  if (agent !== null && typeof agent !== 'string')
    return { path: pathOf('agent'), given: shown(agent), expected: 'the name of an agent' }
  const said: GivenScore = {
    name: given['name'],
    value: given['value'],
    label: given['label'],
    at: given['at'] === undefined || given['at'] === null ? null : timeOf(given['at']),
  }
  if (said.at !== null && Number.isNaN(said.at.getTime()))
    return { path: pathOf('at'), given: shown(given['at']), expected: timeWanted }
  const checked = checkScore(said, receivedAt, pathOf)
  return 'path' in checked ? checked : { ...checked, ...target, agent, source: 'api' }
}

const timeWanted = 'a time as RFC 3339 has it, with its zone, as in 2026-11-28T09:30:00Z'

/** An invalid date for what is no time. */
function timeOf(given: unknown): Date {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i
  return new Date(typeof given === 'string' && shape.test(given) ? given : Number.NaN)
}

const targets = ['trace_id', 'conversation_id', 'run'] as const

function readTarget(given: Fields, at: string, pathOf: (field: string) => string): ScoreTarget | Problem {
  const named = targets.filter((field) => given[field] !== undefined && given[field] !== null)
  const [field] = named
  if (field === undefined || named.length > 1) {
    const said = named.length === 0 ? 'none of them' : named.join(' and ')
    return { path: at, given: said, expected: `one of ${targets.join(', ')}` }
  }
  const nothing = { traceId: null, spanId: null, responseId: null, conversationId: null }
  const value = given[field]
  switch (field) {
    case 'trace_id': {
      const traceId = readId(value, 32, pathOf('trace_id'))
      return typeof traceId === 'string' ? { ...nothing, traceId } : traceId
    }
    case 'conversation_id': {
      const id = typeof value === 'string' ? cut(value.trim(), 200) : ''
      if (id !== '') return { ...nothing, conversationId: id }
      return { path: pathOf('conversation_id'), given: shown(value), expected: 'the id of a conversation' }
    }
    case 'run': {
      if (!isFields(value))
        return { path: pathOf('run'), given: shown(value), expected: 'trace_id and span_id' }
      const traceId = readId(value['trace_id'], 32, pathOf('run.trace_id'))
      if (typeof traceId !== 'string') return traceId
      const spanId = readId(value['span_id'], 16, pathOf('run.span_id'))
      return typeof spanId === 'string' ? { ...nothing, traceId, spanId } : spanId
    }
  }
  return field satisfies never
}

function readId(given: unknown, digits: number, path: string): string | Problem {
  const id = typeof given === 'string' ? given.toLowerCase() : ''
  if (isId(id, digits)) return id
  return { path, given: shown(given), expected: `${digits} hex digits that are not all zero` }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
