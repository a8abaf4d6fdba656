import type { Decision } from './decide.ts'
import type { SilenceFlip, StopFlip } from './flip.ts'
import { decimal, fold, grouped, listed, plural, toOne } from './numbers.ts'
import { familyLabels, familyOf } from './questions.ts'
import type { Muted } from './sharedCause.ts'

/** Decisions in sentences, each with the numbers it rests on. */

/** How a moment is shown, given in seconds since the evidence began: `14:02:10`. */
export type FormatTime = (secondsSinceStart: number) => string

/** Why this was decided, for a person. Every outcome and reason has its sentence; the numbers are the decision's own. */
export function because(decision: Decision, formatTime: FormatTime): string {
  switch (decision.reason) {
    case null:
      return (
        `Nothing found in ${plural(decision.runs, 'candidate run')}; ` +
        `${fold(decision.blindSpot ?? decision.maxBlindSpot)} error rate would have shown by now.`
      )
    case 'error_spike':
    case 'sla_breach':
    case 'rollback_required':
    case 'manual':
      return sentences(
        storySentence(decision, formatTime),
        evidenceSentence(decision),
        alsoSentence(decision),
      )
    case 'approval_required':
      return sentences(
        storySentence(decision, formatTime),
        evidenceSentence(decision),
        'This limit asks a person.',
      )
    case 'evidence_rising':
      return sentences(storySentence(decision, formatTime), evidenceSentence(decision))
    case 'stable_degraded':
      return sentences(...decision.muted.map(mutedSentence), 'The release is not the cause.')
    case 'candidate_silent':
    case 'telemetry_outage':
      return silentSentence(decision, formatTime)
    case 'insufficient_data':
      return `Not enough seen yet: ${blindSentence(decision)}; ${neededSentence(decision)}.`
    default:
      return decision.reason satisfies never
  }
}

/** What the question's counts say since its story began. */
export function storySentence({ question, story }: Decision, formatTime: FormatTime): string {
  const { x, n, expected } = story
  const since = `since ${formatTime(story.since)}`
  const candidates = `${plural(n, 'candidate run')}${story.since > 0 ? ` ${since}` : ''}`
  const allowed = `the limit allows ${decimal(expected)}`
  const versus = (one: string, many: string) =>
    `${decimal(x)} of the ${plural(n, one, many)} ${since} ${x === 1 ? 'was' : 'were'} the candidate's; ` +
    `its traffic explains ${decimal(expected)}.`
  switch (question) {
    case 'limit.errors':
      return `${decimal(x)} of ${candidates} failed; ${allowed}.`
    case 'limit.late':
      return `${decimal(x)} of ${candidates} ${x === 1 ? 'was' : 'were'} slower than the limit; it allows ${decimal(expected)}.`
    case 'limit.toolShare':
      return `Failed tool calls add up to ${decimal(x)} of ${candidates}; ${allowed}.`
    case 'limit.spend':
      return `${candidates} cost as much as ${decimal(expected > 0 ? (x * n) / expected : 0)} budgets or more; the limit allows ${grouped(n)}.`
    case 'versus.errors':
      return versus('run that failed', 'runs that failed')
    case 'versus.slow':
      return versus('slow run', 'slow runs')
    case 'versus.toolHurt':
      return versus('run with a failed tool call', 'runs with a failed tool call')
    case 'versus.costly':
      return versus('dear run', 'dear runs')
    case 'silence':
      return (
        `${n > x ? grouped(n - x) : 'None'} of the ${plural(n, 'run')} finished ${since} came from the candidate; ` +
        `its share asks for at least ${grouped(n - expected)}.`
      )
    default:
      return question satisfies never
  }
}

