'use client'
import { clsx } from 'clsx'
import { useNow } from '#components/time/TimeProvider.tsx'
import { spanWords } from '#components/time/words.ts'
import { useLive } from './LiveProvider.tsx'
import { isStale } from './liveStore.ts'

export type Look = 'connecting' | 'live' | 'polling' | 'stale'

const dots: Record<Look, string> = {
  connecting: 'bg-ink-3 animate-pulse',
  live: 'bg-allow shadow-[0_0_0_3px_var(--allow-bg)]',
  polling: 'bg-hold shadow-[0_0_0_3px_var(--hold-bg)]',
  stale: 'rounded-[2px] bg-stop shadow-[0_0_0_3px_var(--stop-bg)]',
}

/** How old the newest word is: `live · 2 s ago`. After fifteen seconds without one the figures are marked stale. */
export function LiveBadge() {
  // Ticks with the page; the age itself is by this browser's own clock, as `asOf` is.
  useNow()
  const live = useLive()
  const age = live.asOf === null ? 0 : Date.now() - live.asOf
  return <LiveLook look={lookOf(live.asOf, live.connected, isStale(live, Date.now()))} age={age} />
}

/** How it looks, `age` milliseconds after the last word. */
export function LiveLook({ look, age }: { look: Look; age: number }) {
  return (
    <span
      className="flex items-center gap-2 text-sm whitespace-nowrap text-ink-2 tabular-nums"
      title={look === 'polling' ? 'The stream is away; asking every ten seconds' : undefined}
      suppressHydrationWarning
    >
      <i aria-hidden className={clsx('solid size-[7px] shrink-0 rounded-full', dots[look])} />
      {words(look, age)}
      <span className="sr-only" role="status">
        {look === 'stale' ? 'No news from Switchback: these figures are old' : ''}
      </span>
    </span>
  )
}

function lookOf(asOf: number | null, connected: boolean, stale: boolean): Look {
  if (asOf === null) return 'connecting'
  if (stale) return 'stale'
  return connected ? 'live' : 'polling'
}

function words(look: Look, age: number): string {
  switch (look) {
    case 'connecting':
      return 'connecting…'
    case 'live':
      return `live · ${spanWords(age)} ago`
    case 'polling':
      return `reconnecting · ${spanWords(age)} ago`
    case 'stale':
      return `stale · ${spanWords(age)} old`
    default:
      return look satisfies never
  }
}
