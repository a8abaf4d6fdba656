import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import type { Actor } from '#lib/domain/actor.ts'
import { putAgent } from '#lib/services/agent/put.ts'
import { adoptStable } from '#lib/services/agent/adoptStable.ts'
import type { Outcome } from '#lib/services/outcome.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import { registerVersion } from '#lib/services/version/register.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { uses } from '#lib/domain/observation/due.ts'
import { badMetrics, type ObservedRun, saidOf } from '#lib/domain/observation/observation.ts'
import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import { bucketStart, tallyOf } from '#lib/telemetry/bucket.ts'
import { addToBuckets } from '#lib/store/tallies.ts'
import { fromJson } from '#lib/store/json.ts'
import { type NewObservation, recordArrivals, recordObservations } from '#lib/store/observations.ts'
import { anActor, noon } from './builders.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

/** A database with an agent in it, for integration tests: everything through the commands, nothing written past them. */

export async function openInstallation(): Promise<TestDatabase> {
  return await createTestDatabase(inject('templateUrl'))
}

/** The value of a command that has to succeed. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.code}, ${outcome.refusal.because}`)
  return outcome.value
}

/** The refusal code of a command that has to be refused. */
export function refusalOf(outcome: Outcome<unknown>): string {
  if (outcome.ok) throw new Error('it was done, though it should have been refused')
  return outcome.refusal.code
}

/** An agent with the stable 2.3.3 and the versions named. */
export async function anAgentIn(
  db: PrismaClient,
  { agent = 'support-agent', versions = ['2.4.0'], actor = anActor() as Actor } = {},
): Promise<string> {
  const at = { db, now: noon }
  valueOf(await putAgent({ agent }, actor, at))
  for (const version of ['2.3.3', ...versions]) {
    valueOf(
      await registerVersion(
        { agent, version, manifest: { prompt: `You are ${version}`, model: 'm-1' } },
        actor,
        at,
      ),
    )
  }
  valueOf(await adoptStable({ agent, version: '2.3.3', reason: 'in production since May' }, actor, at))
  return agent
}

export const documentOf = (agent: string, candidate = '2.4.0', extra = '') => `
rollback:
  stable_version: ${agent}@2.3.3
  candidate_version: ${agent}@${candidate}
  triggers:
    error_rate_p95: 0.05
    latency_p95_ms: 1800
    tool_failure_rate: 0.03
  lock_candidate_after_rollback: true
${extra}`

/** A rollout of 2.4.0, at five percent since noon. */
export async function aRolloutIn(db: PrismaClient, agent: string, now = noon, extra = ''): Promise<string> {
  const input = { agent, document: { yaml: documentOf(agent, '2.4.0', extra) } }
  return valueOf(await startRollout(input, anActor(), { db, now })).rolloutId
}

/** Of so many runs of a version, how many went wrong in which way. */
export interface Given {
  readonly runs: number
  readonly errors?: number
  readonly toolRuns?: number
  readonly toolFailedRuns?: number
  readonly latencyMs?: number
}

/**
 * Leaves first runs of conversations for the next check, as the edge does: begun under the newest share, which counts as
 * served since it was ordered, and old enough to be due at `at`.
 */
export async function giveObservations(
  db: PrismaClient,
  agent: string,
  at: Date,
  given: Readonly<Record<string, Given>>,
): Promise<void> {
  const rollout = await db.rollout.findFirstOrThrow({ where: { agent }, orderBy: { startedAt: 'desc' } })
  await db.$executeRaw`
    UPDATE period SET in_force_at = ordered_at WHERE rollout_id = ${rollout.id} AND in_force_at IS NULL`
  const newest = await db.period.findFirstOrThrow({
    where: { rolloutId: rollout.id },
    orderBy: { number: 'desc' },
  })
  const version = await db.policyVersion.findUniqueOrThrow({
    where: { agent_number: { agent, number: rollout.policyNumber } },
  })
  const policy = fromJson.policy(version.policy)
  const dueAt = Math.min(at.getTime(), Date.now()) - dueAfterMs
  const observations = Object.entries(given).flatMap(([name, { runs, ...went }]) =>
    Array.from({ length: runs }, (_, index) => {
      const said = saidOf(aRunThat(went, index, dueAt), policy)
      const side = name === rollout.candidate ? ('candidate' as const) : ('stable' as const)
      const wentWrong = badMetrics(said).length > 0
      const traceId = randomBytes(16).toString('hex')
      return uses.map((use): NewObservation => ({
        rolloutId: rollout.id,
        use,
        side,
        turn: 0,
        unitBeganAt: Math.max(newest.orderedAt.getTime(), dueAt),
        startedAt: dueAt,
        endedAt: dueAt + 1,
        receivedAt: at.getTime(),
        traceId,
        spanId: traceId.slice(16),
        wentWrong,
        said,
      }))
    }).flat(),
  )
  const arrivals = Object.entries(given).map(([name, { runs }]) => ({
    rolloutId: rollout.id,
    side: name === rollout.candidate ? ('candidate' as const) : ('stable' as const),
    runs,
  }))
  await db.$transaction(async (tx) => {
    await recordObservations(tx, observations)
    await recordArrivals(tx, arrivals)
    await addToBuckets(
      tx,
      'given',
      Object.entries(given).map(([version, { runs, ...went }]) => ({
        agent,
        version,
        startAt: bucketStart(at),
        tally: Array.from({ length: runs }, (_, index) => tallyGiven(went, index)).reduce(
          mergeTallies,
          emptyTally,
        ),
      })),
    )
  })
}

/** Beyond twice the second that a run takes at least to be mature. */
const dueAfterMs = 3_000

function tallyGiven(went: Omit<Given, 'runs'>, index: number): Tally {
  const { failed, tools, latencyMs } = aRunThat(went, index, 0)
  const toolFailures = tools.reduce((sum, tool) => sum + tool.failures, 0)
  const usage = { cancelled: false, costUsd: null, costUncachedUsd: null, inputTokens: 0, outputTokens: 0 }
  return tallyOf({ failed, latencyMs, toolCalls: tools.length, toolFailures, ...usage })
}

function aRunThat(
  { errors = 0, toolRuns = 0, toolFailedRuns = 0, latencyMs = 250 }: Omit<Given, 'runs'>,
  index: number,
  startedAt: number,
): ObservedRun {
  const failures = index < toolFailedRuns ? 1 : 0
  return {
    startedAt,
    endedAt: startedAt + 1,
    latencyMs,
    failed: index < errors,
    cancelled: false,
    tools: index < Math.max(toolRuns, toolFailedRuns) ? [{ name: 'lookup', calls: 1, failures }] : [],
    costUsd: null,
    costUncachedUsd: null,
    attributes: {},
  }
}
