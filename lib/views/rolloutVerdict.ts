import { gate, holdEndsAt } from '#lib/domain/gate.ts'
import { whyFrozen } from '#lib/domain/guardWatch.ts'
import type { Rollout } from '#lib/domain/rollout.ts'
import { stopSentence } from '#lib/domain/stopSentence.ts'
import type { Decision as DecisionRow, Incident } from '#lib/store/generated/client.ts'

/** Is it safe, why, and what happens next: in a word, a sentence, and an event. */

export interface VerdictView {
  readonly tone: 'stop' | 'hold' | 'allow' | 'neutral'
  readonly word: string
  readonly sentence: string
  /** What follows from it, in one or two sentences. */
  readonly follows: string
}

export interface NextView {
  readonly label: string
  /** When it comes by itself; null when it waits for something else than time. */
  readonly at: string | null
  readonly note: string
  /** Then at the earliest, ISO 8601. */
  readonly notBefore?: string
}

export function verdictOf(
  rollout: Rollout,
  decision: DecisionRow | null,
  incident: Incident | null,
  locked: boolean,
): VerdictView {
  const { stable, candidate } = rollout
  if (rollout.phase === 'rolled_back') {
    const traffic =
      rollout.switchStatus === 'requested'
        ? `All traffic is ordered back to ${stable}`
        : `All traffic is on ${stable}`
    const lock = locked
      ? `${candidate} is locked until its incident is reviewed`
      : `${candidate} is not locked`
    return {
      tone: 'stop',
      word: 'Stopped',
      sentence: stopSentence({
        because: incident?.note ?? null,
        person: incident && incident.decisionId === null ? (incident.actor as { name: string }).name : null,
      }),
      follows: `${traffic}. ${lock}. The reason is ${incident?.reason ?? 'not known'}.`,
    }
  }
  if (rollout.phase === 'completed') {
    return {
      tone: 'allow',
      word: 'Released',
      sentence: `${candidate} has all traffic.`,
      follows: decision ? decision.because : '',
    }
  }
  const sentence = decision?.because ?? 'Started; the first check is on its way.'
  const share = `${rollout.weightBp / 100} %`
  if (rollout.phase === 'paused')
    return {
      tone: 'hold',
      word: 'Paused',
      sentence,
      follows: `Traffic stays at ${share} until somebody resumes it. It is still stopped if the evidence says so.`,
    }
  if (!decision)
    return {
      tone: 'neutral',
      word: 'Starting',
      sentence,
      follows: `${candidate} gets ${share} of new conversations.`,
    }
  if (rollout.approvalAskedAt)
    return {
      tone: 'hold',
      word: 'Waiting for approval',
      sentence,
      follows: 'Evidence and time are there; a person has to open the next stage.',
    }
  switch (decision.outcome) {
    case 'allow':
      return {
        tone: 'allow',
        word: 'Fine',
        sentence,
        follows: `${candidate} gets ${share} of new conversations.`,
      }
    case 'stop':
      return { tone: 'stop', word: 'Stop', sentence, follows: 'It could not be carried out; see the record.' }
    default:
      return {
        tone: 'hold',
        word: 'Holding',
        sentence,
        follows: `Traffic stays at ${share}: it neither grows nor goes back.`,
      }
  }
}

export function nextOf(
  rollout: Rollout,
  advance: boolean,
  incident: Incident | null,
  stableRuns: number,
  now: Date,
): NextView | null {
  if (rollout.phase === 'rolled_back') return incident ? nextOfRecovery(rollout, incident, stableRuns) : null
  if (rollout.phase === 'completed') {
    const ends = rollout.rollbackWindowEndsAt
    return ends && ends > now
      ? {
          label: 'Rollback window ends in',
          at: ends.toISOString(),
          note: `until then it can go back to ${rollout.stable}`,
        }
      : null
  }
  if (rollout.phase === 'paused')
    return { label: 'Waits for a person', at: null, note: 'resume, or roll back' }
  const stage = rollout.policy.stages[rollout.stageIndex + 1]
  if (!stage) return null
  const to = `to ${stage.weightPercent} %`
  const state = gate(rollout, advance, now)
  if (state.kind === 'approval') return { label: 'Waits for approval', at: null, note: to }
  if (state.kind === 'open') return { label: 'Moves at the next check', at: null, note: to }
  if (state.at)
    return {
      label: 'Moves in',
      at: state.at.toISOString(),
      note: stage.gate === 'approval' ? `${to}, if a person approves` : `${to}, unless the evidence turns`,
    }
  if (whyFrozen(rollout, now)) return { label: 'Frozen: no guard is judging', at: null, note: to }
  const ends = holdEndsAt(rollout)
  const waits = { label: 'Waits for the evidence', at: null }
  return ends > now
    ? { ...waits, note: to, notBefore: ends.toISOString() }
    : { ...waits, note: `${to}; the time is over` }
}

function nextOfRecovery(rollout: Rollout, incident: Incident, stableRuns: number): NextView {
  if (incident.recovery !== 'verifying') {
    return {
      label: words[incident.recovery] ?? incident.recovery,
      at: null,
      note: incident.recoveryBecause ?? '',
    }
  }
  const missing = Math.max(0, rollout.policy.recoveryRunsMin - stableRuns)
  return {
    label: 'Recovery verdict in',
    at: incident.recoveryUntil.toISOString(),
    note: missing > 0 ? `needs ${missing} more stable runs` : `${stableRuns} stable runs so far`,
  }
}

const words: Readonly<Record<string, string>> = {
  recovered: 'Recovered',
  not_recovered: 'Not recovered',
  inconclusive: 'Recovery inconclusive',
}
