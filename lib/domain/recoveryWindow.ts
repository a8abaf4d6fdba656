import type { Policy } from './policy.ts'

/** How long a recovery is watched, by the policy and by the traffic that there is to prove it with. */
export interface RecoveryWindow {
  /** The verdict comes no sooner, in seconds since the switch was in force. */
  readonly earliestS: number
  /** And no later, in seconds since then: what is not proven by then is inconclusive. */
  readonly latestS: number
  /** When about as many runs are there as the policy asks for, in seconds; null where that is not to be expected. */
  readonly provenAfterS: number | null
}

type Asked = Pick<Policy, 'stabilityWindowSeconds' | 'recoveryRunsMin'>

/** The longest window that sparse traffic gets, in seconds. */
export const windowMaxS = 6 * 3600

/**
 * The window of a recovery: as long as the policy says and a run takes to mature, and longer where the runs that it
 * asks for will not have come by then, up to `windowMaxS`. A stretched window ends as soon as they are there.
 *
 * @param stableRunsPerMinute what the stable will get with all traffic; 0 where nothing is known, which stretches nothing
 * @param matureS the age at which a run is judged, in seconds (`matureAfterS`)
 */
export function recoveryWindow(policy: Asked, stableRunsPerMinute: number, matureS: number): RecoveryWindow {
  const earliestS = policy.stabilityWindowSeconds + matureS
  const most = Math.max(earliestS, windowMaxS)
  if (!(stableRunsPerMinute > 0)) return { earliestS, latestS: earliestS, provenAfterS: null }
  const surelyS = matureS + (surelyIn(policy.recoveryRunsMin) / stableRunsPerMinute) * 60
  const aboutS = matureS + (policy.recoveryRunsMin / stableRunsPerMinute) * 60
  return {
    earliestS,
    latestS: Math.min(Math.max(earliestS, surelyS), most),
    provenAfterS: surelyS <= most ? Math.max(earliestS, aboutS) : null,
  }
}

/** Of how many expected runs at least `runs` come, 49 times in 50: two deviations of a Poisson count below. */
function surelyIn(runs: number): number {
  return 2 + runs + 2 * Math.sqrt(1 + runs)
}

/** As many runs as may be asked for so that they come within the longest window; the inverse of `surelyIn`. */
function runsWithin(expected: number): number {
  return Math.floor(expected - 2 * Math.sqrt(expected))
}

/**
 * What a person is told before a rollout when a rollback's recovery will take longer than the policy's window, or will
 * not be proven at all; null when there is nothing to tell.
 */
export function recoveryNote(
  agent: string,
  policy: Asked,
  stableRunsPerMinute: number,
  matureS: number,
): string | null {
  const needed = policy.recoveryRunsMin
  const ask = `${needed} ${needed === 1 ? 'run' : 'runs'} of the stable version`
  if (!(stableRunsPerMinute > 0))
    return `no run of ${agent} came in during the last day: if none comes after a rollback, its recovery will be inconclusive (${ask} are needed)`
  const { provenAfterS } = recoveryWindow(policy, stableRunsPerMinute, matureS)
  const has = `${agent} has ${rateWords(stableRunsPerMinute)}`
  if (provenAfterS === null) {
    const possible = runsWithin((stableRunsPerMinute * (windowMaxS - matureS)) / 60)
    const change = possible >= 1 ? `; with rollback.recovery_runs_min: ${possible} it can be proven` : ''
    return `${has}: after a rollback the recovery will be inconclusive, because ${ask} do not come within ${windowMaxS / 3600} h${change}`
  }
  if (provenAfterS <= policy.stabilityWindowSeconds * 1.2 + 1) return null
  const why =
    provenAfterS > policy.stabilityWindowSeconds + matureS
      ? has
      : `Runs of ${agent} take up to ${timeWords(matureS)}`
  return `${why}: after a rollback the recovery takes about ${timeWords(provenAfterS)} to prove`
}

function rateWords(perMinute: number): string {
  if (perMinute >= 1) return `about ${counted(Math.round(perMinute))} a minute`
  const perHour = perMinute * 60
  return perHour >= 1 ? `about ${counted(Math.round(perHour))} an hour` : 'less than one run an hour'
}

function counted(runs: number): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'}`
}

function timeWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  return `${Math.round(minutes / 6) / 10} h`
}
