import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startEdge, type Edge } from '#lib/edge/start.ts'
import { enqueueJob } from '#lib/store/jobs.ts'
import { insertRuns } from '#lib/store/newRuns.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, giveObservations, openInstallation } from '#lib/testing/installation.ts'
import { verdictOn } from '#lib/testing/record.ts'
import { type SlackServer, startSlackServer } from '#lib/testing/slackServer.ts'
import { type GuardStep, guardSteps } from './steps.ts'

/** The guard is killed between any two steps of the runbook, and another finishes the work: exactly once. */

const guardFile = fileURLToPath(new URL('../testing/guardThatDies.ts', import.meta.url))
const agent = 'support-agent'
const quick = 'stages: [{ name: canary, weight_percent: 5 }, { name: full, weight_percent: 100 }]'

interface House {
  readonly house: TestDatabase
  readonly slack: SlackServer
  readonly edge: Edge
  readonly folder: string
}

async function openHouse(): Promise<House> {
  const house = await openInstallation()
  const slack = await startSlackServer()
  const folder = mkdtempSync(join(tmpdir(), 'switchback-edge-'))
  const edge = await startEdge({
    db: house.db,
    connectionString: house.url,
    folder,
    host: '127.0.0.1',
    port: 0,
    env: 'test',
    instance: 'edge-1',
    log: pino({ level: 'silent' }),
  })
  return { house, slack, edge, folder }
}

function startGuardProcess({ house, slack }: House, killAt: GuardStep | ''): ChildProcess {
  const flags = ['--conditions=react-server', '--disable-warning=ExperimentalWarning']
  const args = [...flags, guardFile, house.url, slack.apiUrl, slack.token, killAt]
  return spawn(process.execPath, args, { stdio: 'inherit' })
}

const ended = (child: ChildProcess) =>
  new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)))

describe.concurrent.each(guardSteps)('killed at %s', (killAt) => {
  let open: House
  beforeAll(async () => {
    open = await openHouse()
  })
  afterAll(async () => {
    await open.edge.stop()
    await open.slack.close()
    await open.house.drop()
    rmSync(open.folder, { recursive: true, force: true })
  })

  test('finishes exactly once', { timeout: 400_000 }, async () => {
    const { db } = open.house
    await anAgentIn(db)
    const rolloutId = await aRolloutIn(
      db,
      agent,
      new Date(),
      `  stability_window: 25s\n  recovery_runs_min: 1\n${quick}`,
    )
    await giveObservations(db, agent, new Date(), {
      '2.4.0': { runs: 40, errors: 40 },
      '2.3.3': { runs: 400 },
    })
    await enqueueJob(db, 'evaluate', { rolloutId }, 0)

    const dying = startGuardProcess(open, killAt)
    const healthyRuns = setInterval(() => void giveStableRun(open), 300)
    expect(await ended(dying)).toBe('SIGKILL')
    const guard = startGuardProcess(open, '')
    try {
      await vi.waitFor(
        async () => {
          const deliveries = await db.delivery.findMany()
          expect(deliveries.map((each) => each.status)).toEqual(['sent', 'sent', 'sent'])
          expect(await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).toMatchObject({
            phase: 'rolled_back',
            switchStatus: expect.stringMatching(/applied|verified/),
            recovery: 'recovered',
          })
        },
        { timeout: 380_000, interval: 200 },
      )
    } finally {
      clearInterval(healthyRuns)
      const over = ended(guard)
      guard.kill('SIGKILL')
      await over
    }

    expect(await db.incident.count()).toBe(1)
    expect(await db.lock.count()).toBe(1)
    const lines = await db.auditEntry.findMany({ where: { chain: agent }, orderBy: { seq: 'asc' } })
    const once = (action: string, outcome: string) =>
      lines.filter((line) => line.action === action && line.outcome === outcome)
    expect(once('rollout.rollback', 'rolled_back')).toHaveLength(1)
    expect(once('switch', 'applied')).toHaveLength(1)
    expect(once('recovery', 'recovered')).toHaveLength(1)
    const exported = lines.map((line) =>
      JSON.stringify({ ...(JSON.parse(line.body) as object), prev_hash: line.prevHash, hash: line.hash }),
    )
    expect((await verdictOn(exported)).faults).toEqual([])
    const parents = open.slack.messages.filter((message) => !message.thread_ts)
    expect(parents).toHaveLength(1)
    expect(open.slack.messages).toHaveLength(3)
  })
})

/** A healthy run of the stable, as the edge writes it down. */
async function giveStableRun({ house }: House): Promise<void> {
  const now = new Date()
  const id = `${now.getTime()}${Math.random()}`
  await house.db
    .$transaction((tx) =>
      insertRuns(tx, [
        {
          traceId: id,
          spanId: id,
          agent,
          version: '2.3.3',
          rung: 'span',
          startedAt: now,
          endedAt: now,
          receivedAt: now,
          latencyMs: 300,
          failed: false,
          toolCalls: 1,
          toolFailures: 0,
          tools: [],
          inputTokens: 0,
          outputTokens: 0,
        },
      ]),
    )
    .catch(() => undefined)
}
