import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { systemActor } from '#lib/domain/actor.ts'
import { type Check, countsAt } from '#lib/domain/decision/check.ts'
import { type Edge, startEdge } from '#lib/edge/start.ts'
import type { Guard } from '#lib/guard/start.ts'
import { createToken } from '#lib/services/token/create.ts'
import { openDatabase } from '#lib/store/database.ts'
import { type EmbeddedPostgres, startPostgres } from '#lib/store/embeddedPostgres.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { listen } from '#lib/store/listen.ts'
import { migrate } from '#lib/store/migrate.ts'
import { channels } from '#lib/store/notices.ts'
import { postRuns } from '#lib/testing/otlpRuns.ts'
import { createSwitchback, type Switchback } from '#sdk/client.ts'
import { prepareRollout, startBenchGuard, valueOf } from './rollout.ts'
import { summary, type Summary } from './summary.ts'

/**
 * `npm run bench:switch`: how long a stop takes, with 100 SDK instances, a real edge, guard and PostgreSQL in one
 * machine. A round is a new agent whose candidate fails from some moment on, one bad run at a time.
 */

const rounds = Number(process.env['ROUNDS'] ?? 15)
const instances = 100
const badEveryMs = 150
const log = pino({ level: 'silent' })

interface House {
  readonly server: EmbeddedPostgres
  readonly db: PrismaClient
  readonly edge: Edge
  readonly guard: Guard
  readonly token: string
  readonly folder: string
}

interface Round {
  /** First bad run accepted → decision committed, milliseconds. */
  readonly toDecision: number
  /** The bad run that the evidence needed last, accepted → decision committed, milliseconds. */
  readonly beyondEvidence: number
  readonly badRuns: number
  /** Decision committed → the last instance decides by the new table, milliseconds. */
  readonly toAll: number
  /** The same for half of them. */
  readonly toHalf: number
}

async function open(): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-bench-'))
  const server = await startPostgres({
    folder: join(folder, 'postgres'),
    password: 'bench',
    database: 'bench',
  })
  await migrate(server.url)
  const db = openDatabase(server.url)
  const edge = await startEdge({
    db: openDatabase(server.url),
    connectionString: server.url,
    folder,
    host: '127.0.0.1',
    port: 0,
    env: 'bench',
    instance: 'edge-1',
    log,
  })
  const guard = await startBenchGuard(db, server.url, log)
  const input = { name: 'bench', agents: ['*'], scopes: ['telemetry', 'evaluate'] }
  const { token } = valueOf(await createToken(input, systemActor, { db }))
  return { server, db, edge, guard, token, folder }
}

