import { emptyTally, mergeTallies, type Tally } from '#lib/domain/tally.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { toJson } from '#lib/store/json.ts'
import { bucketSeconds, bucketStart, tallyOf } from '#lib/telemetry/bucket.ts'

/** How the runs of one version went, in each ten seconds of the past. */
export interface Past {
  readonly agent: string
  readonly version: string
  readonly runsEachTenSeconds: number
  /** Shares, by how long ago it was in minutes. */
  readonly errorRate: (minutesAgo: number) => number
  readonly toolFailureRate: (minutesAgo: number) => number
  readonly latencyMs: number
  readonly costUsd: number
}

/** Writes the figures of so many minutes before `now`, as the edge would have: for charts to be looked at. No evidence. */
export async function writePast(
  db: PrismaClient,
  past: Past,
  minutes: number,
  now: Date,
  random: () => number,
): Promise<void> {
  const slices = Math.floor((minutes * 60) / bucketSeconds)
  const rows = Array.from({ length: slices }, (_, index) => {
    const startAt = bucketStart(new Date(now.getTime() - (index + 1) * bucketSeconds * 1000))
    const minutesAgo = ((index + 1) * bucketSeconds) / 60
    const runs = Math.round(past.runsEachTenSeconds * (0.6 + 0.8 * random()))
    return { startAt, tally: tallyOfPast(past, runs, minutesAgo, random) }
  })
  const { agent, version } = past
  await db.bucket.createMany({
    data: rows.map(({ startAt, tally }) => ({
      agent,
      version,
      startAt,
      writer: 'past',
      tally: toJson(tally),
    })),
  })
}

function tallyOfPast(past: Past, runs: number, minutesAgo: number, random: () => number): Tally {
  return Array.from({ length: runs }, () => {
    const latencyMs = past.latencyMs * (0.5 + random() ** 2)
    const costUsd = past.costUsd * (0.7 + 0.6 * random())
    return tallyOf({
      latencyMs,
      costUsd,
      costUncachedUsd: costUsd,
      failed: random() < past.errorRate(minutesAgo),
      cancelled: false,
      toolCalls: 1,
      toolFailures: random() < past.toolFailureRate(minutesAgo) ? 1 : 0,
      inputTokens: 900,
      outputTokens: 250,
    })
  }).reduce(mergeTallies, emptyTally)
}
