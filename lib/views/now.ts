import 'server-only'
import { type Actor, agentsWhere } from '#lib/domain/actor.ts'
import { database } from '#lib/store/database.ts'
import { Prisma, type PrismaClient } from '#lib/store/generated/client.ts'
import { describeAgent, type NowAgent } from './nowAgent.ts'
import type { NowRow } from './nowState.ts'
import { openIncidentIds } from './openIncidents.ts'

/** Answers "is something on fire?": every agent, worst first. */
export interface NowView {
  readonly agents: readonly NowAgent[]
  readonly openIncidents: number
  /** Where the panel is reached; for the snippets of the first use. */
  readonly publicUrl: string
}

/** Over how long the measured share is taken, in milliseconds. */
const measuredMs = 120_000

/** All agents that the actor may see; or only these. */
export async function readNow(
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
  only: readonly string[] | null = null,
): Promise<NowView> {
  const [rows, open] = await Promise.all([readRows(db, actor, only), openIncidentIds(actor, db)])
  const shares = await readShares(db, rows, new Date(now.getTime() - measuredMs))
  const agents = rows
    .map((row) => describeAgent(row, shares.get(row.agent) ?? null, now))
    .sort((a, b) => a.rank - b.rank || a.agent.localeCompare(b.agent))
  return {
    agents,
    openIncidents: open.length,
    publicUrl:
      process.env.SWITCHBACK_PUBLIC_URL ?? `http://localhost:${process.env.SWITCHBACK_PANEL_PORT ?? 3000}`,
  }
}

async function readRows(db: PrismaClient, actor: Actor, only: readonly string[] | null): Promise<NowRow[]> {
  const seen = agentsWhere(actor, 'view')
  const shown = seen === '*' ? only : seen.filter((agent) => only === null || only.includes(agent))
  const visible = shown === null ? Prisma.empty : Prisma.sql`WHERE a.name = ANY(${[...shown]})`
  return await db.$queryRaw<NowRow[]>`
    SELECT a.name AS agent, a.display_name AS "displayName", a.stable_version AS "stableVersion",
      r.id AS "rolloutId", r.stable, r.candidate, r.phase, r.stage_index AS "stageIndex",
      r.stage_entered_at AS "stageEnteredAt", r.weight_bp AS "weightBp", r.approval_asked_at AS "approvalAskedAt",
      r.rollback_window_ends_at AS "rollbackWindowEndsAt", r.started_at AS "startedAt", r.switch_status AS "switchStatus", r.recovery,
      r.incident_id AS "incidentId", p.policy, d.outcome, d.reason, d.because,
      i.note, CASE WHEN i.decision_id IS NULL THEN i.actor->>'name' END AS "stoppedBy", i.recovery_until AS "recoveryUntil", i.recovery_because AS "recoveryBecause",
      EXISTS (
        SELECT 1 FROM version v JOIN lock l ON l.holds_key = v.agent || ':' || v.digest
        WHERE v.agent = a.name AND v.name = r.candidate) AS "candidateLocked",
      EXISTS (SELECT 1 FROM capability_state c WHERE c.agent IN (a.name, '*') AND c.state = 'deny') AS "writesDenied"
    FROM agent a
    LEFT JOIN LATERAL (
      SELECT * FROM rollout WHERE agent = a.name ORDER BY started_at DESC LIMIT 1) r ON true
    LEFT JOIN policy_version p ON p.agent = r.agent AND p.number = r.policy_number
    LEFT JOIN decision d ON d.id = r.decision_id
    LEFT JOIN incident i ON i.id = r.incident_id
    ${visible}`
}

/** The candidate's share of the runs that came in, 0 to 1; an agent without runs is not in it. */
async function readShares(
  db: PrismaClient,
  rows: readonly NowRow[],
  since: Date,
): Promise<Map<string, number>> {
  const moving = rows.filter((row) => row.candidate !== null)
  if (moving.length === 0) return new Map()
  const measured = await db.$queryRaw<{ agent: string; share: number }[]>`
    SELECT b.agent,
      sum(CASE WHEN b.version = t.candidate THEN (b.tally->>'runs')::float ELSE 0 END)
        / sum((b.tally->>'runs')::float) AS share
    FROM unnest(
      ${moving.map((row) => row.agent)}::text[],
      ${moving.map((row) => row.stable)}::text[],
      ${moving.map((row) => row.candidate)}::text[]) AS t (agent, stable, candidate)
    JOIN bucket b ON b.agent = t.agent AND b.version IN (t.stable, t.candidate) AND b.start_at >= ${since}
    GROUP BY b.agent HAVING sum((b.tally->>'runs')::float) > 0`
  return new Map(measured.map((row) => [row.agent, row.share]))
}
