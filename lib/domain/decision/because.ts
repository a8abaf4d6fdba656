import { percent } from '../metric.ts'
import type { Decision } from './decide.ts'
import type { Gate } from './gate.ts'
import { familyLabels, metricLabel, nameIn, questionParts } from './labels.ts'
import { isMissing } from './missing.ts'
import { decimal, grouped, listed, plural, toOne } from './numbers.ts'
import type { OverLimit } from './sharedCause.ts'

/** Decisions in sentences, each with the numbers it rests on. */

/** How a moment is shown, given in seconds since the evidence began: `14:02:10`. */
export type FormatTime = (secondsSinceStart: number) => string

/** Why this was decided, for a person. Every outcome and reason has its sentence; the numbers are the decision's own. */
export function because(decision: Decision, formatTime: FormatTime): string {
  switch (decision.reason) {
    case null:
      return `Nothing found in ${plural(decision.firstRuns.candidate, 'candidate conversation')}; ${shownSentence(decision)}.`
    case 'error_spike':
    case 'sla_breach':
    case 'rollback_required':
    case 'manual':
      return sentences(
        windowSentence(decision, formatTime),
        evidenceSentence(decision),
        alsoSentence(decision),
      )
    case 'approval_required':
      return sentences(
        windowSentence(decision, formatTime),
        evidenceSentence(decision),
        'This metric asks a person.',
      )
    case 'evidence_rising':
      return sentences(windowSentence(decision, formatTime), evidenceSentence(decision))
    case 'stable_degraded':
      return sentences(...decision.degraded.map(degradedSentence), 'The release is not the cause.')
    case 'candidate_silent':
    case 'telemetry_outage':
      return silentSentence(decision, formatTime)
    case 'insufficient_data':
      return insufficientSentence(decision)
    default:
      return decision.reason satisfies never
  }
}

/** What the question's counts say since its alarm window began. */
export function windowSentence(
  { question, window }: Pick<Decision, 'question' | 'window'>,
  formatTime: FormatTime,
): string {
  const { kind, metric } = questionParts(question)
  const { x, n, expected } = window
  const since = `since ${formatTime(window.since)}`
  if (kind === 'silence') {
    return (
      `${n > x ? grouped(n - x) : 'None'} of the ${plural(n, 'run')} that began ${since} came from the candidate; ` +
      `its share asks for at least ${grouped(n - expected)}.`
    )
  }
  if (kind === 'limit') return limitSentence(metric, window, window.since > 0 ? ` ${since}` : '')
  const turns = kind === 'later' ? ' in later turns' : ''
  const explained = `its traffic explains ${decimal(expected)}.`
  const named = nameIn(metric)
  if (named?.kind === 'score') {
    return `Of the ${decimal(n)} that “${named.name}” fell short of 1${turns} ${since}, ${decimal(x)} were the candidate's; ${explained}`
  }
  const [one, many] = badRuns(metric)
  const were = x === 1 ? 'was' : 'were'
  return `${decimal(x)} of the ${plural(n, one, many)}${turns} ${since} ${were} the candidate's; ${explained}`
}

function limitSentence(metric: string, { x, n, expected }: Decision['window'], since: string): string {
  const runs = `${plural(n, 'candidate run')}${since}`
  const allowed = `the limit allows ${decimal(expected)}`
  const named = nameIn(metric)
  if (named?.kind === 'score') {
    const mean = (bad: number) => decimal(n > 0 ? 1 - bad / n : 1)
    return `“${named.name}” is ${mean(x)} on average over ${runs}; the limit is ${mean(expected)}.`
  }
  if (named?.kind === 'tool')
    return `Failed calls of ${named.name} add up to ${decimal(x)} of ${runs}; ${allowed}.`
  if (named?.kind === 'share') return `${decimal(x)} of ${runs} count for “${named.name}”; ${allowed}.`
  switch (metric) {
    case 'errors':
      return `${decimal(x)} of ${runs} failed; ${allowed}.`
    case 'late':
      return `${decimal(x)} of ${runs} ${x === 1 ? 'was' : 'were'} slower than the limit; it allows ${decimal(expected)}.`
    case 'tool_failures':
      return `Failed tool calls add up to ${decimal(x)} of ${runs}; ${allowed}.`
    case 'spend':
      return `${runs} cost as much as ${decimal(expected > 0 ? (x * n) / expected : 0)} budgets or more; the limit allows ${grouped(n)}.`
    case 'feedback':
      return `${decimal(x)} of ${runs} got negative feedback; ${allowed}.`
    default:
      return `${metricLabel(metric)}: ${decimal(x)} of ${runs}; ${allowed}.`
  }
}

/** One and many of the runs that are bad by a metric, as "5 of the 7 runs that failed" has them. */
function badRuns(metric: string): readonly [string, string] {
  const that = (what: string) => [`run ${what}`, `runs ${what}`] as const
  const named = nameIn(metric)
  if (named) return that(`counted for “${named.name}”`)
  switch (metric) {
    case 'errors':
      return that('that failed')
    case 'slow':
      return ['slow run', 'slow runs']
    case 'tool_failed_runs':
      return that('with a failed tool call')
    case 'costlier':
      return ['expensive run', 'expensive runs']
    case 'cancelled':
      return that('stopped by its user')
    case 'feedback':
      return that('with negative feedback')
    default:
      return that(`bad by ${metric}`)
  }
}

