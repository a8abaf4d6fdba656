import { checkDelayMs } from '#lib/domain/pace.ts'
import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import { bucketStart, hasVote, tallyOf } from '#lib/telemetry/bucket.ts'
import { assembleRun, type Run } from '#lib/telemetry/run.ts'
import type { SpanPart } from '#lib/telemetry/spans.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { insertRuns, type NewRun } from '#lib/store/newRuns.ts'
import { pricesInForce } from '#lib/store/prices.ts'
import { takeSettledTraces } from '#lib/store/spanParts.ts'
import {
  addToBuckets,
  castVotes,
  claimConversations,
  conversationKey,
  watchedRollouts,
} from '#lib/store/tallies.ts'
import { inTransaction, type Tx } from '#lib/store/transaction.ts'

/** How long a run waits for late spans of its trace: exporters send children and root apart. Milliseconds. */
export const settleMs = 200

const tracesMax = 500

/**
 * Makes runs of the traces whose run has settled, and counts each once: in the buckets of the screen, and as a vote of
 * the rollout that watches its version, whose next check it makes due. All in one transaction, so that a crash at any
 * point leaves the trace as it was. Answers how many runs it made.
 */
export async function finaliseRuns(db: PrismaClient, writer: string, now: Date): Promise<number> {
  const prices = await pricesInForce(db, now)
  return await inTransaction(db, async (tx) => {
    const taken = await takeSettledTraces(tx, new Date(now.getTime() - settleMs), tracesMax)
    if (taken.length === 0) return 0
    const receivedAt = new Map<string, Date>()
    for (const row of taken) receivedAt.set(keyOf(row.part as SpanPart), row.receivedAt)

    const traces = Map.groupBy(
      taken.map((row) => row.part as SpanPart),
      (part) => part.traceId,
    )
    const runs = [...traces.values()].flatMap((parts) => assembleRun(parts, prices))
    const arrived = runs.flatMap((run) => {
      const at = receivedAt.get(keyOf(run)) ?? now
      return run.agent === null ? [] : [{ run, agent: run.agent, version: run.version ?? '', receivedAt: at }]
    })
    const voting = await votersOf(tx, arrived, now)
    const fresh = await insertRuns(
      tx,
      arrived.map((each) => newRun(each, voting.has(each))),
    )
    const counted = arrived.filter(({ run }) => fresh.has(keyOf(run)))

    await addToBuckets(tx, writer, [...bucketsOf(counted)])
    await vote(
      tx,
      counted.filter((each) => voting.has(each)),
      now,
    )
    return counted.length
  })
}

interface Arrived {
  readonly run: Run
  readonly agent: string
  readonly version: string
  readonly receivedAt: Date
}

function keyOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}:${spanId}`
}

/** The runs that are evidence of their own: the first of each conversation on its version, in the order they ended. */
async function votersOf(tx: Tx, arrived: readonly Arrived[], now: Date): Promise<ReadonlySet<Arrived>> {
  const inOrder = arrived
    .filter((each) => each.version !== '')
    .sort((a, b) => a.run.endedAt.getTime() - b.run.endedAt.getTime())
  const asked = inOrder.flatMap(({ agent, version, run: { conversationId } }) =>
    conversationId === null ? [] : [{ agent, version, conversationId }],
  )
  const unseen = new Set(await claimConversations(tx, asked, now))
  const voting = new Set<Arrived>()
  for (const each of inOrder) {
    const { conversationId } = each.run
    const key = conversationId === null ? null : conversationKey(each.agent, each.version, conversationId)
    if (!hasVote(each.run, key !== null && !unseen.has(key))) continue
    voting.add(each)
    if (key !== null) unseen.delete(key)
  }
  return voting
}

function* bucketsOf(counted: readonly Arrived[]) {
  const groups = Map.groupBy(counted, ({ agent, version, receivedAt }) =>
    JSON.stringify([agent, version, bucketStart(receivedAt).getTime()]),
  )
  for (const all of groups.values()) {
    const [first] = all
    if (!first) continue
    const { agent, version, receivedAt } = first
    yield { agent, version, startAt: bucketStart(receivedAt), tally: sumOf(all) }
  }
}

function sumOf(all: readonly Arrived[]): Tally {
  return all.reduce((sum, { run }) => mergeTallies(sum, tallyOf(run)), emptyTally)
}

/** Leaves the votes with the rollouts that watch their versions, and makes the next checks due. */
async function vote(tx: Tx, voters: readonly Arrived[], now: Date): Promise<void> {
  const agents = [...new Set(voters.map((each) => each.agent))]
  if (agents.length === 0) return
  const rollouts = await watchedRollouts(tx, agents, now)
  for (const agent of agents) {
    // The newest rollout that watches: an older one is over as soon as a newer one begins.
    const rollout = rollouts.find((each) => each.agent === agent)
    if (!rollout) continue
    const votes = [rollout.candidate, rollout.stable].flatMap((version) => {
      const all = voters.filter((each) => each.agent === agent && each.version === version)
      return all.length === 0 ? [] : [{ agent, version, tally: sumOf(all), firstBadAt: firstBadOf(all) }]
    })
    if (votes.length === 0) continue
    await castVotes(tx, votes, now)
    const wentWrong = votes.some((each) => each.version === rollout.candidate && each.firstBadAt !== null)
    const due = new Date(now.getTime() + checkDelayMs(wentWrong))
    await enqueue(tx, 'evaluate', { rolloutId: rollout.id }, { at: due, keepDue: !wentWrong })
  }
}

function firstBadOf(all: readonly Arrived[]): Date | null {
  const bad = all
    .filter(({ run }) => run.failed || run.toolFailures > 0)
    .map((each) => each.receivedAt.getTime())
  return bad.length === 0 ? null : new Date(Math.min(...bad))
}

function newRun({ run, agent, version, receivedAt }: Arrived, voted: boolean): NewRun {
  return {
    traceId: run.traceId,
    spanId: run.spanId,
    agent,
    version,
    rung: run.rung,
    conversationId: run.conversationId,
    userHash: run.userHash,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    receivedAt,
    latencyMs: run.latencyMs,
    failed: run.failed,
    errorType: run.errorType,
    toolCalls: run.toolCalls,
    toolFailures: run.toolFailures,
    tools: run.tools.map((tool) => ({ ...tool })),
    inputTokens: run.inputTokens,
    outputTokens: run.outputTokens,
    costUsd: run.costUsd,
    unpriced: run.unpriced.map((each) => ({ ...each })),
    voted,
  }
}
