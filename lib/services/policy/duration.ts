/** How a document writes a duration: whole seconds as a number, or a number with its unit: `30s`, `10m`, `24h`, `7d`. */
export const durationPattern = /^(0|[1-9]\d{0,8})(s|m|h|d)$/

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** Seconds. The text must match `durationPattern`. */
export function readDuration(written: number | string): number {
  if (typeof written === 'number') return written
  const [, count, unit] = durationPattern.exec(written) ?? []
  if (count === undefined || unit === undefined) throw new RangeError(`not a duration: ${written}`)
  return Number(count) * secondsIn[unit as keyof typeof secondsIn]
}

/** Whole seconds in the largest unit that needs no fraction, hours at most: `600` is `10m`, `86400` is `24h`. */
export function writeDuration(seconds: number): string {
  const unit = (['h', 'm'] as const).find((each) => seconds > 0 && seconds % secondsIn[each] === 0) ?? 's'
  return `${seconds / secondsIn[unit]}${unit}`
}
