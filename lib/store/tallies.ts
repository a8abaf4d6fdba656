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

/**
 * Adds to this writer's buckets. A writer adds to its own only, so no two wait for each other; what it takes off another's
 * run makes its own bucket less than nothing, and the sum over all writers is right.
 */
export async function addToBuckets(tx: Tx, writer: string, added: readonly BucketTally[]): Promise<void> {
  if (added.length === 0) return
  const agents = added.map((each) => each.agent)
  const versions = added.map((each) => each.version)
  const starts = added.map((each) => each.startAt.toISOString())
  const before = await tx.$queryRaw<{ agent: string; version: string; start_at: Date; tally: unknown }[]>`
    SELECT b.agent, b.version, b.start_at, b.tally FROM bucket b JOIN unnest(
      ${agents}::text[], ${versions}::text[], ${starts}::timestamptz[]) AS t(agent, version, start_at)
    ON b.agent = t.agent AND b.version = t.version AND b.start_at = t.start_at WHERE b.writer = ${writer}`
  const keyOf = (agent: string, version: string, startAt: Date) =>
    JSON.stringify([agent, version, startAt.getTime()])
  const known = new Map(
    before.map((row) => [keyOf(row.agent, row.version, row.start_at), fromJson.tally(row.tally)]),
  )
  const sums = added.map(({ agent, version, startAt, tally }) =>
    JSON.stringify(mergeTallies(known.get(keyOf(agent, version, startAt)) ?? emptyTally, tally)),
  )
  await tx.$executeRaw`
    INSERT INTO bucket (agent, version, start_at, writer, tally)
    SELECT t.agent, t.version, t.start_at, ${writer}, t.tally::jsonb FROM unnest(
      ${agents}::text[], ${versions}::text[], ${starts}::timestamptz[], ${sums}::text[]
    ) AS t(agent, version, start_at, tally)
    ON CONFLICT (agent, version, start_at, writer) DO UPDATE SET tally = EXCLUDED.tally`
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
