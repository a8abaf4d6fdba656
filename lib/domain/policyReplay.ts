import { type RecordedCheck, replayRecorded } from './decision/recorded.ts'
import { namedLimits } from './namedMetricLoosening.ts'
import { metrics, type Metric, type Policy } from './policy.ts'

/** What a draft would have done to rollouts that are over: the same engine on the checks that were kept. */

export interface PastRollout {
  readonly id: string
  readonly candidate: string
  /** The policy it ran under. */
  readonly policy: Policy
  /** In order, as they were counted then. */
  readonly checks: readonly RecordedCheck[]
  /** There are more checks after these, which are not looked at. */
  readonly isCut: boolean
}

export interface Replayed {
  readonly id: string
  readonly candidate: string
  /** Seconds from the beginning of the evidence to the stop; null where it was not stopped. */
  readonly wasStoppedAt: number | null
  readonly wouldStopAt: number | null
  /** Seconds from the beginning of the evidence to the last check: what would come later is not known. */
  readonly knownUntil: number
  readonly isCut: boolean
  readonly verdict: 'same' | 'gained' | 'lost' | 'earlier' | 'later'
  /** What the checks were counted by, as the document names it: with another one it is not known what they would count. */
  readonly notReplayed: readonly string[]
}

/** Runs the draft over each rollout's checks. A rollout without checks says nothing and is left out. */
export function replayDraft(draft: Policy, past: readonly PastRollout[]): Replayed[] {
  return past.filter(({ checks }) => checks.length > 0).map((rollout) => replayOne(draft, rollout))
}

function replayOne(draft: Policy, { id, candidate, policy, checks, isCut }: PastRollout): Replayed {
  const wasStoppedAt = stopOf(policy, checks)
  const wouldStopAt = stopOf(draft, checks)
  return {
    id,
    candidate,
    wasStoppedAt,
    wouldStopAt,
    knownUntil: checks.at(-1)?.at ?? 0,
    isCut,
    verdict: verdictOf(wasStoppedAt, wouldStopAt),
    notReplayed: notReplayed(draft, policy),
  }
}

function notReplayed(draft: Policy, policy: Policy): string[] {
  const counted = new Map(namedLimits(policy).map(({ path, about }) => [path, about]))
  const cancelled = (of: Policy) => [...of.cancelled].sort().join('\n')
  return [
    ...metrics.filter(
      (metric) => isCountedOver(metric) && limitOf(draft, metric) !== limitOf(policy, metric),
    ),
    ...namedLimits(draft)
      .filter(({ path, about }) => counted.get(path) !== about)
      .map(({ path }) => path),
    ...(cancelled(draft) === cancelled(policy) ? [] : ['cancelled']),
    ...(draft.warmupSeconds === policy.warmupSeconds ? [] : ['evidence.warmup']),
  ]
}

/** When the policy stops on these checks, seconds since the first evidence; null when it does not. */
function stopOf(policy: Policy, checks: readonly RecordedCheck[]): number | null {
  const index = replayRecorded(policy, checks).findIndex(({ outcome }) => outcome === 'stop')
  return index < 0 ? null : (checks[index]?.at ?? null)
}

function verdictOf(was: number | null, would: number | null): Replayed['verdict'] {
  if (was === would) return 'same'
  if (was === null) return 'gained'
  if (would === null) return 'lost'
  return would < was ? 'earlier' : 'later'
}

/** A check counts runs that are slower, or dearer, than the limit of its time. Failures are counted as such. */
function isCountedOver(metric: Metric): boolean {
  return metric === 'latency_p95_ms' || metric === 'cost_per_run_usd'
}

function limitOf(policy: Policy, metric: Metric): number | null {
  return policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null
}
