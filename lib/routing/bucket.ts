import { xxHash32 } from 'js-xxhash'

/** How many buckets there are: one is a basis point of the conversations. */
export const bucketsTotal = 10_000

const utf8 = new TextEncoder()

/**
 * The bucket of a unit in a rollout, 0 to 9 999: XXH32 with seed 0 over the UTF-8 bytes of `unit.salt`.
 * HAProxy's `concat(.SALT),xxh32(0),mod(10000)` gives the same number, also for ids that are not ASCII.
 */
export function bucketOf(unit: string, salt: string): number {
  return xxHash32(utf8.encode(`${unit}.${salt}`), 0) % bucketsTotal
}
