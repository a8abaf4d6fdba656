import { checkEveryMs } from '#lib/domain/pace.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { startDueDrills } from '#lib/services/drill/schedule.ts'
import { enqueueJob } from '#lib/store/jobs.ts'
import { owedWork } from '#lib/store/owed.ts'
import { overAsks, owedPresses } from '#lib/store/slackPresses.ts'

/** A check that fell due waits at most this long: every rollout is looked at once in ten seconds, whoever is silent. */
export const sweepEveryMs = checkEveryMs / 2

/**
 * Enqueues whatever is owed and may have lost its job: checks that are due, switches not yet in force, recoveries
 * without a verdict, approvals that may have lapsed, alerts not delivered, buttons that were
 * pressed, drills under way or due. One waiting job a key, so that enqueueing again changes nothing.
 */
export async function sweep(db: PrismaClient, now: Date): Promise<void> {
  const owed = await owedWork(db, now, new Date(now.getTime() - checkEveryMs))
  for (const rolloutId of owed.rollouts) await enqueueJob(db, 'evaluate', { rolloutId }, 0)
  for (const agent of owed.agents) await enqueueJob(db, 'reconcile', { agent }, 0)
  for (const incidentId of owed.incidents) await enqueueJob(db, 'verify', { incidentId }, 0)
  for (const order of owed.acknowledgements) await enqueueJob(db, 'acknowledge', order, 0)
  for (const subject of owed.expired) await enqueueJob(db, 'expire', subject, 0)
  for (const drillId of owed.drills) await enqueueJob(db, 'drill', { drillId }, 0)
  await startDueDrills({ db, now })
  for (const approvalId of owed.approvals) await enqueueJob(db, 'settle', { approvalId }, 0)
  for (const askKey of await overAsks(db, now)) await enqueueJob(db, 'restate', { askKey }, 0)
  const presses = await owedPresses(db, new Date(now.getTime() - sweepEveryMs))
  for (const pressId of presses.todo) await enqueueJob(db, 'press', { pressId }, 0)
  for (const pressId of presses.untold) await enqueueJob(db, 'answer', { pressId }, 0)
  for (const deliveryId of owed.deliveries) await enqueueJob(db, 'deliver', { deliveryId }, 0)
}
