import type { Listener } from './events.ts'

/** Whether, and how lately, a server has confirmed the table. */
export interface Contact {
  /** Whether it ever did in the life of this client. */
  wasMade(): boolean
  isFresh(): boolean
  confirm(): void
  ready(timeoutMs: number): Promise<boolean>
  end(): void
}

/** Says `fresh` at the first confirmation and at the first after a silence, `stale` once per silence. */
export function createContact(staleAfterMs: number, emit: Listener): Contact {
  const { promise: made, resolve: settle } = Promise.withResolvers<boolean>()
  let wasMade = false
  let fresh = false
  let ended = false
  let staleness = setTimeout(turnStale, staleAfterMs).unref()

  function turnStale(): void {
    fresh = false
    emit({ type: 'stale', silentMs: staleAfterMs })
  }

  return {
    wasMade: () => wasMade,
    isFresh: () => fresh,
    confirm() {
      if (ended) return
      clearTimeout(staleness)
      staleness = setTimeout(turnStale, staleAfterMs).unref()
      if (fresh) return
      wasMade = true
      fresh = true
      settle(true)
      emit({ type: 'fresh' })
    },
    async ready(timeoutMs) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), timeoutMs)
      })
      return Promise.race([made, late]).finally(() => clearTimeout(timer))
    },
    end() {
      ended = true
      fresh = false
      clearTimeout(staleness)
      settle(false)
    },
  }
}
