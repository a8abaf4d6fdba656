import { bucketOf } from '../histogram.ts'
import type { Policy } from '../policy.ts'

/** What one run says, metric by metric. Unknown is never zero: what it does not carry, it says nothing of. */

/** A run as far as it is evidence. Times are milliseconds, money US dollars. */
export interface ObservedRun {
  readonly startedAt: number
  readonly endedAt: number
  readonly latencyMs: number
  readonly failed: boolean
  readonly cancelled: boolean
  readonly tools: readonly { readonly name: string; readonly calls: number; readonly failures: number }[]
  /** What was paid, and what it would have cost without a cache; null where it is not known. */
  readonly costUsd: number | null
  readonly costUncachedUsd: number | null
  readonly attributes: Readonly<Record<string, string>>
}

/** What is kept of a run until it is due. Plain JSON. */
export interface Said {
  /** By metric id: how bad it was, in [0, 1]. */
  readonly bad: Readonly<Record<string, number>>
  /** What is judged by the stable's recent p95, which is known at the check alone. Absent where it says nothing. */
  readonly latencyMs?: number
  readonly costUsd?: number
  /** A cancelled run says that it was slow, and never that it was fast. */
  readonly cancelled?: true
}

/** How many budgets one run may spend at most in `spend` (DECISION, section 2). */
const capBudgets = 10

/** What this run says of every metric of the policy. */
export function saidOf(run: ObservedRun, policy: Policy): Said {
  const limit = latencyLimit(policy)
  const isLate = limit !== null && bucketOf(run.latencyMs) > bucketOf(limit)
  const late = limit === null ? {} : { late: isLate ? 1 : 0 }
  if (run.cancelled) {
    return {
      bad: { cancelled: 1, ...(isLate ? late : {}) },
      latencyMs: run.latencyMs,
      cancelled: true,
    }
  }
  return {
    bad: {
      errors: run.failed ? 1 : 0,
      cancelled: 0,
      ...late,
      ...toolsSaid(run),
      ...spendSaid(run, policy),
      ...sharesSaid(run, policy),
    },
    latencyMs: run.latencyMs,
    ...(run.costUncachedUsd === null ? {} : { costUsd: run.costUncachedUsd }),
  }
}

function latencyLimit({ triggers }: Policy): number | null {
  return triggers.find(({ metric }) => metric === 'latency_p95_ms')?.limit ?? null
}

function toolsSaid({ tools }: ObservedRun): Record<string, number> {
  const calls = tools.reduce((sum, tool) => sum + tool.calls, 0)
  if (calls === 0) return {}
  const failures = tools.reduce((sum, tool) => sum + tool.failures, 0)
  const each = tools
    .filter((tool) => tool.calls > 0)
    .map((tool) => [`tool.${tool.name}`, tool.failures / tool.calls] as const)
  return {
    tool_failures: failures / calls,
    tool_failed_runs: failures > 0 ? 1 : 0,
    ...Object.fromEntries(each),
  }
}

function spendSaid({ costUsd }: ObservedRun, { triggers }: Policy): Record<string, number> {
  const budget = triggers.find(({ metric }) => metric === 'cost_per_run_usd')?.limit ?? null
  return budget === null || costUsd === null ? {} : { spend: Math.min(costUsd / (capBudgets * budget), 1) }
}

function sharesSaid({ attributes }: ObservedRun, { shares }: Policy): Record<string, number> {
  return Object.fromEntries(
    shares.flatMap(({ name, attribute, value }) => {
      const given = attributes[attribute]
      return given === undefined ? [] : [[`share.${name}`, given === value ? 1 : 0] as const]
    }),
  )
}

/** What a score says of its run: 1 − score. A thumb is up or down. */
export function scoreSaid(name: string, value: number): Said {
  return name === 'feedback'
    ? { bad: { feedback: value < 0.5 ? 1 : 0 } }
    : { bad: { [`score.${name}`]: 1 - value } }
}

const badFrom = 0.5

/** The metrics by which a run counts as bad for the runs of its conversation that follow. */
export function badMetrics({ bad }: Said): readonly string[] {
  return Object.entries(bad).flatMap(([id, value]) => (isBad(id, value) ? [id] : []))
}

/** A failed call is bad however many calls succeeded beside it; a score, or a budget, from the half on. */
function isBad(id: string, value: number): boolean {
  return id.startsWith('score.') || id === 'spend' ? value >= badFrom : value > 0
}

/** The same without what an earlier run of the conversation has said. */
export function without(said: Said, spent: readonly string[]): Said {
  if (spent.length === 0) return said
  const bad = Object.fromEntries(Object.entries(said.bad).filter(([id]) => !spent.includes(id)))
  return { ...said, bad }
}

/** What became bad in `after` and was not in `before`: said once more, and only that. Null of nothing. */
export function worsened(before: Said, after: Said): Said | null {
  const was = new Set(badMetrics(before))
  const now = badMetrics(after).filter((id) => !was.has(id))
  if (now.length === 0) return null
  return { bad: Object.fromEntries(now.map((id) => [id, after.bad[id] ?? 1])) }
}
