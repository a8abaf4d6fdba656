import type { DemoFault } from '#lib/domain/demo.ts'

/** What goes wrong while the fleet runs, run by run. */

export type Faults = ReadonlySet<DemoFault>

/** How one run goes. */
export interface Course {
  readonly fails: boolean
  /** Of the look-up; the writes do not fail. */
  readonly toolFails: boolean
  /** Milliseconds in all. */
  readonly latencyMs: number
  /** It never finishes: nothing is answered and nothing is told. */
  readonly hangs: boolean
  /** How long the sub-agent takes, besides, where it is called; milliseconds. */
  readonly subAgentMs: number | null
  /** How good the answer is, in [0, 1], as a judge would say. */
  readonly helpful: number
  /** Whether it reports `v2.4.0` where it is 2.4.0. */
  readonly isMislabelled: boolean
}

const shares = { healthy: 0.008, healthyTool: 0.002, errors: 0.6, tools: 0.4, providerDown: 0.5 }
const medianMs = 240
/** Five times as long as the exporter of the demo waits with a batch. */
const subAgentMs = 1_000
/** The answers' mean; each is within `helpfulSpread` of it. */
const helpful = { well: 0.9, worse: 0.4 }
const helpfulSpread = 0.1

/** How a run goes, given five random numbers in [0, 1): for failure, tool, two for the time it takes, and the answer. */
export function courseOf(
  faults: Faults,
  isCandidate: boolean,
  blips: boolean,
  random: readonly [number, number, number, number, number],
): Course {
  const [forFailure, forTool, a, b, forAnswer] = random
  const isStruck = isCandidate && faults.has('errors') && forFailure < shares.errors
  const isDown = faults.has('provider_down') && forFailure < shares.providerDown
  const isWorse = isCandidate && faults.has('worse_answers')
  const hasBadTool = isCandidate && (faults.has('tools') || faults.has('long_runs'))
  const toolShare = hasBadTool ? shares.tools : shares.healthyTool
  // Log-normal, as response times are: Box and Muller's transform, p95 at about 2.2 times the median.
  const spread = Math.exp(0.48 * Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b))
  return {
    fails: isStruck || isDown || (isCandidate && blips) || forFailure > 1 - shares.healthy,
    toolFails: isStruck || forTool < toolShare,
    latencyMs: medianMs * Math.min(spread, 8) * (isCandidate && faults.has('slow') ? 4 : 1),
    hangs: isCandidate && faults.has('silent'),
    subAgentMs: faults.has('long_runs') ? subAgentMs : null,
    helpful: (isWorse ? helpful.worse : helpful.well) + (2 * forAnswer - 1) * helpfulSpread,
    isMislabelled: isCandidate && faults.has('mislabelled'),
  }
}
