/** What an edge saw at its door and did not count as a run, in the words of whoever has to mend it. */

export const edgeNoteKinds = [
  'token_unknown',
  'scope_missing',
  'agent_unknown',
  'agent_foreign',
  'unreadable',
  'spans_refused',
  'no_run',
  'overloaded',
  'scores_refused',
  'score_without_run',
  'asked',
] as const
export type EdgeNoteKind = (typeof edgeNoteKinds)[number]

export interface EdgeNote {
  readonly kind: EdgeNoteKind
  /** As it was named; null where nobody was. */
  readonly agent: string | null
  /** What was wrong with the last of them; empty where the kind says all. */
  readonly detail: string
  readonly count: number
  readonly lastAt: Date
}

/** One more of the same. */
export function noted(notes: readonly EdgeNote[], next: EdgeNote): readonly EdgeNote[] {
  const isSame = (each: EdgeNote) => each.kind === next.kind && each.agent === next.agent
  const before = notes.find(isSame)
  if (!before) return [...notes, next]
  const both = { ...next, count: before.count + next.count }
  return notes.map((each) => (isSame(each) ? both : each))
}

/**
 * Why the runs of this agent may not have arrived, newest first: what came after the newest run that was counted.
 * Somebody who may not see every agent is not told the names of others.
 */
export function hindrances(
  notes: readonly EdgeNote[],
  about: { readonly agent: string; readonly lastRunAt: Date | null; readonly seesAll: boolean },
): EdgeNote[] {
  return notes
    .filter((note) => note.kind !== 'asked')
    .filter((note) => note.agent === null || note.agent === about.agent || about.seesAll)
    .filter((note) => about.lastRunAt === null || note.lastAt > about.lastRunAt)
    .toSorted((a, b) => b.lastAt.getTime() - a.lastAt.getTime())
}

/** What is wrong, and what mends it. `agent` is the one that somebody is connecting. */
export function noteWords(note: Pick<EdgeNote, 'kind' | 'agent' | 'detail'>, agent: string): string {
  switch (note.kind) {
    case 'token_unknown':
      return 'The token is missing, or is none of ours. It goes into the header as “authorization: Bearer …”.'
    case 'scope_missing':
      return `The token may not do this: ${note.detail}. Make one on this page: it has what is needed.`
    case 'agent_unknown':
      return note.agent === null
        ? `The run names no agent. Set gen_ai.agent.name to ${agent}.`
        : `The run is of “${note.agent}”, and no such agent is registered. Set gen_ai.agent.name to ${agent}.`
    case 'agent_foreign':
      return `The run is of “${note.agent ?? ''}”, for which this token is not. Set gen_ai.agent.name to ${agent}.`
    case 'unreadable':
      return `It could not be read as OTLP: ${note.detail}.`
    case 'spans_refused':
      return `Its spans were refused: ${note.detail}.`
    case 'no_run':
      return 'Spans came, and none of them is a run: one needs gen_ai.operation.name = invoke_agent.'
    case 'overloaded':
      return 'This edge held as much telemetry as it can and asked for it to be sent again. Start another edge.'
    case 'scores_refused':
      return `Its scores were refused: ${note.detail}.`
    case 'score_without_run':
      return `Scores came and their run did not, within a day: ${note.detail}.`
    case 'asked':
      return `The version of ${note.agent ?? agent} was asked for.`
    default:
      return note.kind satisfies never
  }
}
