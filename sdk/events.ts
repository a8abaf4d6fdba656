import type { Revision } from '../lib/routing/table.ts'

/** How the client came by a table. */
export type Via = 'stream' | 'fetch' | 'disk'

/** Why a table was not applied. The one held before stays. */
export type Refusal = 'schema' | 'sum' | 'environment' | 'older' | 'conflict'

/** What happens to the client, for logs and metrics. Nothing here needs an answer. */
export type SwitchbackEvent =
  | {
      readonly type: 'applied'
      readonly via: Via
      readonly revision: Revision
      readonly before: Revision | null
    }
  /** `conflict`: the same revision with another sum. `older` is harmless: an answer that was overtaken. */
  | {
      readonly type: 'refused'
      readonly via: Via
      readonly reason: Refusal
      readonly message: string
      readonly kept: Revision | null
    }
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected'; readonly message: string; readonly retryInMs: number }
  | { readonly type: 'fetch_failed'; readonly message: string }
  | { readonly type: 'auth_failed'; readonly status: number; readonly retryInMs: number }
  | { readonly type: 'told_to_wait'; readonly status: number; readonly retryInMs: number }
  /** The server's head is older than the table held here. */
  | { readonly type: 'server_behind'; readonly head: Revision; readonly held: Revision }
  /** The first confirmation of the table, and the first after it was stale. */
  | { readonly type: 'fresh' }
  | { readonly type: 'stale'; readonly silentMs: number }
  | { readonly type: 'persist_failed'; readonly message: string }
  | { readonly type: 'snapshot_ignored'; readonly message: string }

export type Listener = (event: SwitchbackEvent) => void

/** Calls what the application gave us. When it throws, that is warned of and does not stop the client. */
export function tell<T>(listener: (told: T) => void, told: T): void {
  try {
    listener(told)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}

export function createEmitter(): { readonly emit: Listener; on(listener: Listener): () => void } {
  const listeners = new Set<Listener>()
  return {
    emit(event) {
      for (const listener of listeners) tell(listener, event)
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