async function close({ server, db, edge, guard, folder }: House): Promise<void> {
  await guard.stop()
  await edge.stop()
  await db.$disconnect()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** One round: healthy runs of both versions, then the candidate fails until it is stopped. */
async function play(house: House, clients: readonly Switchback[], number: number): Promise<Round> {
  const agent = `bench-${number}`
  const rolloutId = await prepareRollout(house.db, agent)
  const url = `http://127.0.0.1:${house.edge.port}`
  const post = (version: string, count: number, failed: boolean) =>
    postRuns(
      { edgeUrl: url, token: house.token },
      Array.from({ length: count }, () => ({ agent, version, failed })),
    )
  await until(() => clients.every((client) => client.table()?.agents[agent]?.rollout?.id === rolloutId))
  await post('1.0.0', 190, false)
  await post('1.1.0', 10, false)

  const seen = watch(house, clients, agent, rolloutId)
  const accepted: number[] = []
  let over = false
  void seen.decided.then(() => (over = true))
  while (!over && accepted.length < 60) {
    await Promise.all([post('1.1.0', 1, true), post('1.0.0', 19, false)])
    accepted.push(performance.now())
    await Promise.race([pause(badEveryMs), seen.decided])
  }
  const decidedAt = await seen.decided
  const appliedAt = (await seen.applied).toSorted((a, b) => a - b)
  const asked = await countedErrors(house, rolloutId)
  const [first, last] = [accepted[0], accepted[asked - 1]]
  if (first === undefined || last === undefined) throw new Error('Nothing was decided on')
  return {
    toDecision: decidedAt - first,
    beyondEvidence: decidedAt - last,
    badRuns: asked,
    toAll: (appliedAt.at(-1) ?? Number.NaN) - decidedAt,
    toHalf: (appliedAt[Math.floor(appliedAt.length / 2)] ?? Number.NaN) - decidedAt,
  }
}

/** How many failed runs of the candidate the checks had counted when one of them said stop. */
async function countedErrors({ db }: House, rolloutId: string): Promise<number> {
  const until = await db.decision.findFirstOrThrow({
    where: { rolloutId, outcome: 'stop' },
    orderBy: { number: 'asc' },
  })
  const rows = await db.decision.findMany({ where: { rolloutId, number: { lte: until.number } } })
  return rows.reduce((sum, row) => sum + errorsIn(row.check as unknown as Check), 0)
}

/** First runs of conversations alone: that is what these runs are. */
function errorsIn({ cohorts }: Check): number {
  return cohorts.reduce(
    (sum, { turn, counts }) => sum + (turn === 0 ? countsAt(counts, 'errors').candidate[0] : 0),
    0,
  )
}

/** When the stop was committed, by PostgreSQL's own notice of it, and when each instance decided by the new table. */
function watch(house: House, clients: readonly Switchback[], agent: string, rolloutId: string) {
  const decided = new Promise<number>((resolve) => {
    const listener = listen(house.server.url, channels.change, {
      notice(payload) {
        const change = JSON.parse(payload) as { rollout?: string; incident?: string }
        if (change.rollout !== rolloutId || !change.incident) return
        resolve(performance.now())
        void listener.close()
      },
      connect: () => undefined,
      lost: () => undefined,
    })
  })
  const applied = Promise.all(
    clients.map(
      (client) =>
        new Promise<number>((resolve) => {
          const off = client.on(() => {
            if (client.table()?.agents[agent]?.rollout) return
            off()
            resolve(performance.now())
          })
        }),
    ),
  )
  return { decided, applied }
}

/** The reference: one committed NOTIFY to a hundred listeners' worth of nothing but PostgreSQL and one process. */
async function reference({ server }: House): Promise<Summary> {
  const [listener, speaker] = [new pg.Client(server.url), new pg.Client(server.url)]
  await Promise.all([listener.connect(), speaker.connect()])
  await listener.query('LISTEN reference')
  const took: number[] = []
  for (let i = 0; i < 100; i += 1) {
    const heard = new Promise((resolve) => listener.once('notification', resolve))
    const began = performance.now()
    await speaker.query(`NOTIFY reference, '${i}'`)
    await heard
    took.push(performance.now() - began)
  }
  await Promise.all([listener.end(), speaker.end()])
  return summary(took)
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await pause(5)
}

const house = await open()
try {
  const url = `http://127.0.0.1:${house.edge.port}`
  const clients = Array.from({ length: instances }, () =>
    createSwitchback({ url, token: house.token, agents: {}, instanceId: randomBytes(4).toString('hex') }),
  )
  await Promise.all(clients.map((client) => client.ready(10_000)))
  const played: Round[] = []
  for (let number = 1; number <= rounds; number += 1) played.push(await play(house, clients, number))
  const notify = await reference(house)
  for (const client of clients) client.close()

  const rows: [string, Summary][] = [
    ['first bad run accepted → decision committed', summary(played.map((round) => round.toDecision))],
    [
      'the bad run that the evidence asked for → decision',
      summary(played.map((round) => round.beyondEvidence)),
    ],
    [`decision committed → half of ${instances} instances`, summary(played.map((round) => round.toHalf))],
    [`decision committed → all ${instances} instances`, summary(played.map((round) => round.toAll))],
    ['reference: one NOTIFY, committed and heard', notify],
  ]
  const say = (line: string) => process.stdout.write(`${line}\n`)
  say(`${rounds} rounds, a bad run every ${badEveryMs} ms; milliseconds`)
  say(`${''.padEnd(50)}${['p50', 'p95', 'max', '× reference'].map((word) => word.padStart(12)).join('')}`)
  for (const [name, figures] of rows) {
    const cells = [figures.p50, figures.p95, figures.max].map((value) => value.toFixed(1).padStart(12))
    say(`${name.padEnd(50)}${cells.join('')}${(figures.p50 / notify.p50).toFixed(0).padStart(12)}`)
  }
  const asked = summary(played.map((round) => round.badRuns))
  say(`bad runs that the evidence asked for: ${asked.p50} at the median, ${asked.max} at most`)
} finally {
  await close(house)
}