/** What would stop it, for a person. A conversation counts with its first run. */
export function stopFlipSentence(flip: StopFlip | SilenceFlip): string {
  if (flip.family === 'silence')
    return `${plural(flip.stableRuns, 'more stable run')} while none of the candidate finishes would stop it.`
  const { family, x, among } = flip
  const next = `the next ${plural(among, 'candidate run')}`
  switch (family) {
    case 'errors':
      return `${plural(x, 'failure')} among ${next} would stop it.`
    case 'latency':
      return `${plural(x, 'slow run')} among ${next} would stop it.`
    case 'tools':
      return `A failed tool call in ${grouped(x)} of ${next} would stop it.`
    case 'cost':
      return `${grouped(x)} of ${next} at ten budgets or more would stop it.`
    default:
      return family satisfies never
  }
}

/** What would turn a hold into an allow, for a person: in runs (`runsToAllow`), or in words where no runs would do it. */
export function allowFlipSentence({ reason }: Decision, runs: number | null): string {
  switch (reason) {
    case 'approval_required':
      return 'A person decides; no number of runs does.'
    case 'stable_degraded':
      return 'It goes on when the stable is back under its limit.'
    case 'telemetry_outage':
    case 'candidate_silent':
      return runs === null
        ? 'Candidate runs have to finish again.'
        : `Candidate runs have to finish again: ${plural(runs, 'more healthy one')} would let it go on.`
    case 'insufficient_data':
      return runs === null
        ? 'While the stable fails as rarely as this, a worse candidate could hide behind any number of healthy runs; a person may promote it.'
        : moreHealthy(runs)
    default:
      return runs === null ? 'No number of healthy runs alone would let it go on.' : moreHealthy(runs)
  }
}

function moreHealthy(runs: number): string {
  return `${plural(runs, 'more healthy candidate run')} would let it go on.`
}

function evidenceSentence({ evidence, bar }: Decision): string {
  return `Evidence ${toOne(evidence)}; the bar is ${toOne(bar)}.`
}

/** What else shows, where the reason is more than the question it names. */
function alsoSentence({ families, question }: Decision): string {
  const others = families.filter((family) => family !== familyOf[question])
  return others.length > 0 ? `Also seen: ${listed(others.map((family) => familyLabels[family]))}.` : ''
}

function mutedSentence({ question, x, n, allowed }: Muted): string {
  const runs = `last ${plural(n, 'run')}${question === 'limit.toolShare' ? ' with tools' : ''}`
  switch (question) {
    case 'limit.errors':
      return `The stable itself is over the limit: ${decimal(x)} of its ${runs} failed, where ${decimal(allowed)} may.`
    case 'limit.late':
      return `The stable itself is over the limit: ${decimal(x)} of its ${runs} were slower than it, where ${decimal(allowed)} may be.`
    case 'limit.toolShare':
      return `The stable itself is over the limit: its failed tool calls add up to ${decimal(x)} of its ${runs}, where ${decimal(allowed)} may.`
    case 'limit.spend':
      return `The stable itself is over the budget: its ${runs} cost as much as ${decimal((x * n) / allowed)} budgets.`
    default:
      return question satisfies never
  }
}

/** Who is silent since when. */
function silentSentence({ reason, lastRunAt }: Decision, formatTime: FormatTime): string {
  const since = (at: number) => (at > 0 ? `since ${formatTime(at)}` : 'yet')
  if (reason === 'telemetry_outage') {
    return `No run of either version has finished ${since(Math.max(lastRunAt.candidate, lastRunAt.stable))}.`
  }
  return (
    `No candidate run has finished ${since(lastRunAt.candidate)}; ` +
    `the stable's last was at ${formatTime(lastRunAt.stable)}.`
  )
}

function blindSentence({ runs, blindSpot }: Decision): string {
  if (runs === 0) return 'no candidate run has finished'
  const seen = plural(runs, 'candidate run')
  if (blindSpot === null) return `${seen} could hide any degradation`
  return `${seen} would have shown ${fold(blindSpot)} error rate`
}

function neededSentence({ runsNeeded, maxBlindSpot }: Decision): string {
  return runsNeeded === null
    ? 'without stable traffic beside it there is nothing to compare the candidate with'
    : `${fold(maxBlindSpot)} error rate takes about ${grouped(runsNeeded)} to show`
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}
