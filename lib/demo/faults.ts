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
}

const shares = { healthy: 0.004, healthyTool: 0.002, errors: 0.6, tools: 0.4, providerDown: 0.5 }
const medianMs = 240

/** How a run goes, given four random numbers in [0, 1): for failure, tool, and two for the time it takes. */
export function courseOf(
  faults: Faults,
  isCandidate: boolean,
  blips: boolean,
  random: readonly [number, number, number, number],
): Course {
  const [forFailure, forTool, a, b] = random
  const isStruck = isCandidate && faults.has('errors') && forFailure < shares.errors
  const isDown = faults.has('provider_down') && forFailure < shares.providerDown
  const toolShare = isCandidate && faults.has('tools') ? shares.tools : shares.healthyTool
  // Log-normal, as response times are: Box and Muller's transform, p95 at about 2.2 times the median.
  const spread = Math.exp(0.48 * Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b))
  return {
    fails: isStruck || isDown || (isCandidate && blips) || forFailure > 1 - shares.healthy,
    toolFails: isStruck || forTool < toolShare,
    latencyMs: medianMs * Math.min(spread, 8) * (isCandidate && faults.has('slow') ? 4 : 1),
    hangs: isCandidate && faults.has('silent'),
  }
}
