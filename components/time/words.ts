/**
 * Times and spans in few words. Spans take milliseconds and say the largest unit that matters; times take the zone in
 * which they are read.
 */
import { offsetMinutes, wallOf } from './zone.ts'

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
export function agoWords(at: Date, now: Date, zone = 'UTC'): string {
  const span = now.getTime() - at.getTime()
  if (span < -second) return `in ${spanWords(-span)}`
  if (span < second) return 'just now'
  return span < 30 * day ? `${spanWords(span)} ago` : dateWords(at, zone)
}

/** What is left, as a clock: `6:20`, `2 h 10`, `3 d`. Nothing left is `0:00`. */
export function countdownWords(ms: number): string {
  const left = Math.max(0, ms)
  if (left >= hour) return spanWords(left)
  const seconds = Math.ceil(left / second)
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
}

/** `12 Nov 2026`. */
export function dateWords(at: Date, zone: string): string {
  const wall = wallOf(at, zone)
  return `${wall.day} ${months[wall.month - 1]} ${wall.year}`
}

/** `2026-11-23 14:02:10 UTC`, `2026-11-23 15:02:10 UTC+1`: nobody can take it for another moment. */
export function fullWords(at: Date, zone: string): string {
  const { year, month, day: date } = wallOf(at, zone)
  return `${year}-${two(month)}-${two(date)} ${clockWords(at, zone)} ${zoneWords(at, zone)}`
}

/** `14:02:10`. */
export function clockWords(at: Date, zone: string): string {
  const wall = wallOf(at, zone)
  return `${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`
}

/** `23 Nov 14:02:10`. */
export function momentWords(at: Date, zone: string): string {
  const wall = wallOf(at, zone)
  return `${wall.day} ${months[wall.month - 1]} ${clockWords(at, zone)}`
}

/** How a zone stands to UTC at that moment: `UTC`, `UTC+1`, `UTC−3:30`. Said so, since `CST` is three zones. */
export function zoneWords(at: Date, zone: string): string {
  const offset = offsetMinutes(at, zone)
  if (offset === 0) return 'UTC'
  const minutes = Math.abs(offset) % 60
  const hours = Math.floor(Math.abs(offset) / 60)
  return `UTC${offset < 0 ? '−' : '+'}${hours}${minutes === 0 ? '' : `:${two(minutes)}`}`
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}
