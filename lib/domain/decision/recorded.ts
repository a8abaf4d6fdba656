import type { Policy } from '../policy.ts'
import type { Check } from './check.ts'
import { type Decision, edition, replay } from './decide.ts'
import * as first from './first.ts'
import { policyForDecision } from './policyForDecision.ts'

/** What the audit log holds of both editions of the engine: each is run again by the rules of its own time. */

export type RecordedCheck = Check | first.Check
export type RecordedDecision = Decision | first.Decision

/** What was decided by this edition; null of what the first one decided. */
export function ofThisEdition(recorded: RecordedDecision | null): Decision | null {
  return recorded && 'edition' in recorded ? recorded : null
}

function isOfThisEdition(check: RecordedCheck): check is Check {
  return 'cohorts' in check
}

/**
 * Decides again from the recorded checks, in their order, each by the edition of its time. Where the edition changed the
 * evidence began again, and took twice as much from then on.
 */
export function replayRecorded(policy: Policy, checks: readonly RecordedCheck[]): RecordedDecision[] {
  const changed = checks.findIndex(isOfThisEdition)
  const before = (changed < 0 ? checks : checks.slice(0, changed)) as readonly first.Check[]
  const since = (changed < 0 ? [] : checks.slice(changed)) as readonly Check[]
  return [
    ...first.replay(first.policyForDecision(policy), before),
    ...replay(policyForDecision(policy), since, changed > 0 ? 1 : 0),
  ]
}

const firstMetrics: Readonly<Record<string, string>> = {
  toolShare: 'tool_failures',
  toolHurt: 'tool_failed_runs',
  costly: 'costlier',
}

function questionOfFirst(question: first.Question): string {
  const [kind, metric] = question.split('.')
  return metric === undefined ? question : `${kind}.${firstMetrics[metric] ?? metric}`
}

/** A recorded decision in the words of this edition, for screens: what the first one did not know is empty. */
export function shownDecision(recorded: RecordedDecision): Decision {
  if ('edition' in recorded) return recorded
  const muted = recorded.muted.map((each) => ({ ...each, question: questionOfFirst(each.question) }))
  return {
    edition,
    at: recorded.at,
    outcome: recorded.outcome,
    reason: recorded.reason,
    question: questionOfFirst(recorded.question),
    evidence: recorded.evidence,
    threshold: recorded.bar,
    evidences: Object.fromEntries(
      first.questions.map((question) => [questionOfFirst(question), recorded.evidences[question]]),
    ),
    families: recorded.families,
    window: recorded.story,
    muted,
    degraded: muted,
    lacking: [],
    gates: {},
    missing: null,
    runs: { candidate: recorded.runs, stable: 0 },
    firstRuns: { candidate: recorded.runs, stable: 0 },
    lastRunAt: recorded.lastRunAt,
  }
}
