import type { Arguments } from './workspace.ts'

/** What a call meets. */
export type SlackTrouble =
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'error'; readonly error: string }
  /** The connection breaks; `after` means that the call took effect and its answer is lost. */
  | { readonly kind: 'drop'; readonly when: 'before' | 'after' }
  /** The call takes effect; the head of the answer comes, and half of its body. */
  | { readonly kind: 'cut' }
  /** The call takes effect at once and is answered late. */
  | { readonly kind: 'slow'; readonly delayMs: number }

export type SlackFault = SlackTrouble & {
  /** Only calls of this method; any when absent. */
  readonly method?: string
  /** How many calls; one when absent. */
  readonly times?: number
}

export interface FaultQueue {
  add(fault: SlackFault): void
  /** What this call meets, which uses it up; null when nothing. */
  take(method: string): SlackFault | null
  clear(): void
}

export function createFaultQueue(): FaultQueue {
  const waiting: { fault: SlackFault; left: number }[] = []
  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1 })
    },
    take(method) {
      const at = waiting.findIndex(({ fault }) => fault.method === undefined || fault.method === method)
      const entry = waiting[at]
      if (!entry) return null
      entry.left -= 1
      if (entry.left <= 0) waiting.splice(at, 1)
      return entry.fault
    },
    clear() {
      waiting.length = 0
    },
  }
}

/** A fault as another process asks for it; null when it is none. */
export function readFault(given: Arguments): SlackFault | null {
  const method = typeof given.method === 'string' ? { method: given.method } : {}
  const times = typeof given.times === 'number' ? { times: given.times } : {}
  const trouble = readTrouble(given)
  return trouble && { ...trouble, ...method, ...times }
}

function readTrouble({
  kind,
  retryAfterSeconds,
  status,
  error,
  when,
  delayMs,
}: Arguments): SlackTrouble | null {
  if (kind === 'rate_limited' && typeof retryAfterSeconds === 'number') return { kind, retryAfterSeconds }
  if (kind === 'status' && typeof status === 'number') return { kind, status }
  if (kind === 'error' && typeof error === 'string') return { kind, error }
  if (kind === 'drop' && (when === 'before' || when === 'after')) return { kind, when }
  if (kind === 'slow' && typeof delayMs === 'number') return { kind, delayMs }
  return kind === 'cut' ? { kind } : null
}
