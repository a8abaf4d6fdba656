import { because } from './decision/because.ts'
import type { Check, MetricCounts } from './decision/check.ts'
import { decide, startEvidence } from './decision/decide.ts'
import type { DecisionPolicy, MetricRule } from './decision/decisionPolicy.ts'
import { policyForDecision } from './decision/policyForDecision.ts'
import type { Policy } from './policy.ts'
import { judgeRecovery, type RecoveryFacts } from './recovery.ts'

/**
 * A rehearsed rollback. Made-up runs go through the engine and the recovery rule of the policy in force; the switch is
 * a real revision of the routing table in which nothing but its number is another one, so that it takes the way of a
 * real rollback to every edge and instance and changes no conversation.
 */

/** After so long what is not in force, or not acknowledged, has failed. */
export const drillDeadlineMs = 30_000

/** Made-up traffic: so many runs of both versions a check, and how often the guard looks. */
const runsPerCheck = 100
const checkSeconds = 5
const healthyChecks = 12
const checksMax = 720

export interface Rehearsed {
  /** Null where the policy would not have stopped it by itself. */
  readonly stop: {
    readonly because: string
    /** From the first bad run, by the clock of the made-up traffic. */
    readonly seconds: number
    /** Candidate runs that went wrong until then. */
    readonly badRuns: number
  } | null
  /** The recovery rule says recovered of a stable that is well, and of no other. */
  readonly tellsRecovery: boolean
}

/** What the policy makes of a candidate that is healthy for a minute and then fails every run in every way. */
export function rehearse(policy: Policy): Rehearsed {
  return { stop: rehearseStop(policy), tellsRecovery: rehearseRecovery(policy) }
}

function rehearseStop(policy: Policy): Rehearsed['stop'] {
  const share = (policy.stages[0]?.weightPercent ?? 100) / 100
  const runs = Math.max(1, Math.round(runsPerCheck * share))
  const asked = policyForDecision(policy)
  let state = startEvidence(asked)
  for (let check = 1; check <= healthyChecks + checksMax; check += 1) {
    const bad = Math.max(0, check - healthyChecks)
    const went = { runs, bad: bad > 0 ? runs : 0, stable: runsPerCheck - runs }
    const looked = decide(asked, state, checkAt(asked, check * checkSeconds, share, went))
    if (looked.decision.outcome === 'stop') {
      const told = because(looked.decision, (seconds) => `${seconds} s`)
      return bad > 0 ? { because: told, seconds: bad * checkSeconds, badRuns: bad * runs } : null
    }
    state = looked.state
  }
  return null
}

interface Went {
  readonly runs: number
  /** Candidate runs that went wrong in every way that is counted. */
  readonly bad: number
  readonly stable: number
}

function checkAt(policy: DecisionPolicy, at: number, share: number, { runs, bad, stable }: Went): Check {
  const counts = (isMeant: (metric: MetricRule) => boolean): MetricCounts =>
    Object.fromEntries(
      policy.metrics
        .filter(isMeant)
        .map(({ id }) => [id, { candidate: [bad, runs] as const, stable: [0, stable] as const }]),
    )
  const isBeside = share < 1
  return {
    at,
    share,
    runs: { candidate: runs, stable },
    limits: counts(({ limit }) => limit !== null),
    cohorts: isBeside ? [{ period: 0, turn: 0, counts: counts(({ versus }) => versus) }] : [],
    silence: isBeside ? [{ period: 0, share, candidate: runs, stable }] : [],
  }
}

function rehearseRecovery(policy: Policy): boolean {
  const until = new Date(0)
  const facts = (runs: number, rate: number): RecoveryFacts => ({
    now: until,
    earliest: until,
    until,
    order: 'applied',
    candidate: { leaked: 0, finishing: 0 },
    stable: {
      runs,
      rates: {
        error_rate: rate,
        latency_p95_ms: rate * 1e9,
        tool_failure_rate: rate,
        cost_per_run_usd: rate * 1e9,
      },
    },
  })
  const { recoveryRunsMin: enough } = policy
  return (
    judgeRecovery(policy, facts(enough, 0)).recovery === 'recovered' &&
    judgeRecovery(policy, facts(enough, 1)).recovery !== 'recovered' &&
    (enough === 0 || judgeRecovery(policy, facts(enough - 1, 0)).recovery !== 'recovered')
  )
}

export interface DrillFacts {
  readonly rehearsed: Rehearsed
  readonly orderedAt: Date
  /** When every edge was seen to serve the revision; null while not. */
  readonly inForceAt: Date | null
  readonly edges: { readonly serving: number; readonly of: number }
  /** Null before it was asked. */
  readonly acks: { readonly complete: boolean; readonly of: number; readonly sentence: string } | null
  readonly now: Date
}

export type DrillVerdict =
  | { readonly status: 'running' }
  | { readonly status: 'passed' | 'failed'; readonly because: string }

/** How a drill stands. It passes when all of it was seen; what is not seen in time has failed. */
export function judgeDrill(facts: DrillFacts): DrillVerdict {
  const { rehearsed, edges, acks, inForceAt } = facts
  const failed = (because: string): DrillVerdict => ({ status: 'failed', because })
  if (!rehearsed.stop) return failed('The policy does not stop a candidate of which every run goes wrong')
  if (!rehearsed.tellsRecovery) return failed('The policy does not tell a recovery from none')
  const isLate = facts.now.getTime() - facts.orderedAt.getTime() >= drillDeadlineMs
  if (inForceAt && acks?.complete) {
    const ms = inForceAt.getTime() - facts.orderedAt.getTime()
    const instances = acks.of === 0 ? 'no instance reports' : acks.sentence
    return {
      status: 'passed',
      because: `In force at ${countOf(edges.of, 'edge')} after ${(ms / 1000).toFixed(2)} s; ${instances}`,
    }
  }
  if (!isLate) return { status: 'running' }
  const within = `within ${drillDeadlineMs / 1000} s`
  if (inForceAt) return failed(`${acks?.sentence ?? 'No instance was asked'} ${within}`)
  if (edges.of === 0) return failed(`No edge answered ${within}`)
  return failed(`Only ${edges.serving} of ${countOf(edges.of, 'edge')} served it ${within}`)
}

const countOf = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** When drills are held by themselves. */
export interface DrillSchedule {
  readonly everyDays: number
  /** Minutes after midnight, UTC. */
  readonly atMinute: number
  readonly setAt: Date
}

export const drillEveryDaysMax = 90
const dayMs = 86_400_000

/** When the next drill falls due, by when the last one began (null: there was none). */
export function nextDrillAt({ everyDays, atMinute, setAt }: DrillSchedule, last: Date | null): Date {
  const minuteOf = (day: number) => new Date(day + atMinute * 60_000)
  const dayOf = (at: Date) => Math.floor(at.getTime() / dayMs) * dayMs
  const first = minuteOf(dayOf(setAt))
  const fromSetting = first > setAt ? first : minuteOf(dayOf(setAt) + dayMs)
  if (!last) return fromSetting
  const fromLast = minuteOf(dayOf(last) + everyDays * dayMs)
  return fromLast > fromSetting ? fromLast : fromSetting
}