function evidenceSentence({ evidence, threshold }: Pick<Decision, 'evidence' | 'threshold'>): string {
  return `Evidence ${toOne(evidence)}; the threshold is ${toOne(threshold)}.`
}

/** What else shows, where the reason is more than the question it names. */
function alsoSentence({ families, question }: Decision): string {
  const { kind, metric } = questionParts(question)
  const own = kind === 'silence' ? 'silence' : familyOfMetric(metric)
  const others = families.filter((family) => family !== own)
  return others.length > 0 ? `Also seen: ${listed(others.map((family) => familyLabels[family]))}.` : ''
}

function familyOfMetric(metric: string): Decision['families'][number] {
  if (metric === 'errors') return 'errors'
  if (metric === 'late' || metric === 'slow') return 'latency'
  if (metric === 'spend' || metric === 'costlier') return 'cost'
  return metric.startsWith('tool') ? 'tools' : 'quality'
}

function degradedSentence({ question, x, n, allowed }: OverLimit): string {
  const { metric } = questionParts(question)
  const runs = `last ${plural(n, 'run')}`
  switch (metric) {
    case 'errors':
      return `The stable itself is over the limit: ${decimal(x)} of its ${runs} failed, where ${decimal(allowed)} may.`
    case 'late':
      return `The stable itself is over the limit: ${decimal(x)} of its ${runs} were slower than it, where ${decimal(allowed)} may be.`
    case 'tool_failures':
      return `The stable itself is over the limit: its failed tool calls add up to ${decimal(x)} of its ${runs} with tools, where ${decimal(allowed)} may.`
    case 'spend':
      return `The stable itself is over the budget: its ${runs} cost as much as ${decimal((x * n) / allowed)} budgets.`
    default:
      return `The stable itself is over the limit on ${metricLabel(metric).toLowerCase()}: ${decimal(x)} of its ${runs}, where ${decimal(allowed)} may.`
  }
}

/** Who is silent since when, or how many of the candidate's runs are missing. */
function silentSentence({ reason, lastRunAt, missing }: Decision, formatTime: FormatTime): string {
  const since = (at: number) => (at > 0 ? `since ${formatTime(at)}` : 'yet')
  if (reason === 'telemetry_outage') {
    return `No run of either version has come in ${since(Math.max(lastRunAt.candidate, lastRunAt.stable))}.`
  }
  if (missing && isMissing(missing) && missing.came > 0) {
    return (
      `${plural(missing.came, 'run')} of the candidate came, where its share asks for about ${grouped(missing.asked)}. ` +
      'Sampling, a wrong version name and runs that hang look alike from here: a person decides.'
    )
  }
  return (
    `No candidate run has come in ${since(lastRunAt.candidate)}; ` +
    `the stable's last was at ${formatTime(lastRunAt.stable)}.`
  )
}

/** What would have shown by now, as far as a gate says so: the largest share of the gates on errors. */
function shownSentence({ gates }: Decision): string {
  const shown = gateOn(gates)
  return shown && shown.gate.exposed !== null
    ? `${shown.what} of ${percent(shown.gate.exposed)} would have shown by now`
    : 'no metric closes its gate'
}

function insufficientSentence(decision: Decision): string {
  if (decision.lacking.length > 0) {
    const names = decision.lacking.map((id) => metricLabel(id).toLowerCase())
    return `Not enough seen yet: too few candidate runs carry ${listed(names)}.`
  }
  const closed = gateOn(decision.gates, ({ open }) => !open)
  if (!closed) return 'Not enough seen yet.'
  return `Not enough seen yet: ${gateSentence(closed, decision.firstRuns.candidate)}.`
}

function gateSentence({ what, gate }: NamedGate, runs: number): string {
  const seen = plural(runs, 'candidate conversation')
  const any = gate.exposed === null ? `${seen} could hide ${what} of any size` : null
  const exposed = any ?? `${seen} would have shown ${what} of ${percent(gate.exposed ?? 1)}`
  const shown = runs === 0 ? 'no candidate conversation was compared yet' : exposed
  return gate.needed === null
    ? `${shown}; without stable traffic beside it there is nothing to compare the candidate with`
    : `${shown}; ${percent(gate.allowed)} takes about ${grouped(gate.needed)}`
}

interface NamedGate {
  readonly what: string
  readonly gate: Gate
}

/** The gate on errors, or else the first other one that this is true of; null of none. */
function gateOn(gates: Decision['gates'], isMeant: (gate: Gate) => boolean = () => true): NamedGate | null {
  const meant = Object.entries(gates).filter(([, gate]) => isMeant(gate))
  const found = meant.find(([id]) => id === 'errors') ?? meant[0]
  if (!found) return null
  const [id, gate] = found
  return { gate, what: gateNames[id] ?? `a share of ${metricLabel(id).toLowerCase()}` }
}

const gateNames: Readonly<Record<string, string>> = {
  errors: 'an error rate',
  slow: 'a share of slow runs',
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}
