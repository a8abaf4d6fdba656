import { parentPort } from 'node:worker_threads'
import { type Job, playJob } from './job.ts'

/** Plays the jobs that it is sent, one after the other. */

parentPort?.on('message', (job: Job) => parentPort?.postMessage(playJob(job)))
