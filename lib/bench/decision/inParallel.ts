import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Job } from './job.ts'
import type { Played } from './play.ts'

/** Plays the jobs on all cores; `done` hears of each as it is over, in any order. */
export async function inParallel(
  jobs: readonly Job[],
  done: (job: Job, played: readonly Played[]) => void,
): Promise<void> {
  const waiting = [...jobs]
  const workers = Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    return new Promise<void>((resolve, reject) => {
      let job = waiting.shift()
      const next = () => {
        if (job) worker.postMessage(job)
        else void worker.terminate().then(() => resolve(), reject)
      }
      worker.on('message', (played: readonly Played[]) => {
        if (job) done(job, played)
        job = waiting.shift()
        next()
      })
      worker.on('error', reject)
      next()
    })
  })
  await Promise.all(workers)
}
