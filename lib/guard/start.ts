import { Logger as WorkerLogger, run, type Runner, type TaskList } from 'graphile-worker'
import { systemActor } from '#lib/domain/actor.ts'
import { makeCheckpoint } from '#lib/services/audit/makeCheckpoint.ts'
import { publishCheckpoints } from '#lib/services/audit/publishCheckpoints.ts'
import type { RecordKey } from '#lib/services/audit/recordKey.ts'
import { beat, sayGoodbye } from '#lib/store/heartbeats.ts'
import { forgetInstances } from '#lib/store/instances.ts'
import { forgetOld } from '#lib/store/owed.ts'
import { dropSpans } from '#lib/store/spanBatches.ts'
import { forgetUncounted } from '#lib/store/uncounted.ts'
import { sweep, sweepEveryMs } from './sweep.ts'
import { guardTasks, type TaskParts } from './tasks.ts'

export interface Guard {
  /** Lets running jobs end and says goodbye. */
  stop(): Promise<void>
}

const beatEveryMs = 1_000
const forgetEveryMs = 60_000
const lookForCheckpointEveryMs = 10_000
const hourMs = 3_600_000

export interface GuardParts extends TaskParts {
  /** The owner's connection: graphile-worker's tables are the owner's. */
  readonly connectionString: string
  readonly instance: string
  /** What checkpoints are signed with, and the file that they are published to; absent where this guard makes none. */
  readonly record?: { readonly key: RecordKey; readonly file: string }
}

/** Starts a guard: jobs as they become due, a sweep for what may have lost its job, and a sign of life. */
export async function startGuard(parts: GuardParts): Promise<Guard> {
  const { db, instance, log } = parts
  const startedAt = new Date()
  const { deliver, answer, restate, ...rest } = guardTasks(parts)
  // Messages have workers of their own: however many of them hang, no check and no switch waits behind one.
  const runners = [
    await startRunner(parts, rest, 4),
    await startRunner(parts, { deliver, answer, restate }, 2),
  ]
  const repeat = (name: string, everyMs: number, work: () => Promise<unknown>) => {
    let going = false
    const once = async () => {
      if (going) return
      going = true
      await work()
        .catch((error: unknown) => log.warn({ err: error }, `${name} failed; it is tried again`))
        .finally(() => (going = false))
    }
    void once()
    return setInterval(() => void once(), everyMs)
  }
  const timers = [
    repeat('The sign of life', beatEveryMs, () =>
      beat(db, { kind: 'guard', instance, startedAt, at: new Date(), facts: {} }),
    ),
    repeat('The sweep', sweepEveryMs, () => sweep(db, new Date())),
    repeat('Forgetting', forgetEveryMs, async () => {
      const now = Date.now()
      await forgetOld(db, {
        runs: new Date(now - 72 * hourMs),
        units: new Date(now - 24 * hourMs),
        keys: new Date(now - 48 * hourMs),
      })
      await forgetInstances(db, new Date(now - 24 * hourMs))
      await forgetUncounted(db, new Date(now - 24 * hourMs))
      await dropSpans(db, new Date(now))
    }),
  ]
  const { record } = parts
  if (record) {
    timers.push(
      repeat('The checkpoint', lookForCheckpointEveryMs, async () => {
        await makeCheckpoint(record.key)({}, systemActor, { db })
        await publishCheckpoints(db, record.file, record.key)
      }),
    )
  } else log.warn('No RECORD_KEY_FILE: this guard signs no checkpoints of the record')
  log.info({ instance }, 'The guard is on')
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(runners.map((runner) => runner.stop()))
      await sayGoodbye(db, 'guard', instance).catch(() => undefined)
    },
  }
}

async function startRunner(
  { connectionString, log }: GuardParts,
  taskList: TaskList,
  concurrency: number,
): Promise<Runner> {
  return await run({
    connectionString,
    taskList,
    concurrency,
    pollInterval: 200,
    noHandleSignals: true,
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') log.error(message)
      else if (level === 'warning') log.warn(message)
      else log.debug(message)
    }),
    // Nothing is done by the clock alone: the sweep enqueues what is due.
    crontab: '',
    useNodeTime: false,
  })
}
