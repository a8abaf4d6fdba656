'use client'
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'

/** A browser clock further off than this is corrected by the server's. */
const skewMsMax = 5_000

interface Ticker {
  subscribe(listener: () => void): () => void
  /** The second that it is, in milliseconds since 1970, by the server's clock. */
  read(): number
}

function makeTicker(serverNow: number): Ticker {
  const listeners = new Set<() => void>()
  const toSecond = (ms: number) => Math.floor(ms / 1000) * 1000
  let skew: number | null = null
  let interval: ReturnType<typeof setInterval> | null = null
  return {
    subscribe(listener) {
      listeners.add(listener)
      interval ??= setInterval(() => listeners.forEach((each) => each()), 1000)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || !interval) return
        clearInterval(interval)
        interval = null
      }
    },
    read() {
      if (skew === null) {
        const off = serverNow - Date.now()
        skew = Math.abs(off) > skewMsMax ? off : 0
      }
      return toSecond(Date.now() + skew)
    },
  }
}

interface Clock {
  readonly ticker: Ticker
  readonly serverNow: number
}

const ClockContext = createContext<Clock | null>(null)

/** One clock for every ticking time of the page. `now` is the server's, so that the first paint agrees with it. */
export function TimeProvider({ now, children }: { now: string; children: ReactNode }) {
  const clock = useMemo(() => {
    const serverNow = Math.floor(Date.parse(now) / 1000) * 1000
    return { ticker: makeTicker(serverNow), serverNow }
  }, [now])
  return <ClockContext value={clock}>{children}</ClockContext>
}

/** What time it is, anew every second. */
export function useNow(): Date {
  const clock = useContext(ClockContext)
  if (!clock) throw new Error('useNow needs a TimeProvider above it')
  const ms = useSyncExternalStore(clock.ticker.subscribe, clock.ticker.read, () => clock.serverNow)
  return useMemo(() => new Date(ms), [ms])
}
