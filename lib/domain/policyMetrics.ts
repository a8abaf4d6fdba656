import type { MetricRule } from './decision/decisionPolicy.ts'
import { familyOfTrigger, type Metric, type MetricFamily, type Policy, type Trigger } from './policy.ts'

/** A policy's metrics, as data: what the engine, the store and the screens go through. Source: DECISION, section 2. */

/** A p95 over its limit means that more than this share of runs is slower than the limit. */
const lateShare = 0.05
/** A budget is this part of the most that one run counts for, ten budgets. */
const budgetShare = 0.1
/** An error rate that matters whatever the limit is, also where there is none: so an agent that never fails can advance. */
const errorsWorth = 0.1
/** What a metric with a limit has to be carried by, where not every run carries it. */
const carriedMin = 30

/**
 * Every metric of the policy, in the order in which their questions are asked: the seven that need no name, runs that
 * the user stopped, then scores, feedback, shares and tools by name. The same policy gives the same list.
 */
export function metricsOf(policy: Policy): readonly MetricRule[] {
  return [...unnamedMetrics(policy), ...namedMetrics(policy)]
}

const plain = { limit: null, versus: false, later: false, gate: null, min: null } as const

function unnamedMetrics(policy: Policy): MetricRule[] {
  const limitOf = (metric: Metric) => policy.triggers.find((each) => each.metric === metric)?.limit ?? null
  const within = (family: MetricFamily) => ({ ...plain, family, asks: actionOf(policy, family) })
  const errors = limitOf('error_rate')
  const spend = limitOf('cost_per_run_usd') === null ? null : budgetShare
  return [
    {
      ...within('errors'),
      id: 'errors',
      limit: errors,
      versus: true,
      later: true,
      gate: { share: null, worth: Math.min(errors ?? errorsWorth, errorsWorth) },
    },
    { ...within('latency'), id: 'late', limit: limitOf('latency_p95_ms') === null ? null : lateShare },
    { ...within('latency'), id: 'slow', versus: true, gate: { share: lateShare, worth: null } },
    { ...within('tools'), id: 'tool_failures', limit: limitOf('tool_failure_rate') },
    { ...within('tools'), id: 'tool_failed_runs', versus: true, later: true },
    { ...within('cost'), id: 'spend', limit: spend, min: spend === null ? null : carriedMin },
    { ...within('cost'), id: 'costlier', versus: true },
    { ...within('quality'), id: 'cancelled', versus: true },
  ]
}

function namedMetrics({ scores, feedback, shares, tools }: Policy): MetricRule[] {
  const quality = { ...plain, family: 'quality', versus: true, min: carriedMin } as const
  return [
    ...byName(scores).map(({ name, min, action }) => ({
      ...quality,
      id: `score.${name}`,
      limit: shortOf(min),
      asks: action,
    })),
    ...(feedback ? [{ ...quality, id: 'feedback', limit: feedback.max, asks: feedback.action }] : []),
    ...byName(shares).map(({ name, max, family, action }) => ({
      ...quality,
      id: `share.${name}`,
      family,
      limit: max,
      asks: action,
    })),
    ...byName(tools).map(({ name, limit, action }) => ({
      ...plain,
      id: `tool.${name}`,
      family: 'tools' as const,
      limit,
      asks: action,
      min: carriedMin,
    })),
  ]
}

/** What a trigger of the family does on a breach. Without one it rolls back. */
export function actionOf({ triggers }: Pick<Policy, 'triggers'>, family: MetricFamily): Trigger['action'] {
  return triggers.find(({ metric }) => familyOfTrigger[metric] === family)?.action ?? 'rollback'
}

/** In the order of their names, by code unit, so that no locale and no document changes it. */
export function byName<T extends { readonly name: string }>(rules: readonly T[]): T[] {
  return [...rules].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
}

/** 1 − mean, without the dust of binary fractions: 0.3 for 0.7. */
function shortOf(mean: number): number {
  return Number((1 - mean).toPrecision(12))
}
