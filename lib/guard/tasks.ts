import { setTimeout as pause } from 'node:timers/promises'
import type { Task } from 'graphile-worker'
import type { Logger } from 'pino'
import { policyActor, systemActor } from '#lib/domain/actor.ts'
import type { Messenger } from '#lib/ports/messenger.ts'
import type { TrafficSwitch } from '#lib/ports/trafficSwitch.ts'
import { deliver } from '#lib/services/alert/deliver.ts'
import { followDrill } from '#lib/services/drill/follow.ts'
import { settleApproval } from '#lib/services/approval/decide.ts'
import { doPress } from '#lib/services/slack/press.ts'
import { answerPress, restate } from '#lib/services/slack/restate.ts'
import { verifyRecovery } from '#lib/services/incident/verify.ts'
import type { Outcome } from '#lib/services/outcome.ts'
import { evaluateRollout } from '#lib/services/rollout/evaluate.ts'
import { acknowledgeSwitch } from '#lib/services/switch/acknowledge.ts'
import { expireSwitch } from '#lib/services/switch/expire.ts'
import { reconcile } from '#lib/services/rollout/reconcile.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { enqueueJob, type Jobs } from '#lib/store/jobs.ts'
import type { StepObserver } from './steps.ts'

export interface TaskParts {
  readonly db: PrismaClient
  readonly trafficSwitch: TrafficSwitch
  readonly messenger: Messenger
  readonly publicUrl: string
  /** Where alerts go that name no channel. */
  readonly channel: string | null
  /** Whether a button that is pressed in Slack reaches us. */
  readonly buttons?: boolean
  readonly log: Logger
  readonly onStep: StepObserver
}

const askAgainMs = { reconcile: 1_000, verify: 1_000, acknowledge: 500, drill: 500 }
const looks = { max: 20, everyMs: 25 }

/** What the guard does when a job is due. Each can be done again at any moment, and by two guards at once. */
export function guardTasks(parts: TaskParts): Record<keyof Jobs, Task> {
  const { db, onStep, log, buttons = false } = parts
  const asking = { db, publicUrl: parts.publicUrl, buttons }
  return {
    async evaluate(payload) {
      const job = payload as Jobs['evaluate']
      onStep('evaluate.before', job)
      expectDone(await evaluateRollout(job, policyActor, { db }), log)
      onStep('evaluate.after', job)
    },

    async reconcile(payload) {
      const job = payload as Jobs['reconcile']
      onStep('reconcile.before', job)
      let settled = await reconcile(job.agent, parts.trafficSwitch, systemActor, { db })
      // The edges answer within milliseconds: worth a short wait before the job is put back.
      for (let look = 1; !settled && look < looks.max; look += 1) {
        await pause(looks.everyMs)
        settled = await reconcile(job.agent, parts.trafficSwitch, systemActor, { db })
      }
      onStep('reconcile.after', job)
      if (!settled) await enqueueJob(db, 'reconcile', job, askAgainMs.reconcile)
    },

    async verify(payload) {
      const job = payload as Jobs['verify']
      onStep('verify.before', job)
      const outcome = await verifyRecovery(job, systemActor, { db })
      onStep('verify.after', job)
      expectDone(outcome, log)
      if (outcome.ok && !outcome.value.settled) await enqueueJob(db, 'verify', job, askAgainMs.verify)
    },

    async settle(payload) {
      const job = payload as Jobs['settle']
      expectDone(await settleApproval(job, systemActor, { db }), log)
    },

    async press(payload) {
      await doPress((payload as Jobs['press']).pressId, { db })
    },

    async answer(payload) {
      const job = payload as Jobs['answer']
      const again = await answerPress(job.pressId, parts.messenger, asking)
      if (again) await enqueueJob(db, 'answer', job, again.afterMs)
    },

    async restate(payload) {
      const job = payload as Jobs['restate']
      const again = await restate(job.askKey, parts.messenger, asking)
      if (again) await enqueueJob(db, 'restate', job, again.afterMs)
    },

    async drill(payload) {
      const job = payload as Jobs['drill']
      let over = await followDrill(job.drillId, parts.trafficSwitch, { db })
      for (let look = 1; !over && look < looks.max; look += 1) {
        await pause(looks.everyMs)
        over = await followDrill(job.drillId, parts.trafficSwitch, { db })
      }
      if (!over) await enqueueJob(db, 'drill', job, askAgainMs.drill)
    },

    async acknowledge(payload) {
      const job = payload as Jobs['acknowledge']
      const outcome = await acknowledgeSwitch(job, systemActor, { db })
      expectDone(outcome, log)
      if (outcome.ok && !outcome.value.settled)
        await enqueueJob(db, 'acknowledge', job, askAgainMs.acknowledge)
    },

    async expire(payload) {
      const job = payload as Jobs['expire']
      expectDone(await expireSwitch(job, systemActor, { db }), log)
    },

    async deliver(payload) {
      const job = payload as Jobs['deliver']
      onStep('deliver.before', job)
      const again = await deliver(job.deliveryId, parts.messenger, {
        db,
        publicUrl: parts.publicUrl,
        channel: parts.channel,
        buttons,
        onSent: () => onStep('deliver.sent', job),
      })
      onStep('deliver.after', job)
      if (again) await enqueueJob(db, 'deliver', job, again.afterMs)
    },
  }
}

/** A lost race is tried again at the next look; anything else that the domain refused is worth a line in the log. */
function expectDone(outcome: Outcome<unknown>, log: Logger): void {
  if (!outcome.ok && outcome.refusal.code !== 'stale') log.warn(outcome.refusal, 'A job was refused')
}
