'use client'
import { agoWords, clockWords, countdownWords, momentWords, spanWords, utcWords } from './words.ts'
import { useNow } from './TimeProvider.tsx'

interface TimeProps {
  /** ISO 8601. */
  readonly at: string
  readonly className?: string | undefined
}

/** `2 min ago`, ticking; the absolute time on hover. */
export function RelativeTime({ at, className }: TimeProps) {
  const date = new Date(at)
  return (
    <time dateTime={at} title={utcWords(date)} className={className} suppressHydrationWarning>
      {agoWords(date, useNow())}
    </time>
  )
}

/** `6:20` until then, ticking. After it: `after`. */
export function Countdown({ at, after = 'now', className }: TimeProps & { after?: string }) {
  const date = new Date(at)
  const left = date.getTime() - useNow().getTime()
  return (
    <time dateTime={at} title={utcWords(date)} className={className} suppressHydrationWarning>
      {left > 0 ? countdownWords(left) : after}
    </time>
  )
}

/** `21 min` since then, ticking: how long something has lasted. */
export function Elapsed({ at, className }: TimeProps) {
  const date = new Date(at)
  return (
    <time dateTime={at} title={`since ${utcWords(date)}`} className={className} suppressHydrationWarning>
      {spanWords(useNow().getTime() - date.getTime())}
    </time>
  )
}

/** `14:02:10`, with the date on hover. */
export function ClockTime({ at, className }: TimeProps) {
  const date = new Date(at)
  return (
    <time dateTime={at} title={utcWords(date)} className={className}>
      {clockWords(date)}
    </time>
  )
}

/** `23 Nov 14:02:10`, in UTC; how long ago on hover. */
export function Moment({ at, className }: TimeProps) {
  const date = new Date(at)
  return (
    <time
      dateTime={at}
      title={`${utcWords(date)}, ${agoWords(date, useNow())}`}
      className={className}
      suppressHydrationWarning
    >
      {momentWords(date)}
    </time>
  )
}
