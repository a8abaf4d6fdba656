import type { PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** The jobs that the guard does, each with what it needs to know. */
export interface Jobs {
  evaluate: { rolloutId: string }
  reconcile: { agent: string }
  verify: { incidentId: string }
  deliver: { deliveryId: string }
  settle: { approvalId: string }
  /** A button that was pressed in Slack: done, then answered. */
  press: { pressId: string }
  answer: { pressId: string }
  /** A message that asks people for something, by its key: made to say how things stand. */
  restate: { askKey: string }
  drill: { drillId: string }
  /** `id` of a rollout; or the agent of a kill switch, with its name. */
  acknowledge: { about: 'rollout' | 'switch'; id: string; name: string }
  /** Of a kill switch; `agent` may be `*`. */
  expire: { agent: string; name: string }
}

/**
 * Enqueues a job in the transaction that causes it: one waiting job a key. `keepDue` leaves an earlier due time as it
 * is. Dates are UTC.
 */
export async function enqueue<Task extends keyof Jobs>(
  tx: Tx,
  task: Task,
  payload: Jobs[Task],
  due: { readonly at: Date; readonly keepDue?: boolean },
): Promise<void> {
  const key = `${task}:${Object.values(payload).join(':')}`
  const json = JSON.stringify(payload)
  const keep = due.keepDue ?? false
  await tx.$executeRaw`SELECT switchback_enqueue(${task}, ${json}::json, ${key}, ${due.at}::timestamptz, ${keep})`
}

/** Enqueues a job on its own, for so many milliseconds from now by the database's clock. */
export async function enqueueJob<Task extends keyof Jobs>(
  db: PrismaClient,
  task: Task,
  payload: Jobs[Task],
  delayMs: number,
): Promise<void> {
  const key = `${task}:${Object.values(payload).join(':')}`
  const json = JSON.stringify(payload)
  await db.$executeRaw`
    SELECT switchback_enqueue(
      ${task}, ${json}::json, ${key}, now() + make_interval(secs => ${delayMs / 1000}::float8), true)`
}
