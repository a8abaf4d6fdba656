import type { Carried } from '#lib/domain/absence.ts'
import type { PrismaClient } from './generated/client.ts'
import { readRunScores } from './scores.ts'
import type { Tx } from './transaction.ts'

/** So many of the newest runs say what an agent's telemetry carries; a day of a busy one would take long to read. */
const lookedAt = 1_000
const dayMs = 24 * 3_600_000

/** What the newest runs of a version carried, of those of the last day. */
export async function readCarried(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  now: Date,
): Promise<Carried> {
  const since = new Date(now.getTime() - dayMs)
  const runs = await db.run.findMany({
    where: { agent, version, foldedInto: null, receivedAt: { gt: since, lte: now } },
    orderBy: { receivedAt: 'desc' },
    take: lookedAt + 1,
    select: {
      traceId: true,
      spanId: true,
      costUsd: true,
      toolCalls: true,
      conversationId: true,
      tools: true,
      attributes: true,
    },
  })
  const looked = runs.slice(0, lookedAt)
  const count = (has: (run: (typeof runs)[number]) => boolean) => looked.filter(has).length
  return {
    runs: looked.length,
    isAll: runs.length <= lookedAt,
    priced: count(({ costUsd }) => costUsd !== null),
    calledTool: count(({ toolCalls }) => toolCalls > 0),
    inConversation: count(({ conversationId }) => conversationId !== null),
    tools: tally(looked.flatMap(({ tools }) => namesOf(tools))),
    attributes: tally(looked.flatMap(({ attributes }) => Object.keys(attributes as object))),
    scores: tally((await readRunScores(db, looked)).map(({ name }) => name)),
  }
}

/** How many of the newest runs of a version had a conversation, of those of the last day. */
export async function readConversations(
  db: Tx | PrismaClient,
  agent: string,
  version: string,
  now: Date,
): Promise<Pick<Carried, 'runs' | 'isAll' | 'inConversation'>> {
  const rows = await db.$queryRaw<{ runs: number; inConversation: number }[]>`
    SELECT count(*)::int AS runs, count(conversation_id)::int AS "inConversation"
    FROM (SELECT conversation_id FROM run
      WHERE agent = ${agent} AND version = ${version} AND folded_into IS NULL
        AND received_at > ${new Date(now.getTime() - dayMs)} AND received_at <= ${now}
      ORDER BY received_at DESC LIMIT ${lookedAt}) newest`
  const { runs, inConversation } = rows[0] ?? { runs: 0, inConversation: 0 }
  return { runs, inConversation, isAll: runs < lookedAt }
}

/** The tools that one run called, each once. */
function namesOf(tools: unknown): string[] {
  return [...new Set((tools as readonly { readonly name: string }[]).map(({ name }) => name))]
}

/** Names come from outside: `constructor` is one too. */
function tally(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]))
}
