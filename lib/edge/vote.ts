import { checkDelayMs } from '#lib/domain/pace.ts'
import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import { hasVote, tallyOf } from '#lib/telemetry/bucket.ts'
import type { RunChange } from '#lib/telemetry/runChanges.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { castVotes, claimConversations, conversationKey, watchedRollouts } from '#lib/store/tallies.ts'
import type { Tx } from '#lib/store/transaction.ts'

/** The runs that are evidence of their own: the first of each conversation on its version, in the order they ended. */
export async function votersOf(
  tx: Tx,
  changes: readonly RunChange[],
  now: Date,
): Promise<ReadonlySet<RunChange>> {
  const inOrder = changes
    .filter(({ kind, run }) => kind === 'new' && run.version !== null)
    .sort((a, b) => a.run.endedAt.getTime() - b.run.endedAt.getTime())
  const asked = inOrder.flatMap(({ run: { agent, version, conversationId } }) =>
    conversationId === null ? [] : [{ agent, version: version ?? '', conversationId }],
  )
  const unseen = new Set(await claimConversations(tx, asked, now))
  const voting = new Set<RunChange>()
  for (const each of inOrder) {
    const { agent, version, conversationId } = each.run
    const key = conversationId === null ? null : conversationKey(agent, version ?? '', conversationId)
    if (!hasVote(each.run, key !== null && !unseen.has(key))) continue
    voting.add(each)
    if (key !== null) unseen.delete(key)
  }
  return voting
}

/**
 * Leaves the votes with the rollouts that watch their versions, and makes the next checks due. Of all that was counted
 * only what is new votes: what a run said once it does not say again, whatever comes late.
 */
export async function vote(
  tx: Tx,
  changes: readonly RunChange[],
  voting: ReadonlySet<RunChange>,
  now: Date,
): Promise<void> {
  const voters = changes.filter((each) => voting.has(each))
  const agents = [...new Set(voters.map(({ run }) => run.agent))]
  if (agents.length === 0) return
  const rollouts = await watchedRollouts(tx, agents, now)
  for (const agent of agents) {
    // The newest rollout that watches: an older one is over as soon as a newer one begins.
    const rollout = rollouts.find((each) => each.agent === agent)
    if (!rollout) continue
    const votes = [rollout.candidate, rollout.stable].flatMap((version) => {
      const all = voters.filter(({ run }) => run.agent === agent && run.version === version)
      return all.length === 0 ? [] : [{ agent, version, tally: sumOf(all), firstBadAt: firstBadOf(all) }]
    })
    if (votes.length === 0) continue
    await castVotes(tx, votes, now)
    const wentWrong = votes.some((each) => each.version === rollout.candidate && each.firstBadAt !== null)
    const due = new Date(now.getTime() + checkDelayMs(wentWrong))
    await enqueue(tx, 'evaluate', { rolloutId: rollout.id }, { at: due, keepDue: !wentWrong })
  }
}

function sumOf(all: readonly RunChange[]): Tally {
  return all.reduce((sum, { run }) => mergeTallies(sum, tallyOf(run)), emptyTally)
}

function firstBadOf(all: readonly RunChange[]): Date | null {
  const bad = all
    .filter(({ run }) => run.failed || run.toolFailures > 0)
    .map((each) => each.receivedAt.getTime())
  return bad.length === 0 ? null : new Date(Math.min(...bad))
}
