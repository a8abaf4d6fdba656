/** Something that runs because we started it. */
export interface Started {
  readonly name: string
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it now. */
  kill(): void
}

/** What was started: ended the other way round. */
export interface StartedStack {
  push(started: Started): void
  /** Stops everything, one after the other; what does not stop is said, and the rest is stopped all the same. */
  stop(): Promise<void>
  kill(): void
}

export function stackOfStarted(say: (line: string) => void): StartedStack {
  const all: Started[] = []
  return {
    push: (started) => void all.push(started),
    async stop() {
      for (const each of all.toReversed()) {
        await each
          .stop()
          .catch((error: unknown) => say(`${each.name} did not stop in order: ${String(error)}`))
      }
    },
    kill() {
      for (const each of all.toReversed()) each.kill()
    },
  }
}
