import { cut } from './otlpMessage.ts'
import type { Problem } from './problem.ts'

/** What a score is of, as its sender names it: by at least one of them. */
export interface ScoreTarget {
  readonly traceId: string | null
  /** Of that trace. */
  readonly spanId: string | null
  readonly responseId: string | null
  readonly conversationId: string | null
}

export const scoreSources = ['log', 'span_event', 'openinference', 'api'] as const
export type ScoreSource = (typeof scoreSources)[number]

/** How good a run was by one measure: 0 is worst, 1 is best. */
export interface Score extends ScoreTarget {
  /** The agent that its sender named; null where nobody did. */
  readonly agent: string | null
  readonly name: string
  readonly value: number
  readonly label: string | null
  readonly at: Date
  readonly source: ScoreSource
}

/** The name of what users say themselves: thumbs up and down. */
export const feedbackName = 'feedback'

const nameShape = /^[a-z0-9][a-z0-9_.-]{0,39}$/
const nameWanted = 'a name of lower-case letters, digits, “_”, “-” and “.”, at most 40'
const labelMax = 64

/** How far ahead of us, and how long ago, a score may be given. */
const aheadMaxMs = 5 * 60_000
const behindMaxMs = 24 * 3_600_000

/** What a sender says of a score before any of it was looked at. */
export interface GivenScore {
  readonly name: unknown
  readonly value: unknown
  readonly label: unknown
  /** Null where it is not said: then it was given when it came in. */
  readonly at: Date | null
}

type Checked = Pick<Score, 'name' | 'value' | 'label' | 'at'>

/** A score that means something, or what is wrong with it. `pathOf` says where a field stands in its request. */
export function checkScore(
  given: GivenScore,
  receivedAt: Date,
  pathOf: (field: keyof GivenScore) => string,
): Checked | Problem {
  const { name, label } = given
  if (typeof name !== 'string' || !nameShape.test(name))
    return { path: pathOf('name'), given: shown(name), expected: nameWanted }
  if (isSaid(label) && typeof label !== 'string')
    return { path: pathOf('label'), given: shown(label), expected: 'text' }
  const words = typeof label === 'string' && label.trim() !== '' ? cut(label.trim(), labelMax) : null
  const value = isSaid(given.value) ? valueOf(given.value) : valueOfLabel(words)
  if (value === null) {
    if (isSaid(given.value))
      return { path: pathOf('value'), given: shown(given.value), expected: wanted(given.value) }
    const path = words === null ? pathOf('value') : pathOf('label')
    return { path, given: shown(words ?? undefined), expected: valueWanted }
  }
  const at = given.at ?? receivedAt
  const wrong = impossibleTime(at, receivedAt)
  if (wrong) return { path: pathOf('at'), given: shownDate(at), expected: wrong }
  return { name, value, label: words, at }
}

const valueWanted = 'a number from 0 to 1, true or false, or one of pass, fail, good, bad, positive, negative'

/** A number beyond one is often of another scale: the sentence says how it would be right. */
function wanted(value: unknown): string {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !(number > 1)) return valueWanted
  const [of] = [5, 10, 100].filter((scale) => number <= scale)
  const hint = of === undefined ? 'divide it by its scale' : `${number} of ${of} is ${number / of}`
  return `${valueWanted}; ${hint}`
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}

function valueOf(given: unknown): number | null {
  if (typeof given === 'boolean') return given ? 1 : 0
  if (typeof given === 'number') return given >= 0 && given <= 1 ? given : null
  if (typeof given !== 'string') return null
  const text = given.trim()
  return /^\d+(\.\d+)?(e-?\d+)?$/i.test(text) ? valueOf(Number(text)) : valueOfLabel(text)
}

const good = new Set(['pass', 'passed', 'good', 'positive', 'thumbs up', 'up', '👍', 'true', 'yes'])
const bad = new Set(['fail', 'failed', 'bad', 'negative', 'thumbs down', 'down', '👎', 'false', 'no'])

function valueOfLabel(label: string | null): number | null {
  const word = label?.toLowerCase().replaceAll(/[_-]/g, ' ')
  if (word === undefined) return null
  if (good.has(word)) return 1
  return bad.has(word) ? 0 : null
}

function impossibleTime(at: Date, receivedAt: Date): string | null {
  const ageMs = receivedAt.getTime() - at.getTime()
  if (Number.isNaN(ageMs)) return 'a time'
  if (ageMs < -aheadMaxMs) return `at most 5 minutes after ${receivedAt.toISOString()}`
  return ageMs > behindMaxMs ? `at most 24 hours before ${receivedAt.toISOString()}` : null
}

function shownDate(at: Date): string {
  return Number.isNaN(at.getTime()) ? 'no date' : at.toISOString()
}

/** What was given, short enough for a sentence. */
export function shown(given: unknown): string {
  if (given === undefined) return 'nothing'
  if (typeof given === 'number') return String(given)
  return JSON.stringify(given)?.slice(0, 80) ?? typeof given
}
