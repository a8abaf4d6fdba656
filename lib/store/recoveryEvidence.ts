import { type CandidateRuns, type FreshFigures, leakToleranceMs, mayFinish } from '#lib/domain/recovery.ts'
import { type RecoveryWindow, recoveryWindow } from '#lib/domain/recoveryWindow.ts'
import type { Rollout } from '#lib/domain/rollout.ts'
import type { PrismaClient } from './generated/client.ts'
import { countRuns, countRunsOfOlder, readFigures } from './runs.ts'
import { readRunRate, readRunTimes } from './runTimes.ts'
import type { Tx } from './transaction.ts'

/** What was seen since a rollback's switch was in force: the runs that began after it. */

type Switched = Pick<Rollout, 'agent' | 'stable' | 'candidate' | 'policy'>

/** How long a conversation that is pinned to a version may rest before it is drawn anew (`maxPinMs` of the SDK). */
const pinMs = 24 * 3_600_000

/** The window of the recovery of this rollout, by the traffic from before its switch was in force. */
export async function readRecoveryWindow(
  db: Tx | PrismaClient,
  { agent, stable, candidate, policy }: Switched,
  appliedAt: Date,
): Promise<RecoveryWindow> {
  const rate = await readRunRate(db, agent, [stable, candidate], appliedAt)
  return recoveryWindow(policy, rate, await readSettledAfterS(db, agent, stable, appliedAt))
}

/** Until when a run of this age is surely here: the time to maturity and that of delivery, as they were before the switch. */
async function readSettledAfterS(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  appliedAt: Date,
): Promise<number> {
  const times = await readRunTimes(db, agent, version, appliedAt)
  return times.matureAfterS + times.deliveredAfterS
}

/**
 * The stable's figures over the mature runs that began after the switch was in force: younger ones are left out, of
 * which only the fastest are here, and those are often failures.
 */
export async function readFreshFigures(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  appliedAt: Date,
  now: Date,
): Promise<FreshFigures> {
  const settledS = await readSettledAfterS(db, agent, version, appliedAt)
  const until = new Date(now.getTime() - settledS * 1000)
  const { clockBehindMs: behindMs } = await readRunTimes(db, agent, version, now)
  return await readFigures(db, agent, version, appliedAt, now, { from: appliedAt, until, behindMs })
}

/** How many runs of a version came in since then that began after the switch was in force. */
export async function countFreshRuns(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  { appliedAt, since, now }: { appliedAt: Date; since: Date; now: Date },
): Promise<number> {
  const { clockBehindMs: behindMs } = await readRunTimes(db, agent, version, now)
  return await countRuns(db, agent, version, since, { from: appliedAt, until: null, behindMs })
}

/** The candidate's runs that began after the switch was in force, and which of them were to be expected. */
export async function readCandidateRuns(
  db: Tx | PrismaClient,
  { agent, candidate, policy }: Switched,
  appliedAt: Date,
  now: Date,
): Promise<CandidateRuns> {
  const { clockBehindMs: behindMs } = await readRunTimes(db, agent, candidate, now)
  const from = new Date(appliedAt.getTime() + leakToleranceMs(policy))
  const begun = { from, until: null, behindMs }
  const runs = await countRuns(db, agent, candidate, from, begun)
  if (runs === 0 || !mayFinish(policy)) return { leaked: runs, finishing: 0 }
  const finishing = await countRunsOfOlder(db, agent, candidate, begun, pinMs)
  return { leaked: runs - finishing, finishing }
}
