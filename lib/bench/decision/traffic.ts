import type { Side } from '#lib/domain/observation/checkOf.ts'
import type { ObservedRun } from '#lib/domain/observation/observation.ts'
import type { Draws } from './draws.ts'
import type { Fault, Setting } from './setting.ts'

/** Who talks to the agent, and how its runs go. Times are milliseconds; the rollout begins at 0. */

/** A conversation, or a user. */
export interface Talk {
  readonly unit: number
  /** What the split draws, once. */
  readonly drawn: number
  readonly isHard: boolean
  /** How much slower than usual its runs are. */
  readonly pace: number
  /** How many runs are to come, and how many there were. */
  left: number
  number: number
  /** The version that it stays on; null before its first run, and where it is drawn anew. */
  pin: Side | null
  /** Whether the next run tries again what the one before did. */
  isRetry: boolean
}

export interface SimulatedRun extends ObservedRun {
  readonly side: Side
  readonly unit: number
  readonly isRetry: boolean
  readonly receivedAt: number
}

/** The share that the runs of a hard conversation fail with, where they fail together. */
const hardShare = 0.6
const coldMs = 45_000
const costUsd = 0.01
const outageEveryMs = 1_500_000
const outageMs = 180_000

export function newTalk(setting: Setting, draws: Draws, unit: number): Talk {
  const { dependent, errors, turnsMax, users } = setting
  const easy = errors / 4
  return {
    unit,
    drawn: draws.share(),
    isHard: dependent && draws.isOne((errors - easy) / (hardShare - easy)),
    pace: dependent ? Math.exp(0.3 * draws.normal()) : 1,
    // As many short ones as long ones, by the order of their length.
    left: users > 0 ? 1 : Math.max(1, Math.floor((turnsMax + 1) ** draws.share())),
    number: 0,
    pin: null,
    isRetry: false,
  }
}

export interface Begins {
  readonly at: number
  readonly side: Side
  /** When the share rose last. */
  readonly shareSince: number
  readonly isRetry: boolean
  /** The fault that this run has; null of none. */
  readonly fault: Fault | null
}

/** How a run goes that begins now, and when it is over by a clock that is right; no run of one that hangs. */
export function runOf(
  setting: Setting,
  draws: Draws,
  talk: Talk,
  { at, side, shareSince, isRetry, fault }: Begins,
): { endsAt: number; run: SimulatedRun } | null {
  if (fault?.hung !== undefined && draws.isOne(fault.hung)) return null
  const isCandidate = side === 'candidate'
  const cold = isCandidate && at - shareSince < coldMs ? setting.cold : 1
  const slower = (isCandidate ? setting.slower : 1) * (fault?.slower ?? 1) * cold
  const usual = setting.medianS * 1000 * Math.exp(setting.sigma * draws.normal()) * talk.pace
  const failed = draws.isOne(failingShare(setting, talk, at, fault))
  const whole = failed ? failingMs(setting, draws, usual * slower) : usual * slower
  const stopsMs = setting.cancels ? draws.exponential(20_000 * setting.medianS) : Number.POSITIVE_INFINITY
  const cancelled = stopsMs < whole
  const latencyMs = Math.max(1, Math.min(whole, stopsMs))
  const calls = draws.poisson(2)
  const failures = countOf(calls, () => draws.isOne(fault?.tools ?? setting.tools))
  const uncached =
    costUsd *
    Math.exp(0.4 * draws.normal()) *
    Math.sqrt(usual / 1000 / setting.medianS) *
    (fault?.dearer ?? 1)
  const endsAt = at + latencyMs
  const skew = 1000 * setting.clockS[side]
  const [least, most] = setting.lagS[side]
  return {
    endsAt,
    run: {
      side,
      unit: talk.unit,
      isRetry,
      receivedAt: endsAt + 1000 * draws.within(least, most),
      startedAt: at + skew,
      endedAt: endsAt + skew,
      latencyMs,
      failed: failed && !cancelled,
      cancelled,
      tools: calls > 0 ? [{ name: 'search', calls, failures }] : [],
      costUsd: cold > 1 ? uncached : uncached * 0.7,
      costUncachedUsd: uncached,
      attributes: {},
    },
  }
}

function failingShare(
  { errors, dependent, outage }: Setting,
  { isHard }: Talk,
  at: number,
  fault: Fault | null,
) {
  const easy = dependent ? errors / 4 : errors
  const own = isHard ? hardShare : easy
  const shared = outage > 0 && at > 0 && at % outageEveryMs > outageEveryMs - outageMs ? outage : 0
  return Math.max(own, shared, fault?.errors ?? 0)
}

function failingMs({ failsHow, medianS }: Setting, draws: Draws, usual: number): number {
  const timeout = 3000 * medianS
  switch (failsHow) {
    case 'alike':
      return usual
    case 'early':
      return usual * draws.within(0.02, 0.3)
    case 'timeout':
      return timeout
    case 'both':
      return draws.isOne(0.5) ? usual * draws.within(0.02, 0.3) : timeout
    default:
      return failsHow satisfies never
  }
}

function countOf(times: number, isOne: () => boolean): number {
  let count = 0
  for (let each = 0; each < times; each += 1) count += Number(isOne())
  return count
}
