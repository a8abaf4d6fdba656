'use client'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { ViewError } from '#lib/queries/readView.ts'
import { isStale, type LiveState, makeLiveStore, type LiveStore } from './liveStore.ts'
import { openLive } from './openLive.ts'

const LiveContext = createContext<LiveStore | null>(null)
const unheard: LiveState = { asOf: null, connected: false }

function makeClient(store: LiveStore): QueryClient {
  return new QueryClient({
    // An answered poll is news too, while the stream is away.
    queryCache: new QueryCache({ onSuccess: () => store.heard(store.read().connected) }),
    defaultOptions: {
      queries: {
        // What is on the page is the newest until the stream says otherwise.
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < 3 && !(error instanceof ViewError && error.status >= 400 && error.status < 500),
      },
    },
  })
}

/** One event stream for the tab, and the queries that it keeps. `heard` is where the page stood when it was read. */
export function LiveProvider({ heard, children }: { heard: string; children: ReactNode }) {
  const [{ store, client }] = useState(() => {
    const store = makeLiveStore()
    return { store, client: makeClient(store) }
  })
  const [from] = useState(heard)
  useEffect(() => openLive(client, store, from), [client, store, from])
  return (
    <QueryClientProvider client={client}>
      <LiveContext value={store}>{children}</LiveContext>
    </QueryClientProvider>
  )
}

export interface Live extends LiveState {
  /** Whether the figures may be old, by the time given. */
  staleAt(now: number): boolean
}

/** When Switchback last said something to this tab. */
export function useLive(): Live {
  const store = useContext(LiveContext)
  if (!store) throw new Error('useLive needs a LiveProvider above it')
  const state = useSyncExternalStore(store.subscribe, store.read, () => unheard)
  return { ...state, staleAt: (now) => isStale(state, now) }
}
