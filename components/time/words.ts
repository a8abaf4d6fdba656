/** Times and spans in few words. All of them take milliseconds and say the largest unit that matters. */

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2 s`, `3 min`, `2 h 10`, `4 d`. */
export function spanWords(ms: number): string {
  const span = Math.max(0, ms)
  if (span < minute) return `${Math.floor(span / second)} s`
  if (span < hour) return `${Math.floor(span / minute)} min`
  if (span < day) {
    const minutes = Math.floor((span % hour) / minute)
    const hours = Math.floor(span / hour)
    return minutes === 0 ? `${hours} h` : `${hours} h ${String(minutes).padStart(2, '0')}`
  }
  return `${Math.floor(span / day)} d`
}

/** `just now`, `2 s ago`, `4 d ago`; after thirty days the date. What has yet to come reads `in 3 min`. */
export function agoWords(at: Date, now: Date): string {
  const span = now.getTime() - at.getTime()
  if (span < -second) return `in ${spanWords(-span)}`
  if (span < second) return 'just now'
  return span < 30 * day ? `${spanWords(span)} ago` : dateWords(at)
}

/** What is left, as a clock: `6:20`, `2 h 10`, `3 d`. Nothing left is `0:00`. */
export function countdownWords(ms: number): string {
  const left = Math.max(0, ms)
  if (left >= hour) return spanWords(left)
  const seconds = Math.ceil(left / second)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** `12 Nov 2026`, in UTC. */
export function dateWords(at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`
}

/** `2026-11-23 14:02:10 UTC`. */
export function utcWords(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `14:02:10`, in UTC. */
export function clockWords(at: Date): string {
  return at.toISOString().slice(11, 19)
}

/** `23 Nov 14:02:10`, in UTC. */
export function momentWords(at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${clockWords(at)}`
}
