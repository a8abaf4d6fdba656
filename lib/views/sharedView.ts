import type { Change } from '#lib/store/notices.ts'

export interface Follower {
  /** Takes the view as JSON. */
  send(text: string): void
  /** The view could not be read: what the follower has may be old. */
  onError(): void
}

/** One view that is read once for all who follow it, however many they are. */
export interface SharedView {
  /** Sends the view each time that it is another one. Answers how to stop. */
  follow(follower: Follower): () => void
  /** Told of each change; those the view is not about cost nothing. */
  changed(change: Change): void
}

export interface SharedViewParts {
  /** The view as JSON; null when there is none (any more), or it may not be seen. */
  read(changes: readonly Change[]): Promise<string | null>
  isAbout(change: Change): boolean
  /** After a reading the next one waits so long, so that a burst of changes is read once more and not fifty times. */
  readonly gatherMs: number
  /** Read again so often though nothing was said: figures move by themselves. Null when they do not. */
  readonly everyMs: number | null
  /** Nobody follows any more. */
  onEmpty(): void
}

/** The first change is read at once; those that come while it is read, or soon after, are read together. */
export function shareView(parts: SharedViewParts): SharedView {
  const followers = new Set<Follower>()
  const waiting: Change[] = []
  let last: string | null = null
  let readAt = -Infinity
  let reading = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const plan = () => {
    clearTimeout(timer)
    if (reading || followers.size === 0) return
    const gather = Math.max(0, parts.gatherMs - (performance.now() - readAt))
    const ms = waiting.length > 0 ? gather : parts.everyMs
    if (ms !== null) timer = setTimeout(() => void look(), ms)
  }
  const look = async () => {
    reading = true
    const changes = waiting.splice(0)
    readAt = performance.now()
    try {
      const text = await parts.read(changes)
      if (text !== null && text !== last) for (const { send } of followers) send(text)
      last = text
    } catch {
      for (const { onError } of followers) onError()
    }
    reading = false
    plan()
  }

  return {
    follow(follower) {
      followers.add(follower)
      if (followers.size === 1) plan()
      return () => {
        followers.delete(follower)
        if (followers.size > 0) return
        clearTimeout(timer)
        parts.onEmpty()
      }
    },
    changed(change) {
      if (!parts.isAbout(change)) return
      waiting.push(change)
      plan()
    },
  }
}
