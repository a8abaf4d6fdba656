import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { pino } from 'pino'
import { systemActor } from '#lib/domain/actor.ts'
import { createToken } from '#lib/services/token/create.ts'
import { openDatabase } from '#lib/store/database.ts'
import { startPostgres } from '#lib/store/embeddedPostgres.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { migrate } from '#lib/store/migrate.ts'
import type { Asking } from './evidenceAsker.ts'
import { evidenceBodies, spansPerBody } from './evidenceBodies.ts'
import { type ServerProcess, startServerProcess } from './evidenceProcess.ts'
import { prepareRollout, startBenchGuard, valueOf } from './rollout.ts'
import { summary } from './summary.ts'

/**
 * `npm run bench:evidence`: spans per second that an edge accepts, makes runs of and counts while a rollout watches the
 * agent, beside a bare server that discards the same bodies. `BODIES` is how many of 512 spans, `SENDERS` how many wait
 * for an answer each, `RATE` how many spans a second at most (0: as many as are taken), `ASKED` how many questions which
 * version to use are asked meanwhile, `PROFILE` a folder for the edge's CPU profile.
 */

const count = Number(process.env['BODIES'] ?? 200)
/** Sent before anything is measured, so that what runs is compiled. */
const warmUp = Number(process.env['WARM'] ?? 60)
const senders = Number(process.env['SENDERS'] ?? 4)
const rate = Number(process.env['RATE'] ?? 0)
const asked = Number(process.env['ASKED'] ?? 200)
const codings = (process.env['CODINGS'] ?? 'gzip,plain').split(',') as ('gzip' | 'plain')[]

interface Sending {
  readonly server: ServerProcess
  readonly token: string
  readonly gzip: boolean
}

/** Sends each body once. Answers how often the server asked to come again. */
async function sendAll(bodies: readonly Buffer[], sending: Sending): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: senders })
  const began = performance.now()
  let next = 0
  let again = 0
  const sender = async () => {
    for (let index = next++; index < bodies.length; index = next++) {
      if (rate > 0) await pause(Math.max(0, began + (index * spansPerBody * 1000) / rate - performance.now()))
      const body = bodies[index] ?? Buffer.alloc(0)
      while ((await sendOne(agent, body, sending)) !== 200) {
        again += 1
        await pause(100)
      }
    }
  }
  await Promise.all(Array.from({ length: senders }, sender))
  agent.destroy()
  return again
}

async function sendOne(agent: Agent, body: Buffer, { server, token, gzip }: Sending): Promise<number> {
  return await new Promise((resolve, reject) => {
    const call = request(
      {
        agent,
        host: '127.0.0.1',
        port: server.port,
        method: 'POST',
        path: '/v1/traces',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/x-protobuf',
          'content-length': body.length,
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        },
      },
      (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
    )
    call.on('error', reject)
    call.end(body)
  })
}

/** Milliseconds of CPU of PostgreSQL and its connections; NaN where there is no /proc. */
function postgresCpuMs(pid: number | undefined): number {
  try {
    const ticks = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOf(name))
      .filter(({ self, parent }) => self === pid || parent === pid)
    return ticks.reduce((sum, { used }) => sum + used * 10, 0)
  } catch {
    return Number.NaN
  }
}

function statOf(name: string): { self: number; parent: number; used: number } {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { self: Number(name), parent: Number(fields[1]), used: Number(fields[11]) + Number(fields[12]) }
  } catch {
    return { self: 0, parent: 0, used: 0 }
  }
}

async function countedRuns(db: PrismaClient, agent: string): Promise<number> {
  return await db.run.count({ where: { agent } })
}

async function dueTraces(db: PrismaClient): Promise<number> {
  return await db.pendingTrace.count({ where: { dueAt: { lte: new Date() } } })
}

interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
}

async function measured(server: ServerProcess, work: () => Promise<void>): Promise<Cost> {
  const { cpuMs } = await server.usage()
  const began = performance.now()
  await work()
  return { wallMs: performance.now() - began, cpuMs: (await server.usage()).cpuMs - cpuMs }
}

