import { mkdtempSync, rmSync } from 'node:fs'
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
import { type Cost, measured, postgresCpuMs, sendAll } from './evidenceLoad.ts'
import { type ServerProcess, startServerProcess } from './evidenceProcess.ts'
import { prepareRollout, startBenchGuard, valueOf } from './rollout.ts'
import { summary, type Summary } from './summary.ts'

/**
 * `npm run bench:evidence`: spans per second that an edge accepts, makes runs of and counts while a rollout watches the
 * agent, beside a bare server that discards the same bodies; then how soon the edge says which version to use while half
 * as many come. `BODIES` is how many of 512 spans are sent, `WARM` how many before, `SENDERS` how many wait for an answer
 * each, `RATE` how many spans a second come while it is asked, `ASKED` how many questions a second, `CODINGS` gzip, plain
 * or both, `PROFILE` a folder for the edge's CPU profile.
 */

const count = Number(process.env['BODIES'] ?? 200)
/** Sent before anything is measured, so that what runs is compiled. */
const warmUp = Number(process.env['WARM'] ?? 60)
const senders = Number(process.env['SENDERS'] ?? 4)
const rateGiven = Number(process.env['RATE'] ?? 0)
const perSecond = Number(process.env['ASKED'] ?? 200)
const codings = (process.env['CODINGS'] ?? 'gzip,plain').split(',') as Coding[]

type Coding = 'gzip' | 'plain'

interface House {
  readonly db: PrismaClient
  readonly token: string
  readonly edge: ServerProcess
  readonly bare: ServerProcess
  readonly postgresPid: number | undefined
}

async function untilCounted({ db }: House, agent: string, runs: number): Promise<void> {
  while ((await db.run.count({ where: { agent } })) < runs) await pause(50)
}

interface Flood {
  readonly spans: number
  readonly discarded: Cost
  readonly counted: Cost
  readonly acceptedMs: number
  /** How often the edge asked to come again. */
  readonly again: number
  /** Traces that were due and not counted when the last body was accepted. */
  readonly backlog: number
  readonly postgresMs: number
  readonly rssMb: readonly number[]
}

/** As much as is taken, and nothing else, until all of it is counted. */
async function flood(house: House, coding: Coding, agent: string): Promise<Flood> {
  const { db, edge, bare, token, postgresPid } = house
  const about = { token, gzip: coding === 'gzip', senders, rate: 0 }
  const warm = evidenceBodies(agent, warmUp)
  for (const server of [bare, edge]) await sendAll(warm[coding], { ...about, server })
  await untilCounted(house, agent, warm.runs)

  const { runs, ...bodies } = evidenceBodies(agent, count)
  const all = bodies[coding]
  const discarded = await measured(bare, async () => void (await sendAll(all, { ...about, server: bare })))
  const rssMb = [(await edge.usage()).rssMb]
  const postgres = postgresCpuMs(postgresPid)
  let [acceptedMs, again, backlog] = [0, 0, 0]
  const counted = await measured(edge, async () => {
    const began = performance.now()
    const half = Math.ceil(all.length / 2)
    again += await sendAll(all.slice(0, half), { ...about, server: edge })
    rssMb.push((await edge.usage()).rssMb)
    again += await sendAll(all.slice(half), { ...about, server: edge })
    acceptedMs = performance.now() - began
    backlog = await db.pendingTrace.count({ where: { dueAt: { lte: new Date() } } })
    await untilCounted(house, agent, warm.runs + runs)
  })
  rssMb.push((await edge.usage()).rssMb)
  const postgresMs = postgresCpuMs(postgresPid) - postgres
  return {
    spans: all.length * spansPerBody,
    discarded,
    counted,
    acceptedMs,
    again,
    backlog,
    postgresMs,
    rssMb,
  }
}

interface Asked {
  readonly idle: Summary
  readonly meanwhile: Summary
  /** Milliseconds from the end of the last answer until all was counted. */
  readonly behindMs: number
}

/** Questions which version to use, first while nothing else comes, then while spans do. */
async function ask(house: House, coding: Coding, agent: string, rate: number): Promise<Asked> {
  const { db, edge, token } = house
  const asking = startAsking({ port: edge.port, token, agent, perSecond })
  await pause(1_000)
  await asking.took()
  await pause(2_000)
  const idle = summary(await asking.took())
  const before = await db.run.count({ where: { agent } })
  const { runs, ...bodies } = evidenceBodies(agent, Math.ceil(count / 2))
  await asking.took()
  await sendAll(bodies[coding], { token, gzip: coding === 'gzip', senders, rate, server: edge })
  const meanwhile = summary(await asking.took())
  const began = performance.now()
  await untilCounted(house, agent, before + runs)
  await asking.stop()
  return { idle, meanwhile, behindMs: performance.now() - began }
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
const tenths = (...values: readonly number[]) => values.map((value) => value.toFixed(1)).join(' / ')

async function play(house: House, coding: Coding): Promise<void> {
  const agent = `bench-${coding}`
  await prepareRollout(house.db, agent)
  const { spans, discarded, counted, acceptedMs, ...rest } = await flood(house, coding, agent)
  const perSecondOf = (ms: number) => spans / (ms / 1000)
  const [edgeRate, bareRate] = [perSecondOf(counted.cpuMs), perSecondOf(discarded.cpuMs)]
  const rows: [string, string, string][] = [
    ['accepted, spans a second', whole(perSecondOf(acceptedMs)), `asked to come again: ${rest.again}`],
    [
      'counted, spans a second',
      whole(perSecondOf(counted.wallMs)),
      `due when the last was accepted: ${rest.backlog} traces`,
    ],
    [
      'counted, spans a CPU-second',
      whole(edgeRate),
      `the bare server: ${whole(bareRate)}, ${tenths(bareRate / edgeRate)} times as many`,
    ],
    [
      'CPU-seconds of the edge',
      tenths(counted.cpuMs / 1000),
      `of PostgreSQL: ${tenths(rest.postgresMs / 1000)}`,
    ],
    ['RSS at start, middle, end, MB', rest.rssMb.map(whole).join(' / '), ''],
  ]
  const rate = rateGiven > 0 ? rateGiven : perSecondOf(counted.wallMs) / 2
  const { idle, meanwhile, behindMs } = await ask(house, coding, agent, rate)
  const of = ({ p50, p95, max }: Summary) => tenths(p50, p95, max)
  rows.push(
    [
      'which version? p50 / p95 / max, ms',
      of(meanwhile),
      `at ${whole(rate)} spans a second; idle: ${of(idle)}`,
    ],
    [
      'last accepted → all counted, ms',
      whole(behindMs),
      `arrivals that no check has taken: ${await house.db.arrival.count()}`,
    ],
  )
  say(`${coding}: ${whole(spans)} spans, load ${tenths(...loadavg())}`)
  for (const [name, value, more] of rows) say(`  ${name.padEnd(36)}${value.padStart(16)}   ${more}`)
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
  say(`${senders} senders, ${perSecond} questions a second`)
  for (const coding of codings) await play(house, coding)
  await guard.stop()
  await edge.stop()
  await bare.stop()
  await db.$disconnect()
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
