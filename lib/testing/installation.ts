import { inject } from 'vitest'
import type { Actor } from '#lib/domain/actor.ts'
import { putAgent } from '#lib/services/agent/put.ts'
import { adoptStable } from '#lib/services/agent/adoptStable.ts'
import type { Outcome } from '#lib/services/outcome.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import { registerVersion } from '#lib/services/version/register.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { castVotes } from '#lib/store/tallies.ts'
import { emptyTally, type Tally } from '#lib/domain/tally.ts'
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

/** Leaves votes for the next check, as the edge does. */
export async function giveVotes(
  db: PrismaClient,
  agent: string,
  at: Date,
  votes: Readonly<Record<string, Partial<Tally>>>,
): Promise<void> {
  const cast = Object.entries(votes).map(([version, tally]) => ({
    agent,
    version,
    tally: { ...emptyTally, ...tally },
    firstBadAt: (tally.errors ?? 0) > 0 || (tally.toolHurt ?? 0) > 0 ? at : null,
  }))
  await db.$transaction((tx) => castVotes(tx, cast, at))
}
