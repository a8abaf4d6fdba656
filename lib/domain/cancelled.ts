/**
 * Types of error that say that somebody no longer wanted the answer: such a run is neither good nor bad. What a policy
 * that names none goes by.
 */
export const defaultCancelled: readonly string[] = [
  'AbortError',
  'CancelledError',
  'ABORT_ERR',
  'canceled',
  'cancelled',
  'CANCELLED',
]
