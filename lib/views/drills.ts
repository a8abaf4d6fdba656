import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import { nextDrillAt } from '#lib/domain/drill.ts'
import type { Agent, Drill, PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'

/** The drills of an agent: those that were held, the one that is held, and when the next is. */
export interface DrillsView {
  /** Newest first. */
  readonly history: readonly DrillLine[]
  readonly schedule: {
    readonly everyDays: number
    /** `03:30`, UTC. */
    readonly at: string
    readonly nextAt: string
  } | null
  readonly whyNotRun: string | null
  readonly whyNotSchedule: string | null
}

export interface DrillLine {
  readonly id: string
  readonly at: string
  readonly by: string
  readonly status: 'running' | 'passed' | 'failed'
  readonly because: string | null
  readonly policyNumber: number
  /** What the engine made of the made-up runs; null where it did not stop. */
  readonly decided: { readonly seconds: number; readonly badRuns: number; readonly because: string } | null
  /** Milliseconds from the order; null while, or where, it was not seen. */
  readonly inForceMs: number | null
  readonly acknowledgedMs: number | null
  readonly instances: number | null
}

const shown = 10

export async function readDrills(db: PrismaClient, agent: Agent, actor: Actor): Promise<DrillsView> {
  const rows = await db.drill.findMany({
    where: { agent: agent.name },
    orderBy: { startedAt: 'desc' },
    take: shown,
  })
  return {
    history: rows.map(lineOf),
    schedule: scheduleOf(agent, rows[0]?.startedAt ?? null),
    whyNotRun: whyNotRun(agent, actor, rows),
    whyNotSchedule: may(actor, 'rollout.start', agent.name) ? null : 'Your role cannot schedule drills',
  }
}

function whyNotRun(agent: Agent, actor: Actor, rows: readonly Drill[]): string | null {
  if (!may(actor, 'rollout.rollback', agent.name)) return 'Your role cannot run a drill'
  if (agent.livePolicy === null) return 'There is no policy to rehearse yet'
  return rows.some(({ status }) => status === 'running') ? 'A drill is running' : null
}

function lineOf(row: Drill): DrillLine {
  const { stop } = fromJson.rehearsed(row.rehearsed)
  const acks = row.acks === null ? null : fromJson.acks(row.acks)
  return {
    id: row.id,
    at: row.startedAt.toISOString(),
    by: (row.startedBy as { name: string }).name,
    status: row.status as DrillLine['status'],
    because: row.because,
    policyNumber: row.policyNumber,
    decided: stop,
    inForceMs: row.inForceAt ? row.inForceAt.getTime() - row.startedAt.getTime() : null,
    acknowledgedMs: acks?.complete && acks.of > 0 ? acks.lastMs : null,
    instances: acks?.of ?? null,
  }
}

function scheduleOf(agent: Agent, last: Date | null): DrillsView['schedule'] {
  const { drillEveryDays: everyDays, drillAtMinute: atMinute, drillSetAt: setAt } = agent
  if (everyDays === null || atMinute === null || setAt === null) return null
  const two = (part: number) => String(part).padStart(2, '0')
  return {
    everyDays,
    at: `${two(Math.floor(atMinute / 60))}:${two(atMinute % 60)}`,
    nextAt: nextDrillAt({ everyDays, atMinute, setAt }, last).toISOString(),
  }
}
