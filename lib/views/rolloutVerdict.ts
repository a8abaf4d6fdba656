import { gate, holdEndsAt } from '#lib/domain/gate.ts'
import { whyFrozen } from '#lib/domain/guardWatch.ts'
import type { Policy } from '#lib/domain/policy.ts'
import type { Recovery, Rollout, SwitchStatus } from '#lib/domain/rollout.ts'
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
    return {
      tone: 'stop',
      word: 'Stopped',
      sentence: stopSentence({
        because: incident?.note ?? null,
        person: incident && incident.decisionId === null ? (incident.actor as { name: string }).name : null,
      }),
      follows: [
        trafficSentence(stable, rollout.switchStatus === 'requested'),
        lockSentence(candidate, locked),
        `The reason is ${incident?.reason ?? 'not known'}.`,
      ].join(' '),
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
        follows: [
          `${candidate} gets ${share} of new conversations.`,
          ...(rollout.lacks === null ? [] : [`The next stage waits: ${rollout.lacks}.`]),
        ].join(' '),
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
  if (rollout.phase === 'rolled_back')
    return incident ? nextOfRecovery(rollout.policy, incident, stableRuns) : null
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
  const waits = {
    label: advance && rollout.lacks !== null ? 'Waits for more runs' : 'Waits for the evidence',
    at: null,
  }
  return ends > now
    ? { ...waits, note: to, notBefore: ends.toISOString() }
    : { ...waits, note: `${to}; the time is over` }
}

/** The verdict on an incident: how the recovery stands, whether the switch is in force, and the candidate locked. */
export function incidentVerdict(
  { agent, fromVersion, toVersion, recovery }: Incident,
  switchStatus: SwitchStatus | null,
  locked: boolean,
): VerdictView {
  const { tone, word } = recoveryVerdicts[recovery as Recovery]
  return {
    tone,
    word,
    sentence: `${agent} went back from ${fromVersion} to ${toVersion}.`,
    follows: `The switch ${switchWords[switchStatus ?? 'requested']}. ${lockSentence(fromVersion, locked)}`,
  }
}

const recoveryVerdicts: Record<Recovery, Pick<VerdictView, 'tone' | 'word'>> = {
  verifying: { tone: 'stop', word: 'Stopped' },
  recovered: { tone: 'allow', word: 'Recovered' },
  not_recovered: { tone: 'stop', word: 'Not recovered' },
  inconclusive: { tone: 'hold', word: 'Recovery unproven' },
}

const switchWords: Record<SwitchStatus, string> = {
  requested: 'is ordered, and not yet seen in force',
  applied: 'is in force at every edge',
  verified: 'was verified in the traffic',
  failed: 'was not seen in force; it is tried again',
}

function trafficSentence(stable: string, ordered: boolean): string {
  return ordered ? `All traffic is ordered back to ${stable}.` : `All traffic is on ${stable}.`
}

function lockSentence(candidate: string, locked: boolean): string {
  return locked ? `${candidate} is locked until its incident is reviewed.` : `${candidate} is not locked.`
}

/** When the recovery is judged, and what it lacks; then what was found. */
export function nextOfRecovery(policy: Policy, incident: Incident, stableRuns: number): NextView {
  if (incident.recovery !== 'verifying') {
    return {
      label: words[incident.recovery] ?? incident.recovery,
      at: null,
      note: incident.recoveryBecause ?? '',
    }
  }
  const missing = Math.max(0, policy.recoveryRunsMin - stableRuns)
  const needs = `needs ${missing} more stable runs`
  const lacking = isStretched(policy, incident) ? `at the latest; ${needs}` : needs
  return {
    label: 'Recovery verdict in',
    at: incident.recoveryUntil.toISOString(),
    note: missing > 0 ? lacking : `${stableRuns} stable runs so far`,
  }
}

/** Whether it takes clearly longer than the policy says, so that it may be over sooner than it has to be. */
function isStretched({ stabilityWindowSeconds }: Policy, { appliedAt, recoveryUntil }: Incident): boolean {
  if (!appliedAt) return false
  return recoveryUntil.getTime() - appliedAt.getTime() > stabilityWindowSeconds * 1200
}

const words: Readonly<Record<string, string>> = {
  recovered: 'Recovered',
  not_recovered: 'Not recovered',
  inconclusive: 'Recovery inconclusive',
}
