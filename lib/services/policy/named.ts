import { childPath, type Fault, pathKeys } from '#lib/domain/fault.ts'
import type { MetricFamily, Policy, Trigger } from '#lib/domain/policy.ts'
import { actionOf, byName } from '#lib/domain/policyMetrics.ts'
import type { FieldError } from '../problem.ts'
import type { WrittenDocument } from './schema.ts'

/** How a document says the metrics that a user names. */

type Named = Pick<Policy, 'scores' | 'feedback' | 'tools' | 'shares' | 'cancelled'>

/**
 * What a document says, on top of `base`: a metric that it does not name stays, and none is dropped by leaving it out.
 * A breach does what the document says, else what the trigger of the metric's family does.
 */
export function namedMetricsOf(written: WrittenDocument, triggers: readonly Trigger[], base: Policy): Named {
  const action = (said: Trigger['action'] | undefined, family: MetricFamily) =>
    said ?? actionOf({ triggers }, family)
  const { scores = {}, feedback, tools = {}, shares = {} } = written
  return {
    scores: over(
      base.scores,
      Object.entries(scores).map(([name, rule]) => {
        const { min, action: said } = typeof rule === 'number' ? { min: rule } : rule
        return { name, min, action: action(said, 'quality') }
      }),
    ),
    feedback: feedback === undefined ? base.feedback : feedbackOf(feedback),
    tools: over(
      base.tools,
      Object.entries(tools).map(([name, rule]) => {
        const { limit, action: said } = typeof rule === 'number' ? { limit: rule } : rule
        return { name, limit, action: action(said, 'tools') }
      }),
    ),
    shares: over(
      base.shares,
      Object.entries(shares).map(([name, { value, family = 'quality', action: said, ...rule }]) => {
        return { name, ...rule, value: String(value), family, action: action(said, family) }
      }),
    ),
    cancelled: written.cancelled ?? base.cancelled,
  }
}

function feedbackOf(written: NonNullable<WrittenDocument['feedback']> | null): Policy['feedback'] {
  if (written === null) return null
  if (typeof written === 'number') return { max: written, action: 'rollback' }
  return { max: written.max, action: written.action ?? 'rollback' }
}

/** Those of the document, and of the others those that it does not name. */
function over<T extends { readonly name: string }>(kept: readonly T[], written: readonly T[]): T[] {
  const named = new Set(written.map(({ name }) => name))
  return byName([...kept.filter(({ name }) => !named.has(name)), ...written])
}

/** The limits by name that a document leaves to the policy in force: `scores.helpful`. */
export function keptNames({ scores = {}, feedback, tools = {}, shares = {} }: WrittenDocument, base: Policy) {
  const of = (section: string, rules: readonly { readonly name: string }[], named: object) =>
    rules.filter(({ name }) => !Object.hasOwn(named, name)).map(({ name }) => childPath(section, name))
  return [
    ...of('scores', base.scores, scores),
    ...(base.feedback && feedback === undefined ? ['feedback'] : []),
    ...of('tools', base.tools, tools),
    ...of('shares', base.shares, shares),
  ]
}

const limitKeys = { scores: 'min', feedback: 'max', tools: 'limit', shares: 'max' } as const

/** The path at which a limit stands in the document: a number alone, or the key inside of an object. */
export function limitPath(fault: Fault, written: WrittenDocument): string {
  const [section, name, ...deeper] = pathKeys(fault.path)
  if (typeof fault.given !== 'number' || deeper.length > 0 || !isSection(section)) return fault.path
  const rules: Readonly<Record<string, unknown>> =
    section === 'feedback' ? { feedback: written.feedback } : (written[section] ?? {})
  const rule = rules[String(name ?? section)]
  return typeof rule === 'object' && rule !== null ? `${fault.path}.${limitKeys[section]}` : fault.path
}

function isSection(key: string | number | undefined): key is keyof typeof limitKeys {
  return typeof key === 'string' && Object.hasOwn(limitKeys, key)
}

/** Names that no list of names takes, and that would be passed over without a word: `__proto__`. */
export function unreadNames(value: unknown): FieldError[] {
  return (['scores', 'tools', 'shares'] as const).flatMap((section) => {
    const rules: unknown = isObject(value) ? value[section] : null
    if (!isObject(rules) || !Object.hasOwn(rules, '__proto__')) return []
    const expected = 'another name: this one belongs to JavaScript'
    return [{ path: childPath(section, '__proto__'), given: '__proto__', expected }]
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
