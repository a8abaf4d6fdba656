/**
 * How a document writes a duration: whole seconds as a number, or numbers with their units: `30s`, `10m`, `24h`, `7d`,
 * `1h30m`, `1.5h`. The largest unit comes first and each stands once.
 */
export const durationPattern =
  /^(?=\d)(?:(\d{1,9}(?:\.\d{1,6})?)d)?(?:(\d{1,9}(?:\.\d{1,6})?)h)?(?:(\d{1,9}(?:\.\d{1,6})?)m)?(?:(\d{1,9}(?:\.\d{1,6})?)s)?$/

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const
const units = ['d', 'h', 'm', 's'] as const

/** Seconds, with a fraction where the text has one. The text must match `durationPattern`. */
export function readDuration(written: number | string): number {
  if (typeof written === 'number') return written
  const [, ...counts] = durationPattern.exec(written) ?? []
  if (counts.every((count) => count === undefined)) throw new RangeError(`not a duration: ${written}`)
  const seconds = units.reduce((sum, unit, index) => sum + Number(counts[index] ?? 0) * secondsIn[unit], 0)
  // 1.1h is 3960 s, and not the dust of its binary fraction more.
  return Number(seconds.toFixed(6))
}

/** Whole seconds in the largest unit that needs no fraction, hours at most: `600` is `10m`, `86400` is `24h`. */
export function writeDuration(seconds: number): string {
  const unit = (['h', 'm'] as const).find((each) => seconds > 0 && seconds % secondsIn[each] === 0) ?? 's'
  return `${seconds / secondsIn[unit]}${unit}`
}
