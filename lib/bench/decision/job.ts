import { degradedRows } from './degradedRows.ts'
import { healthyRows } from './healthyRows.ts'
import { play, type Played } from './play.ts'

/** A few rollouts of one row, by whoever has time. */

export interface Job {
  readonly kind: 'healthy' | 'degraded'
  readonly row: number
  /** The rollouts of the row from this number on, from 1. */
  readonly from: number
  readonly many: number
}

/** So that no two rows play the same numbers. */
const rowSeeds = 1_000_003

export function playJob({ kind, row, from, many }: Job): readonly Played[] {
  return Array.from({ length: many }, (_, k) => playOne(kind, row, from + k))
}

/** Rollout number `number` of a row: what the table says of it can be looked at again. */
export function playOne(kind: Job['kind'], row: number, number: number): Played {
  const seed = row * rowSeeds + number
  const setting = kind === 'healthy' ? healthyRows[row]?.setting(number) : degradedRows[row]?.setting
  if (!setting) throw new RangeError(`Row ${row} of the ${kind} is not there`)
  return play(setting, seed)
}
