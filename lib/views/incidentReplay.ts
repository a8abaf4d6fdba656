import canonicalize from 'canonicalize'
import { type Actor, may } from '#lib/domain/actor.ts'
import { replayRecorded } from '#lib/domain/decision/recorded.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'

/** What came of running a decision again from the recorded checks. */
export interface ReplayView {
  readonly checks: number
  readonly outcome: string
  readonly reason: string | null
  /** Whether the answer is, to the last byte of its canonical form, the one on the record. */
  readonly same: boolean
}

/** Runs the decision that opened an incident again; null when no decision did, or it is not this actor's to see. */
export async function replayIncident(
  incidentId: string,
  actor: Actor,
  db: PrismaClient = database(),
): Promise<ReplayView | null> {
  const incident = await db.incident.findUnique({ where: { id: incidentId }, omit: { snapshot: true } })
  if (!incident?.decisionId || !may(actor, 'view', incident.agent)) return null
  const recorded = await db.decision.findUniqueOrThrow({ where: { id: incident.decisionId } })
  const version = await db.policyVersion.findUniqueOrThrow({
    where: { agent_number: { agent: incident.agent, number: recorded.policyNumber } },
  })
  const rows = await db.decision.findMany({
    where: { rolloutId: incident.rolloutId, number: { lte: recorded.number } },
    orderBy: { number: 'asc' },
    select: { check: true },
  })
  const again = replayRecorded(
    fromJson.policy(version.policy),
    rows.map((row) => fromJson.check(row.check)),
  ).at(-1)
  if (!again) return null
  return {
    checks: rows.length,
    outcome: again.outcome,
    reason: again.reason,
    same: canonicalize(again) === canonicalize(recorded.decision),
  }
}
