import type { Decision } from './decide.ts'
import type { SilenceFlip, StopFlip } from './flip.ts'
import { grouped, plural } from './numbers.ts'

/** What would change a decision, for a person. A conversation counts with its first run. */

export function stopFlipSentence(flip: StopFlip | SilenceFlip): string {
  if (flip.family === 'silence')
    return `${plural(flip.stableRuns, 'more stable run')} while none of the candidate comes for a minute would stop it.`
  const { family, x, among } = flip
  const next = `the next ${plural(among, 'candidate run')}`
  switch (family) {
    case 'errors':
      return `${plural(x, 'failure')} among ${next} would stop it.`
    case 'latency':
      return `${plural(x, 'slow run')} among ${next} would stop it.`
    case 'tools':
      return `A failed tool call in ${grouped(x)} of ${next} would stop it.`
    case 'cost':
      return `${grouped(x)} of ${next} at ten budgets or more would stop it.`
    case 'quality':
      return `${plural(x, 'worst possible score')} among ${next} would stop it.`
    default:
      return family satisfies never
  }
}

/** What would turn a hold into an allow: in runs (`runsToAllow`), or in words where no runs would do it. */
export function allowFlipSentence({ reason, lacking }: Decision, runs: number | null): string {
  switch (reason) {
    case 'approval_required':
      return 'A person decides; no number of runs does.'
    case 'stable_degraded':
      return 'It goes on when the stable is back under its limit.'
    case 'telemetry_outage':
    case 'candidate_silent':
      return runs === null
        ? 'Candidate runs have to come in again.'
        : `Candidate runs have to come in again: ${plural(runs, 'more healthy one')} would let it go on.`
    case 'insufficient_data':
      if (runs !== null) return moreHealthy(runs)
      return lacking.length > 0
        ? 'Candidate runs have to carry what is missing; a person may promote it.'
        : 'No number of healthy runs alone would let it go on; a person may promote it.'
    default:
      return runs === null ? 'No number of healthy runs alone would let it go on.' : moreHealthy(runs)
  }
}

function moreHealthy(runs: number): string {
  return `${plural(runs, 'more healthy candidate run')} would let it go on.`
}
