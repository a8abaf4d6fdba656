'use client'
import {
  agoWords,
  clockWords,
  countdownWords,
  fullWords,
  momentWords,
  spanWords,
  zoneWords,
} from './words.ts'
import { useNow } from './TimeProvider.tsx'
import { useZone } from './ZoneProvider.tsx'

interface TimeProps {
  /** ISO 8601. */
  readonly at: string
  readonly className?: string | undefined
}

/** `2 min ago`, ticking; the absolute time with its zone on hover. */
export function RelativeTime({ at, className }: TimeProps) {
  const date = new Date(at)
  const zone = useZone()
  return (
    <time dateTime={at} title={fullWords(date, zone)} className={className} suppressHydrationWarning>
      {agoWords(date, useNow(), zone)}
    </time>
  )
}

/** `6:20` until then, ticking. After it: `after`. */
export function Countdown({ at, after = 'now', className }: TimeProps & { after?: string }) {
  const date = new Date(at)
  const left = date.getTime() - useNow().getTime()
  return (
    <time dateTime={at} title={fullWords(date, useZone())} className={className} suppressHydrationWarning>
      {left > 0 ? countdownWords(left) : after}
    </time>
  )
}

/** `21 min` since then, ticking: how long something has lasted. */
export function Elapsed({ at, className }: TimeProps) {
  const date = new Date(at)
  const since = `since ${fullWords(date, useZone())}`
  return (
    <time dateTime={at} title={since} className={className} suppressHydrationWarning>
      {spanWords(useNow().getTime() - date.getTime())}
    </time>
  )
}

/** `14:02:10`, with date and zone on hover. For lists that say their zone. */
export function ClockTime({ at, className }: TimeProps) {
  const date = new Date(at)
  const zone = useZone()
  return (
    <time dateTime={at} title={fullWords(date, zone)} className={className}>
      {clockWords(date, zone)}
    </time>
  )
}

/** `23 Nov 14:02:10 UTC`; how long ago on hover. `bare` leaves the zone to what stands around it. */
export function Moment({ at, className, bare }: TimeProps & { bare?: boolean }) {
  const date = new Date(at)
  const zone = useZone()
  return (
    <time
      dateTime={at}
      title={`${fullWords(date, zone)}, ${agoWords(date, useNow(), zone)}`}
      className={className}
      suppressHydrationWarning
    >
      {momentWords(date, zone)}
      {!bare && ` ${zoneWords(date, zone)}`}
    </time>
  )
}

/** `4 min ago, 23 Nov 14:02:10 UTC`: both, for whoever cannot hover. */
export function AgoAndMoment({ at, className }: TimeProps) {
  const date = new Date(at)
  const zone = useZone()
  return (
    <time dateTime={at} className={className} suppressHydrationWarning>
      {agoWords(date, useNow(), zone)}, {momentWords(date, zone)} {zoneWords(date, zone)}
    </time>
  )
}

/** `2026-11-23 14:02:10 UTC`. */
export function FullTime({ at, className }: TimeProps) {
  const date = new Date(at)
  return (
    <time dateTime={at} className={className}>
      {fullWords(date, useZone())}
    </time>
  )
}

/** The zone in which the times around it are read now: `UTC+1`. */
export function ZoneName() {
  return <span suppressHydrationWarning>{zoneWords(useNow(), useZone())}</span>
}
