import type { Check, Counts } from './check.ts'
import { type DecisionState, look } from './decide.ts'
import { barOf, type DecisionPolicy } from './decisionPolicy.ts'
import { evidenceOf } from './evidence.ts'
import type { Question } from './questions.ts'
import { isVersus, limitParts, versusParts } from './votes.ts'

/** What would flip it: `x` bad things of the `among` in this check would bring the question to the bar. */
export interface Flip {
  readonly question: Question
  readonly x: number
  /** Candidate runs (with a tool call, for tools); of `silence`, the runs of both versions. */
  readonly among: number
}

/**
 * The smallest whole number of bad things with which `check` would bring the question to the bar; null when it is not
 * asked, when all of them would not be enough, or after a stop. To look ahead, pass the state as it is and a check of
 * the length in question with counts at the present rate; to look back, the state before a check and that check.
 */
export function flip(
  policy: DecisionPolicy,
  state: DecisionState,
  check: Check,
  question: Question,
): Flip | null {
  const among = amongOf(check, question)
  const reaches = (x: number) => {
    const { state: seen } = look(policy, state, withBad(check, question, x))
    return evidenceOf(seen.questions[question].wealth, seen.staked) >= barOf(policy)
  }
  if (state.stop || !reaches(among)) return null

  let enough = among
  let tooFew = -1
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2)
    if (reaches(middle)) enough = middle
    else tooFew = middle
  }
  return { question, x: enough, among }
}

/** A check of `seconds` after the last one at the rate of `check`, whose counts took `tookS` seconds. */
export function checkAhead(check: Check, tookS: number, seconds: number): Check {
  if (!(tookS > 0)) throw new RangeError(`tookS is ${tookS}; a rate needs a time above 0`)
  const scaled = (counts: Counts): Counts => {
    const runs = Math.round((counts.runs * seconds) / tookS)
    const part = (count: number, whole: number) => Math.min(Math.round((count * seconds) / tookS), whole)
    const toolRuns = part(counts.toolRuns, runs)
    return {
      runs,
      errors: part(counts.errors, runs),
      late: part(counts.late, runs),
      slow: part(counts.slow, runs),
      costly: part(counts.costly, runs),
      spend: Math.min((counts.spend * seconds) / tookS, runs),
      toolRuns,
      toolHurt: part(counts.toolHurt, toolRuns),
      toolShare: Math.min((counts.toolShare * seconds) / tookS, toolRuns),
    }
  }
  return {
    ...check,
    at: check.at + seconds,
    candidate: scaled(check.candidate),
    stable: scaled(check.stable),
  }
}

function amongOf({ candidate, stable }: Check, question: Question): number {
  if (question === 'silence') return candidate.runs + stable.runs
  return candidate[partsOf(question).among]
}

function withBad(check: Check, question: Question, x: number): Check {
  const { candidate, stable } = check
  if (question === 'silence') {
    const runs = candidate.runs + stable.runs - x
    return { ...check, candidate: { ...candidate, runs }, stable: { ...stable, runs: x } }
  }
  return { ...check, candidate: { ...candidate, [partsOf(question).bad]: x } }
}

function partsOf(question: Exclude<Question, 'silence'>) {
  return isVersus(question) ? versusParts[question] : limitParts[question]
}
