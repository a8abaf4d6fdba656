/** When Switchback last said something to this tab, and what this tab should read again because of it. */

/** After so long without news the figures on the page count as stale. */
export const staleAfterMs = 15_000

export interface LiveState {
  /** When the last word came, by this browser's clock; null before the first. */
  readonly asOf: number | null
  readonly connected: boolean
}

export interface LiveStore {
  subscribe(listener: () => void): () => void
  read(): LiveState
  heard(connected: boolean): void
  lost(): void
}

export function makeLiveStore(): LiveStore {
  const listeners = new Set<() => void>()
  let state: LiveState = { asOf: null, connected: false }
  const set = (next: LiveState) => {
    state = next
    listeners.forEach((each) => each())
  }
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    read: () => state,
    heard: (connected) => set({ asOf: Date.now(), connected }),
    lost: () => set({ ...state, connected: false }),
  }
}

/** Whether so much time has passed that nobody should trust the figures to be the newest. */
export function isStale(state: LiveState, now: number): boolean {
  return state.asOf !== null && now - state.asOf > staleAfterMs
}
