import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import { fromJson, toJson } from './json.ts'
import type { Tx } from './transaction.ts'

/** Where finished runs are counted: in buckets for the screen, and as votes for the next check. */

export interface BucketTally {
  readonly agent: string
  /** Empty where no rung of the version ladder matched. */
  readonly version: string
  readonly startAt: Date
  readonly tally: Tally
}

/** Adds to this writer's buckets. A writer adds to its own only, so no two wait for each other. */
export async function addToBuckets(tx: Tx, writer: string, added: readonly BucketTally[]): Promise<void> {
  for (const { agent, version, startAt, tally } of added) {
    const key = { agent_version_startAt_writer: { agent, version, startAt, writer } }
    const before = await tx.bucket.findUnique({ where: key })
    const sum = mergeTallies(before ? fromJson.tally(before.tally) : emptyTally, tally)
    const json = toJson(sum)
    await tx.bucket.upsert({
      where: key,
      create: { agent, version, startAt, writer, tally: json },
      update: { tally: json },
    })
  }
}

export interface Votes {
  readonly agent: string
  readonly version: string
  readonly tally: Tally
  /** When the first of them that went wrong came in; null when none did. */
  readonly firstBadAt: Date | null
}

/** Leaves votes for the next check of whatever rollout the version is in. */
export async function castVotes(tx: Tx, votes: readonly Votes[], at: Date): Promise<void> {
  if (votes.length === 0) return
  await tx.evidence.createMany({
    data: votes.map((vote) => ({
      agent: vote.agent,
      version: vote.version,
      tally: toJson(vote.tally),
      firstBadAt: vote.firstBadAt,
      at,
    })),
  })
}

/** Which of these conversations had not voted on their version yet; from now on they have. */
export async function claimConversations(
  tx: Tx,
  asked: readonly { agent: string; version: string; conversationId: string }[],
  at: Date,
): Promise<ReadonlySet<string>> {
  if (asked.length === 0) return new Set()
  const rows = await tx.$queryRaw<{ agent: string; version: string; conversation_id: string }[]>`
    INSERT INTO conversation_vote (agent, version, conversation_id, at)
    SELECT t.agent, t.version, t.conversation_id, ${at}
    FROM unnest(
      ${asked.map((a) => a.agent)}::text[], ${asked.map((a) => a.version)}::text[],
      ${asked.map((a) => a.conversationId)}::text[]
    ) AS t(agent, version, conversation_id)
    ORDER BY t.agent, t.version, t.conversation_id
    ON CONFLICT DO NOTHING RETURNING agent, version, conversation_id`
  return new Set(rows.map((row) => conversationKey(row.agent, row.version, row.conversation_id)))
}

/** One conversation on one version, as a key. */
export function conversationKey(agent: string, version: string, conversationId: string): string {
  return JSON.stringify([agent, version, conversationId])
}

/** The rollouts that evidence on these agents speaks of: live, in their rollback window, or being verified. */
export async function watchedRollouts(tx: Tx, agents: readonly string[], now: Date) {
  return await tx.rollout.findMany({
    where: {
      agent: { in: [...agents] },
      OR: [
        { liveKey: { not: null } },
        { phase: 'completed', rollbackWindowEndsAt: { gt: now } },
        { recovery: 'verifying' },
      ],
    },
    select: { id: true, agent: true, stable: true, candidate: true },
    orderBy: { startedAt: 'desc' },
  })
}
