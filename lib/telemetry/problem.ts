/** What is wrong at one place of an input, as the `errors` of a problem document want it. */
export interface Problem {
  /** As in `resourceSpans[0].scopeSpans[0].spans[3].spanId`; empty for the input as a whole. */
  readonly path: string
  readonly given: string
  readonly expected: string
}

/** The problem in one line. */
export function describeProblem({ path, given, expected }: Problem): string {
  return `${path || 'the body'}: ${given}; expected ${expected}`
}

/** Stops the reading of a body that cannot be read at all. Thrown and caught inside lib/telemetry only. */
export class Unreadable extends Error {
  readonly status: 400 | 413
  readonly problem: Problem

  constructor(problem: Problem, status: 400 | 413 = 400) {
    super(describeProblem(problem))
    this.status = status
    this.problem = problem
  }
}
