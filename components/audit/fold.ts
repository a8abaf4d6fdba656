/** What makes two entries say the same. */
export interface Foldable {
  readonly action: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly rollout: string | null
}

/**
 * Entries in their order, those that follow each other and say the same together: allows, and holds for one reason, of
 * one rollout. A stop, and every act, stands alone.
 */
export function foldEntries<Entry extends Foldable>(
  entries: readonly Entry[],
): (readonly [Entry, ...Entry[]])[] {
  const folded: [Entry, ...Entry[]][] = []
  for (const entry of entries) {
    const last = folded.at(-1)
    if (last && saysTheSame(last[0], entry)) last.push(entry)
    else folded.push([entry])
  }
  return folded
}

function saysTheSame(a: Foldable, b: Foldable): boolean {
  if (a.action !== 'decision' || b.action !== 'decision' || a.outcome === 'stop') return false
  return a.outcome === b.outcome && a.reason === b.reason && a.rollout === b.rollout
}
