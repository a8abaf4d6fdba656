import type { Family } from './decisionPolicy.ts'

/** What questions and metrics are called, by their ids: the same on screens, in alerts and in the audit log. */

/** The families as a person reads them in a sentence. */
export const familyLabels = {
  errors: 'errors',
  latency: 'latency',
  tools: 'tool failures',
  cost: 'cost',
  quality: 'quality',
  silence: 'silence',
} as const satisfies Record<Family, string>

const metricNames: Readonly<Record<string, string>> = {
  errors: 'Errors',
  late: 'Latency',
  slow: 'Latency',
  tool_failures: 'Tool failures',
  tool_failed_runs: 'Runs with a failed tool call',
  spend: 'Cost',
  costlier: 'Cost',
  cancelled: 'Runs stopped by their users',
  feedback: 'Negative feedback',
}

/** `Errors`, `Score helpful`, `Failures of refund`. */
export function metricLabel(id: string): string {
  const named = nameIn(id)
  if (!named) return metricNames[id] ?? id
  if (named.kind === 'score') return `Score ${named.name}`
  return named.kind === 'tool' ? `Failures of ${named.name}` : `Share ${named.name}`
}

/** `Errors against the limit`, `Score helpful against the stable, later turns`. */
export function questionLabel(question: string): string {
  const { kind, metric } = questionParts(question)
  if (kind === 'silence') return 'Runs that never finish'
  const label = metricLabel(metric)
  if (kind === 'limit') return `${label} against the ${metric === 'spend' ? 'budget' : 'limit'}`
  return kind === 'later' ? `${label} against the stable, later turns` : `${label} against the stable`
}

/** A question's kind and the id of its metric; the metric of `silence` is empty. */
export function questionParts(question: string): {
  readonly kind: 'limit' | 'versus' | 'later' | 'silence'
  readonly metric: string
} {
  const kind = (['limit', 'versus', 'later'] as const).find((each) => question.startsWith(`${each}.`))
  return kind ? { kind, metric: question.slice(kind.length + 1) } : { kind: 'silence', metric: '' }
}

/** The kind and name of a metric that somebody named; null of one that is built in. */
export function nameIn(
  id: string,
): { readonly kind: 'score' | 'tool' | 'share'; readonly name: string } | null {
  const kind = (['score', 'tool', 'share'] as const).find((each) => id.startsWith(`${each}.`))
  return kind ? { kind, name: id.slice(kind.length + 1) } : null
}
