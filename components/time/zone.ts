/** In which zone somebody reads times. A zone is an IANA name: `UTC`, `Europe/Zurich`. Exports are UTC, whoever asks. */

/** `utc`, or the name of the reader's own zone: the server renders with it, so that the first paint is right. */
export const zoneCookie = 'switchback-zone'

export interface Zone {
  readonly name: string
  /** It is the reader's own, chosen as such. */
  readonly isLocal: boolean
}

export const utc: Zone = { name: 'UTC', isLocal: false }

/** The zone that a cookie names. What no clock knows is UTC. */
export function readZone(text: string | undefined): Zone {
  if (!text || text === 'utc' || !isZone(text)) return utc
  return { name: text, isLocal: true }
}

export function zoneText(zone: Zone): string {
  return zone.isLocal ? zone.name : 'utc'
}

function isZone(name: string): boolean {
  try {
    clockOf(name)
    return true
  } catch {
    return false
  }
}

/** What a clock on the wall shows: each part as a number, months from 1. */
export interface Wall {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Making one is slow, so each is made once. Throws a RangeError for what is no zone. */
function clockOf(name: string): Intl.DateTimeFormat {
  const known = clocks.get(name)
  if (known) return known
  const made = new Intl.DateTimeFormat('en', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  clocks.set(name, made)
  return made
}

export function wallOf(at: Date, zone: string): Wall {
  if (zone === 'UTC') return utcWall(at)
  const parts = clockOf(zone).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value ?? 0)
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}

/** Most pages are read in UTC, and some tick a thousand times a second. */
function utcWall(at: Date): Wall {
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  }
}

/** How far the zone is ahead of UTC at that moment, in minutes. */
export function offsetMinutes(at: Date, zone: string): number {
  const { year, month, day, hour, minute, second } = wallOf(at, zone)
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second)
  return Math.round((wallMs - at.getTime()) / 60_000)
}

/** `2026-11-23T15:02`, as a field for date and time has it. */
export function fieldTime(at: Date, zone: string): string {
  return new Date(at.getTime() + offsetMinutes(at, zone) * 60_000).toISOString().slice(0, 16)
}

/** When a clock in that zone shows this; null for what is no time. An hour that is shown twice is the first. */
export function fromFieldTime(text: string, zone: string): Date | null {
  const asUtc = Date.parse(`${text}Z`)
  if (Number.isNaN(asUtc)) return null
  const before = asUtc - offsetMinutes(new Date(asUtc - 86_400_000), zone) * 60_000
  const near = asUtc - offsetMinutes(new Date(before), zone) * 60_000
  return new Date(near)
}