function startAsking(asking: Asking) {
  const worker = new Worker(new URL('evidenceAsker.ts', import.meta.url), { workerData: asking })
  return {
    /** How long the answers took since the last time. */
    took: async () =>
      await new Promise<number[]>((resolve) => {
        worker.once('message', resolve)
        worker.postMessage('took')
      }),
    stop: async () => void (await worker.terminate()),
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const whole = (value: number) => Math.round(value).toLocaleString('en')
const tenth = (value: number) => value.toFixed(1)

async function play(coding: 'gzip' | 'plain', house: House): Promise<void> {
  const agentName = `bench-${coding}`
  await prepareRollout(house.db, agentName)
  const warm = evidenceBodies(agentName, warmUp)
  for (const server of [house.bare, house.edge])
    await sendAll(warm[coding], { server, token: house.token, gzip: coding === 'gzip' })
  while ((await countedRuns(house.db, agentName)) < warm.runs) await pause(50)
  const { runs, ...bodies } = evidenceBodies(agentName, count)
  const all = bodies[coding]
  const gzip = coding === 'gzip'
  const spans = all.length * spansPerBody
  const about = { token: house.token, gzip }
  const discarded = await measured(house.bare, async () => {
    await sendAll(all, { ...about, server: house.bare })
  })
  await pause(1_500)

  const asking = startAsking({
    port: house.edge.port,
    token: house.token,
    agent: agentName,
    perSecond: asked,
  })
  await pause(2_000)
  await asking.took()
  const resting = await measured(house.edge, async () => await pause(2_000))
  const idle = summary(await asking.took())
  const rss = [(await house.edge.usage()).rssMb]
  const postgres = postgresCpuMs(house.postgresPid)
  let took: number[] = []
  let backlog = 0
  let again = 0
  let acceptedMs = 0
  const counted = await measured(house.edge, async () => {
    const began = performance.now()
    const half = Math.ceil(all.length / 2)
    again += await sendAll(all.slice(0, half), { ...about, server: house.edge })
    rss.push((await house.edge.usage()).rssMb)
    again += await sendAll(all.slice(half), { ...about, server: house.edge })
    acceptedMs = performance.now() - began
    took = await asking.took()
    rss.push((await house.edge.usage()).rssMb)
    backlog = await dueTraces(house.db)
    while ((await countedRuns(house.db, agentName)) < warm.runs + runs) await pause(50)
  })
  await asking.stop()
  const postgresMs = postgresCpuMs(house.postgresPid) - postgres
  await pause(2_000)
  rss.push((await house.edge.usage()).rssMb)
  const observed = await house.db.arrival.count()

  const perCpu = (cost: Cost) => spans / (cost.cpuMs / 1000)
  // What it costs to be asked for a version, and to be there at all, is known from before.
  const alone = counted.cpuMs - (resting.cpuMs / resting.wallMs) * counted.wallMs
  const perWall = (ms: number) => spans / (ms / 1000)
  const bytes = all.reduce((sum, body) => sum + body.length, 0) / all.length
  const asks = summary(took)
  say(
    `${coding}: ${all.length} bodies of ${spansPerBody} spans, ${whole(bytes / 1000)} kB each; ${whole(runs)} runs`,
  )
  say(
    `  accepted, spans a second           ${whole(perWall(acceptedMs)).padStart(10)}   asked to come again: ${again}`,
  )
  say(
    `  counted, spans a second            ${whole(perWall(counted.wallMs)).padStart(10)}   due and not counted when the last was accepted: ${backlog} traces`,
  )
  say(
    `  counted, spans a CPU-second        ${whole(perCpu(counted)).padStart(10)}   the bare server: ${whole(perCpu(discarded))}, ${tenth(perCpu(discarded) / perCpu(counted))} times as many`,
  )
  say(
    `    without what it uses at rest     ${whole(spans / (alone / 1000)).padStart(10)}   at rest, asked: ${tenth((resting.cpuMs / resting.wallMs) * 100)} % of a core`,
  )
  say(
    `  CPU-seconds of the edge            ${tenth(counted.cpuMs / 1000).padStart(10)}   of PostgreSQL: ${tenth(postgresMs / 1000)}`,
  )
  say(
    `  which version? p50 / p95 / max, ms ${[asks.p50, asks.p95, asks.max].map(tenth).join(' / ').padStart(10)}   idle: ${[idle.p50, idle.p95].map(tenth).join(' / ')}`,
  )
  say(
    `  RSS, MB: start, middle, end, after ${rss.map(whole).join(', ').padStart(10)}   arrivals not yet taken by a check: ${observed}`,
  )
}

interface House {
  readonly db: PrismaClient
  readonly token: string
  readonly edge: ServerProcess
  readonly bare: ServerProcess
  readonly postgresPid: number | undefined
}

const folder = mkdtempSync(join(tmpdir(), 'switchback-bench-'))
const postgres = await startPostgres({
  folder: join(folder, 'postgres'),
  password: 'bench',
  database: 'bench',
})
try {
  await migrate(postgres.url)
  const db = openDatabase(postgres.url)
  const guard = await startBenchGuard(db, postgres.url, pino({ level: 'silent' }))
  const edge = await startServerProcess({ url: postgres.url, folder })
  const bare = await startServerProcess()
  const input = { name: 'bench', agents: ['*'], scopes: ['telemetry', 'evaluate'] }
  const { token } = valueOf(await createToken(input, systemActor, { db }))
  const house: House = { db, token, edge, bare, postgresPid: postgres.process.pid }
  say(
    `${senders} senders, ${rate > 0 ? `${whole(rate)} spans a second` : 'as fast as they are answered'}; ${asked} questions a second; load ${loadavg().map(tenth).join(' ')}`,
  )
  for (const coding of codings) await play(coding, house)
  await guard.stop()
  await edge.stop()
  await bare.stop()
  await db.$disconnect()
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
