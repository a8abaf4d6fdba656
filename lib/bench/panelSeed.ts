import pg from 'pg'
import { systemActor } from '#lib/domain/actor.ts'
import { adoptStable } from '#lib/services/agent/adoptStable.ts'
import { putAgent } from '#lib/services/agent/put.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import { registerVersion } from '#lib/services/version/register.ts'
import { openDatabase } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import type { Installation } from '#lib/testing/launched.ts'
import { valueOf } from '#lib/testing/installation.ts'
import { postRuns } from '#lib/testing/otlpRuns.ts'
import { seedRecord } from './auditSeed.ts'

/**
 * An installation as large as the aims speak of. One live and one stopped rollout are real, made by the guard from
 * telemetry; the others are copies of their rows. The record is that of `bench:audit`, so its chains do not verify.
 */
export interface Seeded {
  readonly agent: string
  readonly liveRollout: string
  readonly incident: string
}

export interface Sizes {
  readonly agents: number
  readonly rollouts: number
  readonly auditRows: number
}

const live = 'bench-live'
const stopped = 'bench-stopped'

export async function seedPanel(at: Installation, sizes: Sizes): Promise<Seeded> {
  const db = openDatabase(at.databaseUrl)
  const owner = new pg.Client({ connectionString: at.databaseUrl })
  await owner.connect()
  try {
    const liveRollout = await release(db, live)
    const stoppedRollout = await release(db, stopped)
    await give(at, live, 300, 0)
    await give(at, stopped, 200, 60)
    const incident = await incidentOf(db, stoppedRollout)
    await until(async () => (await db.decision.count({ where: { rolloutId: liveRollout } })) > 0)
    await copyAgents(owner, sizes.agents - 2)
    await copyRollouts(owner, { liveRollout, stoppedRollout, ...sizes })
    await deepen(owner, liveRollout)
    await seedRecord(owner, sizes.auditRows)
    await owner.query('VACUUM ANALYZE')
    return { agent: live, liveRollout, incident }
  } finally {
    await owner.end()
    await db.$disconnect()
  }
}

/** A few healthy runs of the live rollout: without telemetry it would be paused. */
export async function keepTalking(at: Installation, { agent }: Seeded): Promise<void> {
  await postRuns(at, [
    { agent, version: '1.0.0', failed: false },
    { agent, version: '1.1.0', failed: false },
  ])
}

async function release(db: PrismaClient, agent: string): Promise<string> {
  valueOf(await putAgent({ agent }, systemActor, { db }))
  for (const version of ['1.0.0', '1.1.0']) {
    valueOf(await registerVersion({ agent, version, manifest: { prompt: version } }, systemActor, { db }))
  }
  valueOf(await adoptStable({ agent, version: '1.0.0', reason: 'bench' }, systemActor, { db }))
  const document = {
    rollback: {
      stable_version: `${agent}@1.0.0`,
      candidate_version: `${agent}@1.1.0`,
      triggers: { error_rate: 0.05, latency_p95_ms: 1800, tool_failure_rate: 0.03 },
    },
    stages: [
      { name: 'canary', weight_percent: 20, hold: '6h' },
      { name: 'full', weight_percent: 100 },
    ],
  }
  return valueOf(await startRollout({ agent, document: { json: document } }, systemActor, { db })).rolloutId
}

async function give(at: Installation, agent: string, healthy: number, failed: number): Promise<void> {
  const runs = (version: string, count: number, fails: boolean) =>
    Array.from({ length: count }, () => ({ agent, version, failed: fails }))
  await postRuns(at, [
    ...runs('1.0.0', healthy, false),
    ...runs('1.1.0', 20, false),
    ...runs('1.1.0', failed, true),
  ])
}

async function incidentOf(db: PrismaClient, rolloutId: string): Promise<string> {
  let id: string | null = null
  await until(async () => {
    id = (await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).incidentId
    return id !== null
  })
  return id ?? ''
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error('What the bench waits for did not come within a minute')
  }
}

/** `agent-0` and so on, as the entries of the record name them: each has the versions and the policy of the live one. */
async function copyAgents(owner: pg.Client, count: number): Promise<void> {
  const name = `'agent-' || (i - 1)`
  await copy(owner, 'agent', `name = '${live}'`, count, { name, display_name: name })
  await copy(owner, 'version', `agent = '${live}'`, count, { agent: name })
  await copy(owner, 'policy_version', `agent = '${live}'`, count, { agent: name })
}

async function copyRollouts(
  owner: pg.Client,
  { liveRollout, stoppedRollout, agents, rollouts }: Sizes & { liveRollout: string; stoppedRollout: string },
): Promise<void> {
  const others = agents - 2
  const name = `'agent-' || (i % ${others})`
  const began = `to_json(now() - make_interval(hours => 1 + i / ${others} * 24))`
  const ended = { agent: name, started_at: began }
  const incident = `'in_bench' || i`
  const past = rollouts - 2 - Math.floor(others / 2)
  // Over and done: else the guard would have two thousand switches to prove.
  await copy(owner, 'rollout', `id = '${stoppedRollout}'`, past, {
    ...ended,
    id: `'ro_bench' || i`,
    incident_id: incident,
    switch_status: `'verified'`,
    switch_requested_at: began,
    recovery: `'recovered'`,
  })
  await copy(owner, 'incident', `rollout_id = '${stoppedRollout}'`, past, {
    id: incident,
    agent: name,
    rollout_id: `'ro_bench' || i`,
    opened_at: began,
    recovery: `'recovered'`,
  })
  // Every other agent has a rollout under way.
  const moving = `'agent-' || (2 * i - 1)`
  await copy(owner, 'rollout', `id = '${liveRollout}'`, Math.floor(others / 2), {
    id: `'ro_live' || i`,
    agent: moving,
    live_key: moving,
    salt: `'ro_live' || i`,
  })
}

/** Four hundred decisions and two hours of buckets, as a rollout has that has been open for long. */
async function deepen(owner: pg.Client, rolloutId: string): Promise<void> {
  await copy(
    owner,
    'decision',
    `id = (SELECT id FROM decision WHERE rollout_id = '${rolloutId}' ORDER BY number LIMIT 1)`,
    400,
    { id: `'de_bench' || i`, number: '-i', at: `to_json(now() - make_interval(secs => 10 * i))` },
  )
  await owner.query(`UPDATE rollout SET started_at = now() - interval '3 hours' WHERE id = $1`, [rolloutId])
  await copy(
    owner,
    'bucket',
    `(agent, version, start_at, writer) IN (SELECT DISTINCT ON (agent, version) agent, version, start_at, writer
      FROM bucket WHERE agent = '${live}' ORDER BY agent, version, start_at)`,
    720,
    { writer: `'bench'`, start_at: `to_json(to_timestamp(floor(extract(epoch FROM now()) / 10 - i) * 10))` },
  )
}

/** Copies rows `count` times; `changes` are SQL expressions of `i`, from 1. */
async function copy(
  owner: pg.Client,
  table: string,
  where: string,
  count: number,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const pairs = Object.entries(changes).flatMap(([column, expression]) => [`'${column}'`, expression])
  await owner.query(
    `INSERT INTO ${table}
     SELECT (jsonb_populate_record(NULL::${table}, to_jsonb(t) || jsonb_build_object(${pairs.join(', ')}))).*
     FROM (SELECT * FROM ${table} WHERE ${where}) t, generate_series(1, ${count}) i`,
  )
}
