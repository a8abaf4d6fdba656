import type { QueryClient } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import { type LiveChange, touches } from '#lib/queries/keys.ts'
import type { LiveStore } from './liveStore.ts'

/** Changes that come together are read together. */
const gatherMs = 250
const pollMs = 10_000
const retryMsMax = 15_000

/**
 * Keeps one stream open and reads again whatever a change was about. What was missed while the stream was away cannot
 * be known, so everything is read again when it comes back. While it stays away, everything is read every ten seconds.
 */
export function openLive(client: QueryClient, store: LiveStore): () => void {
  let source: EventSource | null = null
  let retryMs = 1000
  let retry: ReturnType<typeof setTimeout> | undefined
  let gather: ReturnType<typeof setTimeout> | undefined
  let missed = false
  const changes: LiveChange[] = []

  const readAgain = async (about: (key: readonly unknown[]) => boolean) => {
    await client.invalidateQueries({ predicate: (query) => about(query.queryKey) })
  }
  const everything = () => readAgain((key) => key[0] === 'view')
  const flush = () => {
    gather = undefined
    const gathered = changes.splice(0)
    void readAgain((key) => gathered.some((change) => touches(change, key)))
  }

  const open = () => {
    source?.close()
    source = new EventSource(paths.live())
    source.addEventListener('open', () => {
      retryMs = 1000
      store.heard(true)
      if (missed) void everything()
      missed = false
    })
    source.addEventListener('hb', () => store.heard(true))
    source.addEventListener('change', (event) => {
      store.heard(true)
      changes.push(readChange(event.data))
      gather ??= setTimeout(flush, gatherMs)
    })
    source.addEventListener('error', () => {
      missed = true
      store.lost()
      // While CONNECTING the browser tries again by itself; CLOSED means that it gave up.
      if (source?.readyState !== EventSource.CLOSED) return
      clearTimeout(retry)
      retry = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, retryMsMax)
    })
  }
  const poll = setInterval(() => {
    if (!store.read().connected && document.visibilityState === 'visible') void everything()
  }, pollMs)
  // A tab that slept may hold a stream that is dead without knowing it.
  const wake = () => {
    if (document.visibilityState === 'visible' && !store.read().connected) open()
  }

  open()
  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)
  return () => {
    source?.close()
    clearTimeout(retry)
    clearTimeout(gather)
    clearInterval(poll)
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', wake)
  }
}

/** What cannot be read is a change of anything. */
export function readChange(text: string): LiveChange {
  try {
    const given: unknown = JSON.parse(text)
    if (typeof given !== 'object' || given === null) return {}
    const words = Object.entries(given).filter((entry) => typeof entry[1] === 'string')
    return Object.fromEntries(words) as LiveChange
  } catch {
    return {}
  }
}
