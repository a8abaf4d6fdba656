/** What can be wrong with a record, each with its place. */

export const faultKinds = [
  /** The line is no entry. */
  'unreadable',
  /** An entry's content does not fit its hash. */
  'edited',
  /** An entry does not hold the hash of the one before it. */
  'not_following',
  /** Entries are missing between two others, or before the first. */
  'deleted',
  /** An entry stands at another place than its own, or twice. */
  'reordered',
  /** A checkpoint signed another hash at this place. */
  'rewritten',
  /** A checkpoint saw entries after the last one. */
  'cut_off',
  /** A checkpoint itself does not hold. */
  'bad_checkpoint',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  readonly kind: FaultKind
  /** Counted from 1; null where what is wrong is that there is no line. */
  readonly line: number | null
  readonly chain: string | null
  readonly seq: number | null
  /** The number of the entry to look at, which is there: the entry itself, or the one beside what is not there. */
  readonly look: number | null
  /** One sentence with the place in it. */
  readonly says: string
}

/** What is checked first stands first: by line, and what has no line at the end. */
export function inOrder(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((a, b) => (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER))
}
