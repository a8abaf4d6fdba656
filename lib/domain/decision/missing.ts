import type { SilenceSeen } from './terms.ts'

/** Whether far fewer of the candidate's runs came than its share asks for: sampled, mislabelled or hanging alike. */

export interface Missing {
  /** The newest period's share of both versions' runs in it. */
  readonly asked: number
  readonly came: number
}

const askedMin = 20
const askedMany = 200

/** How many runs the newest period asked of the candidate, and how many came; null where nothing can be asked of it. */
export function missingOf(seen: SilenceSeen, share: number): Missing | null {
  if (!(share > 0 && share < 1)) return null
  const newest = Object.keys(seen)
    .map(Number)
    .reduce<number | null>((most, period) => (most === null || period > most ? period : most), null)
  const counts = newest === null ? undefined : seen[newest]
  if (!counts) return null
  return { asked: counts.share * (counts.candidate + counts.stable), came: counts.candidate }
}

/** Fewer than half of at least 20, or fewer than 0.8 · asked − 3 · √asked of at least 200. */
export function isMissing({ asked, came }: Missing): boolean {
  if (asked >= askedMin && came < asked / 2) return true
  return asked >= askedMany && came < 0.8 * asked - 3 * Math.sqrt(asked)
}
