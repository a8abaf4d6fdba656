import type { Policy, Stage } from '#lib/domain/policy.ts'
import { stopSentence } from '#lib/domain/stopSentence.ts'
import type { Phase, Recovery, SwitchStatus } from '#lib/domain/rollout.ts'

/** The state of an agent in a word and a sentence, and what comes next. */

interface RolloutFacts {
  readonly rolloutId: string
  readonly stable: string
  readonly candidate: string
  readonly phase: Phase
  readonly stageIndex: number
  readonly stageEnteredAt: Date
  readonly weightBp: number
  readonly approvalAskedAt: Date | null
  readonly rollbackWindowEndsAt: Date | null
  readonly startedAt: Date
  readonly switchStatus: SwitchStatus | null
  readonly recovery: Recovery | null
  readonly incidentId: string | null
  readonly policy: Policy
  readonly outcome: string | null
  readonly reason: string | null
  readonly because: string | null
  readonly note: string | null
  /** Who stopped it; null where the policy did. */
  readonly stoppedBy: string | null
  readonly recoveryUntil: Date | null
  readonly recoveryBecause: string | null
  readonly candidateLocked: boolean
}
type NoRollout = { readonly [Key in keyof Omit<RolloutFacts, 'candidateLocked'>]: null }

export type NowRow = {
  readonly agent: string
  readonly displayName: string
  readonly stableVersion: string | null
  readonly writesDenied: boolean
} & (RolloutFacts | (NoRollout & { readonly candidateLocked: boolean }))

export type RolloutRow = NowRow & RolloutFacts

export type Group = 'attention' | 'moving' | 'steady'

export interface Next {
  /** When it comes by itself; null when it waits for something else than time. */
  readonly at: string | null
  /** What comes, or what it waits for. */
  readonly what: string
}

export interface State {
  readonly group: Group
  readonly tone: 'stop' | 'hold' | 'allow' | 'neutral'
  readonly word: string
  readonly sentence: string
  readonly next: Next | null
}

/** Whether there ever was a rollout. */
export function hasRollout(row: NowRow): row is RolloutRow {
  return row.rolloutId !== null
}

/** What an agent's newest rollout is at, and what comes of it by itself. */
export function stateOf(row: NowRow, now: Date): State {
  if (!hasRollout(row)) return withoutRollout(row.stableVersion)
  switch (row.phase) {
    case 'pending':
      return { group: 'moving', tone: 'neutral', word: 'pending', sentence: 'Has not started.', next: null }
    case 'progressing':
      return progressing(row, now)
    case 'paused':
      return {
        group: 'moving',
        tone: 'hold',
        word: 'paused',
        sentence: `Stays at ${percent(row)} until somebody resumes it.${said(row.because)}`,
        next: { at: null, what: 'waits for a person' },
      }
    case 'completed':
      return completed(row, now)
    case 'rolled_back':
      return rolledBack(row)
    default:
      return row.phase satisfies never
  }
}

function withoutRollout(stable: string | null): State {
  const sentence = stable ? 'No rollout yet.' : 'No stable version yet: register one and adopt it.'
  return { group: 'steady', tone: 'neutral', word: stable ? 'steady' : 'new', sentence, next: null }
}

function progressing(row: RolloutRow, now: Date): State {
  const next = nextStage(row, now)
  if (row.outcome === null) {
    const sentence = 'Started; the first check is on its way.'
    const waits = { at: null, what: 'waits for the first check' }
    return { group: 'moving', tone: 'neutral', word: 'starting', sentence, next: waits }
  }
  const sentence = row.because ?? ''
  if (row.approvalAskedAt || row.reason === 'approval_required') {
    const waits = { at: null, what: 'waits for approval' }
    return { group: 'attention', tone: 'hold', word: 'approval', sentence, next: waits }
  }
  if (row.outcome === 'allow') return { group: 'moving', tone: 'allow', word: 'fine', sentence, next }
  const group = row.reason === 'telemetry_outage' ? 'attention' : 'moving'
  return { group, tone: 'hold', word: 'holding', sentence, next: { at: null, what: holdWords(row.reason) } }
}

/** What a rollout on hold waits for, in few words. */
function holdWords(reason: string | null): string {
  switch (reason) {
    case 'insufficient_data':
      return 'waits for more runs'
    case 'evidence_rising':
      return 'waits for the evidence'
    case 'stable_degraded':
      return 'waits for the stable'
    case 'candidate_silent':
    case 'telemetry_outage':
      return 'waits for telemetry'
    default:
      return 'holds here'
  }
}

function nextStage(row: RolloutRow, now: Date): Next | null {
  const next: Stage | undefined = row.policy.stages[row.stageIndex + 1]
  const stage = row.policy.stages[row.stageIndex]
  if (!next || !stage) return null
  const to = `to ${next.weightPercent} %${next.gate === 'approval' ? ', approval' : ''}`
  const ends = new Date(row.stageEnteredAt.getTime() + stage.holdSeconds * 1000)
  return { at: ends > now ? ends.toISOString() : null, what: ends > now ? to : `${to}, next check` }
}

function completed(row: RolloutRow, now: Date): State {
  const ends = row.rollbackWindowEndsAt
  if (!ends || ends <= now) {
    const sentence = `${row.candidate} has all traffic; its rollback window is over.`
    return { group: 'steady', tone: 'neutral', word: 'steady', sentence, next: null }
  }
  const next = { at: ends.toISOString(), what: 'rollback window ends' }
  if (row.outcome === 'hold' && row.reason === 'evidence_rising') {
    return { group: 'moving', tone: 'hold', word: 'soaking', sentence: row.because ?? '', next }
  }
  const sentence = `${row.candidate} has all traffic; rollback to ${row.stable} is ready.`
  return { group: 'steady', tone: 'allow', word: 'soaking', sentence, next }
}

function rolledBack(row: RolloutRow): State {
  const lock = row.candidateLocked ? `; ${row.candidate} is locked` : ''
  switch (row.recovery) {
    case 'recovered':
      return {
        group: 'steady',
        tone: 'neutral',
        word: 'rolled back',
        sentence: `Recovery to ${row.stable} was proven${lock}.`,
        next: null,
      }
    case 'not_recovered':
      return attention('stop', 'not recovered', row.recoveryBecause ?? '', 'needs a person')
    case 'inconclusive':
      return attention('hold', 'unproven', row.recoveryBecause ?? '', 'needs a person')
    case 'verifying':
    case null: {
      const failed = row.switchStatus === 'failed' ? ' The switch was not seen in force yet.' : ''
      const next = { at: row.recoveryUntil?.toISOString() ?? null, what: 'recovery verdict' }
      const sentence = `${stopSentence({ because: row.note, person: row.stoppedBy })}${failed}`
      return { group: 'attention', tone: 'stop', word: 'stopped', sentence, next }
    }
    default:
      return row.recovery satisfies never
  }
}

function attention(tone: 'stop' | 'hold', word: string, sentence: string, what: string): State {
  return { group: 'attention', tone, word, sentence, next: { at: null, what } }
}

function percent(row: RolloutRow): string {
  return `${row.weightBp / 100} %`
}

function said(because: string | null): string {
  return because ? ` ${because}` : ''
}
