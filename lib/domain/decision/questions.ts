import type { DecisionPolicy, Family, MetricRule } from './decisionPolicy.ts'

/** The questions that share α. Their order settles which one a stop names when several reach the threshold. */

export interface Question {
  /** `limit.errors`, `versus.score.helpful`, `later.errors`, `silence`. */
  readonly id: string
  readonly kind: 'limit' | 'versus' | 'later' | 'silence'
  /** Null of `silence`. */
  readonly metric: MetricRule | null
  readonly family: Family
  readonly asks: 'rollback' | 'approval'
}

/** Every question that this policy asks: limits, comparisons of first runs, of later turns, and silence. */
export function questionsOf(policy: DecisionPolicy): readonly Question[] {
  const { metrics } = policy
  const of = (kind: 'limit' | 'versus' | 'later', asked: (metric: MetricRule) => boolean) =>
    metrics.filter(asked).map((metric): Question => ({
      id: `${kind}.${metric.id}`,
      kind,
      metric,
      family: metric.family,
      asks: metric.asks,
    }))
  const silence: Question = {
    id: 'silence',
    kind: 'silence',
    metric: null,
    family: 'silence',
    asks: 'rollback',
  }
  return [
    ...of('limit', ({ limit }) => limit !== null),
    ...of('versus', ({ versus }) => versus),
    ...of('later', ({ later }) => later),
    ...(policy.silence === null ? [] : [silence]),
  ]
}
