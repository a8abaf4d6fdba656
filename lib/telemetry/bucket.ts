import { addTo } from '#lib/domain/histogram.ts'
import type { Tally } from '#lib/domain/tally.ts'
import type { Run } from './run.ts'

/** How long one bucket of evidence is. */
export const bucketSeconds = 10

/** The start of the bucket this moment falls in: a multiple of ten seconds since 1970. */
export function bucketStart(at: Date): Date {
  const bucketMs = bucketSeconds * 1000
  return new Date(Math.floor(at.getTime() / bucketMs) * bucketMs)
}

/** What is counted of a run. */
export type Tallied = Pick<
  Run,
  | 'failed'
  | 'cancelled'
  | 'toolCalls'
  | 'toolFailures'
  | 'latencyMs'
  | 'costUsd'
  | 'costUncachedUsd'
  | 'inputTokens'
  | 'outputTokens'
>

/**
 * What one run adds to the tally of its version. A run of unknown cost adds nothing to what cost is read
 * from.
 */
export function tallyOf(run: Tallied): Tally {
  const hasTools = run.toolCalls > 0
  return {
    runs: 1,
    errors: run.failed ? 1 : 0,
    toolRuns: hasTools ? 1 : 0,
    toolHurt: run.toolFailures > 0 ? 1 : 0,
    toolShare: hasTools ? run.toolFailures / run.toolCalls : 0,
    toolCalls: run.toolCalls,
    toolFailures: run.toolFailures,
    cancelled: run.cancelled ? 1 : 0,
    priced: run.costUsd === null ? 0 : 1,
    costUsd: run.costUsd ?? 0,
    inputTokens: run.inputTokens,
    outputTokens: run.outputTokens,
    latency: addTo({}, run.latencyMs),
    cost: run.costUsd === null ? {} : addTo({}, run.costUsd),
    uncachedCost: run.costUncachedUsd === null ? {} : addTo({}, run.costUncachedUsd),
  }
}
