import { plural } from '#lib/domain/decision/numbers.ts'
import { nearestVersion } from '#lib/domain/nearestVersion.ts'
import { mendingLine, uncountedSentence } from '#lib/domain/uncounted.ts'
import type { RolloutState } from '#lib/store/rollouts.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { minuteOf, rateBefore, readUncounted } from '#lib/store/uncounted.ts'

/** Runs that may have been the candidate's and could not be counted: mislabelled telemetry never locks a release. */
export interface Doubtful {
  /** Beyond what is usual for the agent, and not taken by an earlier check. */
  readonly runs: number
  /** All of them since the rollout began, with those of earlier checks. */
  readonly total: number
  /** What the verdict says of the causes that were seen lately; empty when there are none. */
  readonly sentence: string
}

const causesShown = 2
/** As far back as the share of runs without a version is asked for (lib/store/times.ts), in the minutes of their counts. */
const latelyMs = 11 * 60_000

/** Takes what could not be counted since the rollout began, above the rate of the hour before it, as far as no check had. */
export async function takeDoubtful(tx: Tx, { rollout, row }: RolloutState, now: Date): Promise<Doubtful> {
  const { agent, startedAt } = rollout
  // The whole minute: without what came of it before the rollout, it would be without what came of it after, too.
  const from = minuteOf(startedAt)
  const causes = await readUncounted(tx, agent, from, now)
  const came = causes.reduce((sum, { count }) => sum + count, 0)
  if (came === 0) return { runs: 0, total: row.doubtfulRuns, sentence: '' }
  const minutes = Math.max(0, now.getTime() - from.getTime()) / 60_000
  const usual = (await rateBefore(tx, agent, from)) * minutes
  const total = Math.max(row.doubtfulRuns, Math.floor(came - usual))
  if (total <= 0) return { runs: 0, total: row.doubtfulRuns, sentence: '' }
  const versions = await tx.version.findMany({ where: { agent }, select: { name: true } })
  const registered = versions.map(({ name }) => name)
  const sentence = causes
    .filter(({ lastAt }) => now.getTime() - lastAt.getTime() < latelyMs)
    .slice(0, causesShown)
    .map(({ cause, detail, count }) => {
      const mend = mendingLine(cause, detail, nearestVersion(detail, registered))
      return `${plural(count, 'run')} could not be counted. ${uncountedSentence({ cause, detail })} ${mend}`
    })
    .join(' ')
  return { runs: Math.max(0, total - row.doubtfulRuns), total, sentence }
}
