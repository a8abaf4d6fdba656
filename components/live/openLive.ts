import type { QueryClient } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import { keyOfPushed, keys, type LiveChange, pushedKey, touches } from '#lib/queries/keys.ts'
import { withRows } from '#lib/queries/now.ts'
import type { NowView } from '#lib/views/now.ts'
import type { LiveStore } from './liveStore.ts'

/** Changes that come together are read together. */
const gatherMs = 250
const pollMs = 10_000
const retryMsMax = 15_000

/**
 * Keeps one stream open that follows what the page shows: what it sends takes the place of what was read before. What
 * else changed is read again. `heard` is where the page stood when it was read; a stream that comes back says whether
 * anything was missed, and then everything is read again. While it stays away, everything is read every ten seconds.
 */
export function openLive(client: QueryClient, store: LiveStore, heard: string): () => void {
  let source: EventSource | null = null
  let last = heard
  let followed = new Set<string>()
  let retryMs = 1000
  let retry: ReturnType<typeof setTimeout> | undefined
  let gather: ReturnType<typeof setTimeout> | undefined
  let settle: ReturnType<typeof setTimeout> | undefined
  const changes: LiveChange[] = []

  const readAgain = async (about: (key: readonly unknown[]) => boolean) => {
    await client.invalidateQueries({ predicate: (query) => about(query.queryKey) })
  }
  const everything = () => readAgain((key) => key[0] === 'view')
  const flush = () => {
    gather = undefined
    const gathered = changes.splice(0)
    void readAgain((key) => pushedKey(key) === null && gathered.some((change) => touches(change, key)))
  }
  const shown = () => {
    const active = client.getQueryCache().findAll({ type: 'active' })
    return [...new Set(active.flatMap((query) => pushedKey(query.queryKey) ?? []))].sort()
  }

  const open = () => {
    clearTimeout(retry)
    source?.close()
    const views = shown()
    // What was not followed until now may have changed since it was read, and nobody told.
    let unfollowed = source === null ? [] : views.filter((view) => !followed.has(view))
    followed = new Set(views)
    const opened = new EventSource(paths.live(views, last))
    source = opened
    const hear = (name: string, take: (text: string) => void) =>
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (opened !== source) return
        last = event.lastEventId || last
        retryMs = 1000
        store.heard(true)
        take(event.data)
      })
    hear('hb', () => {
      const late = new Set(unfollowed)
      unfollowed = []
      if (late.size > 0) void readAgain((key) => late.has(pushedKey(key) ?? ''))
    })
    hear('missed', () => void everything())
    hear('view', (text) => put(client, text))
    hear('change', (text) => {
      changes.push(readChange(text))
      gather ??= setTimeout(flush, gatherMs)
    })
    opened.addEventListener('error', () => {
      if (opened !== source) return
      store.lost()
      // While CONNECTING the browser tries again by itself; CLOSED means that it gave up.
      if (opened.readyState !== EventSource.CLOSED) return
      clearTimeout(retry)
      retry = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, retryMsMax)
    })
  }
  const unwatch = client.getQueryCache().subscribe((event) => {
    if (event.type !== 'observerAdded' && event.type !== 'observerRemoved') return
    clearTimeout(settle)
    settle = setTimeout(() => shown().some((view) => !followed.has(view)) && open())
  })
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
    unwatch()
    for (const timer of [retry, gather, settle]) clearTimeout(timer)
    clearInterval(poll)
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', wake)
  }
}

/** Puts what the stream sent where the page reads it. */
function put(client: QueryClient, text: string): void {
  const { key, data } = JSON.parse(text) as { key: string; data: unknown }
  // What is being read was asked for earlier: it must not come later and take the place of this.
  void client.cancelQueries({ queryKey: keyOfPushed(key), exact: true })
  if (key === 'now') {
    const rows = data as NowView
    client.setQueryData<NowView>(keys.now, (view) => (view ? withRows(view, rows) : view))
    return
  }
  client.setQueryData(keyOfPushed(key), data)
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
