import type { Fault } from './fault.ts'

/** Where a number of the rollout document has to lie, and the words for it. */
export interface Range {
  readonly min: number
  readonly max: number
  /** The smallest value itself does not belong to the range. */
  readonly above?: boolean
  /** Nor the largest. */
  readonly below?: boolean
  readonly whole?: boolean
  readonly expected: string
}

/** A limit on a share. */
export const share: Range = {
  min: 0,
  max: 1,
  above: true,
  expected: 'a share above 0 and at most 1 (0.05 is 5 %)',
}

/** The fault of a number outside its range; none inside. What is no number is outside of every range. */
export function outside(path: string, value: number, range: Range): Fault[] {
  const { min, max, above, below, whole, expected } = range
  const inside =
    (above ? value > min : value >= min) &&
    (below ? value < max : value <= max) &&
    (!whole || Number.isInteger(value))
  return inside ? [] : [{ path, given: Number.isFinite(value) ? value : String(value), expected }]
}
