import { childPath, type Fault } from './fault.ts'
import type { Policy, ScoreRule, ShareRule, ToolRule } from './policy.ts'
import { outside, type Range, share } from './range.ts'

/** What must hold for the metrics that a user names, and for the list of cancelled runs. */

/** What a score or a share may be called. It stands in the ids of metrics: `score.helpful`. */
export const metricNamePattern = /^[a-z][a-z0-9._-]{0,39}$/
const metricNameWords = 'a name: lower-case letters, digits, ".", "_" and "-", at most 40, a letter first'

/** What a tool may be called, as in the name of its kill switch: frameworks and MCP servers name tools in many ways. */
export const toolNamePattern = /^[A-Za-z0-9_][\w.:/-]{0,99}$/
const toolNameWords =
  'the name of a tool as its spans say it: letters, digits, "_", ".", ":", "/" and "-", at most 100'

/** All of them together: each asks its own questions, and the questions share the rate of false rollbacks. */
export const namedMetricsMax = 20

/** Error types of cancelled runs. */
export const cancelledMax = 50

const mean: Range = {
  min: 0,
  max: 1,
  above: true,
  below: true,
  expected: 'the mean that is demanded, above 0 and below 1 (scores lie between 0 and 1)',
}

/** What is wrong with scores, feedback, tools, shares and cancelled; empty when nothing is. */
export function namedMetricFaults(policy: Policy): Fault[] {
  const { scores, feedback, tools, shares } = policy
  return [
    ...namedFaults('scores', scores, metricNamePattern, metricNameWords, (path, rule: ScoreRule) =>
      outside(path, rule.min, mean),
    ),
    ...(feedback ? outside('feedback', feedback.max, share) : []),
    ...namedFaults('tools', tools, toolNamePattern, toolNameWords, (path, rule: ToolRule) =>
      outside(path, rule.limit, share),
    ),
    ...namedFaults('shares', shares, metricNamePattern, metricNameWords, shareFaults),
    ...countFaults(policy),
    ...cancelledFaults(policy.cancelled),
  ]
}

function namedFaults<T extends { readonly name: string }>(
  section: string,
  rules: readonly T[],
  pattern: RegExp,
  words: string,
  own: (path: string, rule: T) => Fault[],
): Fault[] {
  const seen = new Set<string>()
  return rules.flatMap((rule) => {
    const path = childPath(section, rule.name)
    if (seen.has(rule.name)) return [{ path, given: rule.name, expected: 'each name once' }]
    seen.add(rule.name)
    if (!pattern.test(rule.name)) return [{ path, given: rule.name, expected: words }]
    return own(path, rule)
  })
}

function shareFaults(path: string, { attribute, value, max }: ShareRule): Fault[] {
  const faults = outside(path, max, share)
  if (!/^[^\s\p{Cc}]{1,100}$/u.test(attribute)) {
    const expected = 'the key of an attribute of the run span, without spaces, at most 100 characters'
    faults.push({ path: `${path}.attribute`, given: attribute, expected })
  }
  if (!/^[^\p{Cc}]{1,64}$/u.test(value)) {
    faults.push({ path: `${path}.value`, given: value, expected: 'a value of 1 to 64 characters' })
  }
  return faults
}

function countFaults({ scores, feedback, tools, shares }: Policy): Fault[] {
  const count = scores.length + tools.length + shares.length + (feedback ? 1 : 0)
  if (count <= namedMetricsMax) return []
  const sections: readonly [string, number][] = [
    ['scores', scores.length],
    ['tools', tools.length],
    ['shares', shares.length],
  ]
  const [path] = sections.reduce((most, each) => (each[1] > most[1] ? each : most))
  const expected = `at most ${namedMetricsMax} in scores, feedback, tools and shares together`
  return [{ path, given: `${count} metrics`, expected }]
}

function cancelledFaults(cancelled: readonly string[]): Fault[] {
  if (cancelled.length > cancelledMax) {
    const expected = `at most ${cancelledMax} error types`
    return [{ path: 'cancelled', given: `${cancelled.length} error types`, expected }]
  }
  return cancelled.flatMap((type, index) => {
    const path = `cancelled[${index}]`
    if (cancelled.indexOf(type) < index) return [{ path, given: type, expected: 'each error type once' }]
    if (/^[^\p{Cc}]{1,200}$/u.test(type) && type.trim() === type) return []
    return [{ path, given: type, expected: 'an error type such as AbortError, at most 200 characters' }]
  })
}
