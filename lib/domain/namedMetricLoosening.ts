import { childPath } from './fault.ts'
import { exactPercent } from './metric.ts'
import type { Policy, ShareRule, Trigger } from './policy.ts'
import type { Loosening } from './policyLoosening.ts'

/**
 * What is less strict in the metrics that a user names, and in the list of cancelled runs. The family of a share has no
 * direction: it names a stop and makes none likelier.
 */

/** A limit as it is compared: the larger, the looser. */
export interface NamedLimit {
  readonly path: string
  readonly bad: number
  readonly words: string
  /** What it is about: with another one it is another limit. */
  readonly about: string
  readonly action: Trigger['action']
}

export function namedMetricLoosenings(before: Policy, after: Policy): Loosening[] {
  const now = new Map(namedLimits(after).map((limit) => [limit.path, limit]))
  return [
    ...namedLimits(before).flatMap((old) => limitLoosenings(old, now.get(old.path))),
    ...cancelledLoosenings(before.cancelled, after.cancelled),
  ]
}

function limitLoosenings(old: NamedLimit, now: NamedLimit | undefined): Loosening[] {
  const { path } = old
  if (!now) return [{ path, before: old.words, after: 'no limit' }]
  const asks = old.action === 'rollback' && now.action === 'approval'
  return [
    ...(now.bad > old.bad || now.about !== old.about ? [{ path, before: old.words, after: now.words }] : []),
    ...(asks ? [{ path: `${path}.action`, before: 'rolls back', after: 'asks a person' }] : []),
  ]
}

/** Every limit with a name, by its path in the document. */
export function namedLimits({ scores, feedback, tools, shares }: Policy): NamedLimit[] {
  return [
    ...scores.map(({ name, min, action }) => ({
      path: childPath('scores', name),
      bad: -min,
      words: `a mean of at least ${min}`,
      about: name,
      action,
    })),
    ...(feedback
      ? [
          {
            path: 'feedback',
            bad: feedback.max,
            words: `${exactPercent(feedback.max)} negative at most`,
            about: 'feedback',
            action: feedback.action,
          },
        ]
      : []),
    ...tools.map(({ name, limit, action }) => ({
      path: childPath('tools', name),
      bad: limit,
      words: `${exactPercent(limit)} of calls failed at most`,
      about: name,
      action,
    })),
    ...shares.map((share) => ({
      path: childPath('shares', share.name),
      bad: share.max,
      words: shareWords(share),
      about: JSON.stringify([share.attribute, share.value]),
      action: share.action,
    })),
  ]
}

/** `app.outcome = escalated on 10 % of runs at most` */
export function shareWords({ attribute, value, max }: ShareRule): string {
  return `${attribute} = ${value} on ${exactPercent(max)} of runs at most`
}

/** A run with a type that is on the list does not count as failed. */
function cancelledLoosenings(before: readonly string[], after: readonly string[]): Loosening[] {
  return after
    .filter((type) => !before.includes(type))
    .map((type) => ({
      path: 'cancelled',
      before: `${type} counts as failed`,
      after: `${type} counts as stopped by the user`,
    }))
}
