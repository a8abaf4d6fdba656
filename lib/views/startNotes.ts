import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { readStartNotes } from '#lib/store/startNotes.ts'

/** What the start of this rollout would say, for whoever may see the agent; nothing for anybody else. */
export async function readNotesFor(
  given: { agent: string; stable: string; policy: Policy },
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<readonly string[]> {
  return may(actor, 'view', given.agent) ? await readStartNotes(db, given, now) : []
}
