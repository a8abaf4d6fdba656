import type { RunEvidence, RunOutcome } from '#lib/domain/runEvidence.ts'
import { runsOfTurn } from '#lib/domain/runEvidence.ts'
import type { RunView } from '#lib/views/run.ts'
import type { SpanLine } from '#lib/views/runSpans.ts'

/** Runs and their spans in words. */

export const outcomeWords: Record<RunOutcome, string> = {
  ok: 'OK',
  failed: 'Failed',
  cancelled: 'Stopped by its user',
}

/** In a list. */
export const evidenceWords: Record<RunEvidence, string> = {
  first: 'first run',
  later: 'later turn',
  no_version: 'no version',
  no_rollout: 'no rollout',
  older: 'older conversation',
  moved: 'changed version',
  retry: 'retry',
  folded: 'part of another run',
  unknown: 'reason not kept',
}

/** Why it counts, or does not. */
export function evidenceSentence({ evidence, turn }: Pick<RunView, 'evidence' | 'turn'>): string {
  switch (evidence) {
    case 'first':
      return 'It is the first run of its conversation.'
    case 'later':
      return `It is ${turnWords(turn ?? 1)} of its conversation, and is compared with the same turns of the other version.`
    case 'no_version':
      return 'It does not say which version it was of. Set gen_ai.agent.version on the span of the run.'
    case 'no_rollout':
      return 'No rollout compared this version when the run came in.'
    case 'older':
      return 'Its conversation began before the rollout did.'
    case 'moved':
      return 'Its conversation was served by more than one version.'
    case 'retry':
      return 'It retries a run that counted already.'
    case 'folded':
      return 'It is part of another run, which is counted instead.'
    case 'unknown':
      return 'What says why is kept for a day after the last run of a conversation, and is gone.'
    default:
      return evidence satisfies never
  }
}

function turnWords(turn: number): string {
  const { from, to } = runsOfTurn(turn)
  if (to === from) return `run ${from}`
  return to === null ? `run ${from.toLocaleString('en')} or later` : `run ${from} to ${to}`
}

export function isCounted(evidence: RunEvidence): boolean {
  return evidence === 'first' || evidence === 'later'
}

/** Where the version of a run was read from. */
export const versionSources: Record<RunView['rung'], string> = {
  span: 'The span of the run says so, in gen_ai.agent.version.',
  resource:
    'Its process says so, in the resource attribute gen_ai.agent.version. That is wrong as soon as two versions run in one process.',
  assignment: 'Switchback decided so, and the run carries the decision in switchback.version.',
  framework: 'The framework’s metadata says so, in agent_version.',
  deployment: 'Its deployment says so, in deployment.id or deployment.name.',
  service: 'Its service says so, in service.version: nothing nearer to the run names a version.',
  unattributed:
    'Nothing on the run names a version that can be one. Set gen_ai.agent.version on the span of the run.',
}

export const spanWords: Record<SpanLine['kind'], string> = {
  run: 'agent',
  chain: 'chain',
  tool: 'tool',
  inference: 'model',
  execution: 'tool execution',
  wait: 'waiting for a person',
  link: 'other work',
  other: 'a span of another agent',
}

/** `250 ms`, `1.94 s`, `3 min 12 s`. */
export function durationWords(ms: number): string {
  if (ms < 999.5) return ms > 0 && ms < 0.95 ? '< 1 ms' : `${Math.round(ms)} ms`
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `$0.0421`: three digits that say something, never rounded to nothing. */
export function costWords(usd: number): string {
  if (usd === 0) return '$0'
  if (usd >= 1) return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  return usd < 0.000_001
    ? '< $0.000001'
    : `$${Number(usd.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 9 })}`
}

export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
