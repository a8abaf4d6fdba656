import type { ScoreTarget } from './score.ts'

/** A run as far as it matters to whom a score belongs. */
export interface ScoredRun {
  readonly traceId: string
  readonly spanId: string
  readonly agent: string
  readonly conversationId: string | null
  readonly startedAt: Date
  readonly endedAt: Date
}

/** What is known around the targets of scores. */
export interface Surroundings {
  readonly runs: readonly ScoredRun[]
  /** The parent of a span of a trace; null of one without, undefined of one that nobody knows. */
  parentOf(traceId: string, spanId: string): string | null | undefined
  /** The span of a model call, by the id of its response. */
  spanOfResponse(responseId: string): { readonly traceId: string; readonly spanId: string } | null
}

export interface WaitingScore extends ScoreTarget {
  /** Whose runs it may be joined to; empty: every agent's. */
  readonly agents: readonly string[]
  readonly at: Date
  /** Whether all has come that usually comes with it: only then is the second best run taken for the right one. */
  readonly isSettled: boolean
}

/**
 * The run that a score is of: the nearest above its span; else the outermost of its trace; else by the response that it
 * names; else the newest of its conversation that had begun by then. Null as long as none of them is here.
 */
export function joinScore(score: WaitingScore, around: Surroundings): ScoredRun | null {
  const { traceId, spanId, responseId, conversationId } = score
  if (traceId !== null) {
    const found = runInTrace(score, traceId, spanId, around)
    if (found) return found
  }
  if (responseId !== null) {
    const span = around.spanOfResponse(responseId)
    const found = span ? runInTrace(score, span.traceId, span.spanId, around) : null
    if (found) return found
  }
  return conversationId !== null && score.isSettled ? runOfConversation(score, conversationId, around) : null
}

function mayJoin({ agents }: WaitingScore, run: ScoredRun): boolean {
  return agents.length === 0 || agents.includes(run.agent)
}

function runInTrace(
  score: WaitingScore,
  traceId: string,
  spanId: string | null,
  around: Surroundings,
): ScoredRun | null {
  const runs = around.runs.filter((run) => run.traceId === traceId)
  if (spanId !== null) {
    const nearest = nearestAbove(traceId, spanId, runs, around)
    // The run of an agent that the sender may not speak for is not answered for by the one above it.
    if (nearest) return mayJoin(score, nearest) ? nearest : null
    if (!score.isSettled) return null
  }
  return outermostOf(runs.filter((run) => mayJoin(score, run)))
}

function nearestAbove(
  traceId: string,
  spanId: string,
  runs: readonly ScoredRun[],
  around: Surroundings,
): ScoredRun | null {
  const seen = new Set<string>()
  let at: string | null | undefined = spanId
  while (at !== null && at !== undefined && !seen.has(at)) {
    seen.add(at)
    const here = runs.find((run) => run.spanId === at)
    if (here) return here
    at = around.parentOf(traceId, at)
  }
  return null
}

/** The one that began first; of several at once, the one that went on for longest. */
function outermostOf(runs: readonly ScoredRun[]): ScoredRun | null {
  const [first = null] = runs.toSorted(
    (a, b) =>
      a.startedAt.getTime() - b.startedAt.getTime() ||
      b.endedAt.getTime() - a.endedAt.getTime() ||
      (a.spanId < b.spanId ? -1 : 1),
  )
  return first
}

/** What a user sees is the outermost run of a turn, not the agents that it asked. */
function runOfConversation(
  score: WaitingScore,
  conversationId: string,
  { runs }: Surroundings,
): ScoredRun | null {
  const begun = runs.filter(
    (run) => run.conversationId === conversationId && run.startedAt <= score.at && mayJoin(score, run),
  )
  const [newest] = begun.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime())
  if (!newest) return null
  const around = begun.filter(
    (run) =>
      run.traceId === newest.traceId && run.startedAt <= newest.startedAt && run.endedAt >= newest.endedAt,
  )
  return outermostOf(around)
}
