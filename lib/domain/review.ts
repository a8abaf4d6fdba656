/** What people say of an incident afterwards, and what it comes to. */

/** Why it came to the stop, as far as anybody knows. */
export const causes = [
  'prompt',
  'model',
  'parameters',
  'tool',
  'code',
  'provider',
  'traffic',
  'limit',
  'unknown',
] as const
export type Cause = (typeof causes)[number]

export const causeWords: Readonly<Record<Cause, string>> = {
  prompt: 'The prompt',
  model: 'The model',
  parameters: 'Its parameters',
  tool: 'A tool, or what it talks to',
  code: 'The code around it',
  provider: 'The provider',
  traffic: 'Other traffic than before',
  limit: 'The limit was wrong',
  unknown: 'Not known',
}

/** Was the stop right: needed and in time, needed and too late, or not needed. */
export const stopVerdicts = ['right', 'late', 'wrong'] as const
export type StopVerdict = (typeof stopVerdicts)[number]

/** What became of something that the candidate wrote. */
export const compensations = ['open', 'compensated', 'not_needed'] as const
export type Compensation = (typeof compensations)[number]

export type Writing = 'writes' | 'reads' | 'unknown'

/**
 * Whether a tool changes something outside, as its version's manifest says it: `tools: [{name, writes}]`. What it does
 * not say is not known, and not known is never harmless.
 */
export function writingOf(manifest: unknown, tool: string): Writing {
  const tools = isObject(manifest) ? manifest['tools'] : null
  if (!Array.isArray(tools)) return 'unknown'
  const found: unknown = tools.find((each) => isObject(each) && each['name'] === tool)
  const writes = isObject(found) ? found['writes'] : undefined
  if (typeof writes !== 'boolean') return 'unknown'
  return writes ? 'writes' : 'reads'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fewer answers than this are no percentage. */
export const precisionReviewsMin = 5

export interface Precision {
  readonly reason: string
  readonly policyNumber: number
  readonly right: number
  readonly late: number
  readonly wrong: number
  /** Share of the stops that were needed, 0 to 1; null of too few. */
  readonly share: number | null
}

/** How often a stop for this reason under this policy was needed, by what people said: `(right + late) / all`. */
export function precisionOf(
  answers: readonly { readonly reason: string; readonly policyNumber: number; readonly verdict: string }[],
): Precision[] {
  const groups = Map.groupBy(answers, (answer) => `${answer.policyNumber} ${answer.reason}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const count = (verdict: StopVerdict) => group.filter((answer) => answer.verdict === verdict).length
    const [right, late, wrong] = [count('right'), count('late'), count('wrong')]
    const share = group.length < precisionReviewsMin ? null : (right + late) / group.length
    return [{ reason: first.reason, policyNumber: first.policyNumber, right, late, wrong, share }]
  })
}
