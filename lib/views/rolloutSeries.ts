import type { Metric } from '#lib/domain/policy.ts'
import { emptyTally, mergeTallies, ratesOf, type Tally } from '#lib/domain/tally.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** Figures over time, for the charts: a point a slice, null where a version had no run. */
export interface SeriesPoint {
  /** The middle of the slice, milliseconds since 1970. */
  readonly at: number
  readonly candidate: Readonly<Record<Metric, number | null>>
  readonly stable: Readonly<Record<Metric, number | null>>
  readonly candidateRuns: number
  readonly stableRuns: number
}

const pointsMax = 120
const bucketMs = 10_000

/** The figures of both versions between two moments, in at most 120 slices of whole buckets. */
export async function readSeries(
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
  const sliceMs = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / bucketMs / pointsMax)) * bucketMs
  const first = Math.floor(from.getTime() / sliceMs) * sliceMs
  const slices = Math.max(1, Math.ceil((to.getTime() - first) / sliceMs))
  const sums = Array.from({ length: slices }, () => ({ candidate: emptyTally, stable: emptyTally }))
  for (const row of rows) {
    const sum = sums[Math.floor((row.startAt.getTime() - first) / sliceMs)]
    if (!sum) continue
    const side = row.version === candidate ? 'candidate' : 'stable'
    sum[side] = mergeTallies(sum[side], row.tally as unknown as Tally)
  }
  return sums.map((sum, index) => ({
    at: first + (index + 0.5) * sliceMs,
    candidate: ratesOf(sum.candidate),
    stable: ratesOf(sum.stable),
    candidateRuns: sum.candidate.runs,
    stableRuns: sum.stable.runs,
  }))
}
