import 'server-only'
import { nearestVersion } from '#lib/domain/nearestVersion.ts'
import { mendingLine, type UncountedCause, uncountedSentence } from '#lib/domain/uncounted.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { readUncounted } from '#lib/store/uncounted.ts'

/** Runs that could not be counted as a version's, with the line to change. */
export interface UncountedView {
  readonly cause: UncountedCause
  /** The version as it was sent; empty where none was, or where many were. */
  readonly detail: string
  readonly sentence: string
  readonly mend: string
  readonly count: number
  readonly lastAt: string
}

const shownMs = 3_600_000
const shownMax = 8

/**
 * Of the last hour, the most first.
 *
 * @param versions the registered ones, the newest first; a version that was registered since is no unknown one any more
 */
export async function readUncountedView(
  db: PrismaClient,
  agent: string,
  versions: readonly string[],
  now: Date,
): Promise<UncountedView[]> {
  const rows = await readUncounted(db, agent, new Date(now.getTime() - shownMs), now)
  return rows
    .filter(({ cause, detail }) => cause !== 'unknown_version' || !versions.includes(detail))
    .slice(0, shownMax)
    .map(({ cause, detail, count, lastAt }) => ({
      cause,
      detail,
      sentence: uncountedSentence({ cause, detail }),
      mend: mendingLine(cause, detail, cause === 'unknown_version' ? nearestVersion(detail, versions) : null),
      count,
      lastAt: lastAt.toISOString(),
    }))
}
