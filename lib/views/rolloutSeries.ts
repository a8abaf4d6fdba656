import { type Actor, may } from '#lib/domain/actor.ts'
import type { Metric } from '#lib/domain/policy.ts'
import type { Rollout } from '#lib/domain/rollout.ts'
import { rangeMs, type SeriesRange, sliceMsOf, usualRange } from '#lib/domain/series.ts'
import { emptyTally, mergeTallies, ratesOf } from '#lib/domain/tally.ts'
import { database } from '#lib/store/database.ts'
import type { Incident, PrismaClient, Rollout as RolloutRow } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import { findRollout } from '#lib/store/rollouts.ts'

/** Figures over time, for the charts: a point a slice, null where a version had no run. */
export interface SeriesPoint {
  /** The middle of the slice, milliseconds since 1970. */
  readonly at: number
  readonly candidate: Readonly<Record<Metric, number | null>>
  readonly stable: Readonly<Record<Metric, number | null>>
  readonly candidateRuns: number
  readonly stableRuns: number
}

/** What the charts of a rollout draw. It is read apart from the screen, which has its verdict first. */
export interface SeriesView {
  readonly points: readonly SeriesPoint[]
}

const leadMs = 60_000
/** The figures of a rollout over time; null when there is no such rollout, or it is not theirs to see. */
export async function readRolloutSeries(
  rolloutId: string,
  actor: Actor,
  now: Date,
  range: SeriesRange = usualRange,
  db: PrismaClient = database(),
): Promise<SeriesView | null> {
  const found = await findRollout(db, rolloutId)
  if (!found || !may(actor, 'view', found.rollout.agent)) return null
  const { rollout, row } = found
  const incident = row.incidentId ? await db.incident.findUnique({ where: { id: row.incidentId } }) : null
  const until = endOfInterest(row, incident, now)
  return { points: await readSeries(db, rollout, beginOfCharts(rollout, until, range), until) }
}

function beginOfCharts({ startedAt }: Rollout, until: Date, range: SeriesRange): Date {
  return new Date(Math.max(startedAt.getTime() - leadMs, until.getTime() - rangeMs[range]))
}

/** A rollout that is over is shown up to a little after its end. */
function endOfInterest(row: RolloutRow, incident: Incident | null, now: Date): Date {
  const end = incident?.recoveryEndedAt ?? row.rollbackWindowEndsAt
  const after = end ? end.getTime() + 60_000 : now.getTime()
  return new Date(Math.min(now.getTime(), after))
}

/** The figures of both versions between two moments, in slices of whole buckets. */
async function readSeries(
  db: PrismaClient,
  {
    agent,
    candidate,
    stable,
  }: { readonly agent: string; readonly candidate: string; readonly stable: string },
  from: Date,
  to: Date,
): Promise<SeriesPoint[]> {
  const rows = await db.bucket.findMany({
    where: { agent, version: { in: [candidate, stable] }, startAt: { gte: from, lt: to } },
    select: { version: true, startAt: true, tally: true },
  })
  const candidateRuns = rows
    .filter((row) => row.version === candidate)
    .reduce((sum, row) => sum + fromJson.tally(row.tally).runs, 0)
  const sliceMs = sliceMsOf(to.getTime() - from.getTime(), candidateRuns)
  const first = Math.floor(from.getTime() / sliceMs) * sliceMs
  const slices = Math.max(1, Math.ceil((to.getTime() - first) / sliceMs))
  const sums = Array.from({ length: slices }, () => ({ candidate: emptyTally, stable: emptyTally }))
  for (const row of rows) {
    const sum = sums[Math.floor((row.startAt.getTime() - first) / sliceMs)]
    if (!sum) continue
    const side = row.version === candidate ? 'candidate' : 'stable'
    sum[side] = mergeTallies(sum[side], fromJson.tally(row.tally))
  }
  return sums.map((sum, index) => ({
    at: first + (index + 0.5) * sliceMs,
    candidate: ratesOf(sum.candidate),
    stable: ratesOf(sum.stable),
    candidateRuns: sum.candidate.runs,
    stableRuns: sum.stable.runs,
  }))
}
