import { createParser } from 'eventsource-parser'

/** One frame of a stream of server-sent events. */
export interface Heard {
  readonly event: string
  readonly id: string | undefined
  readonly data: unknown
}

export interface HeardStream {
  readonly status: number
  /** Resolves with the next frame that this names, from where the last call ended. */
  next(event?: string): Promise<Heard>
  /** Resolves once the server ended it. */
  ended(): Promise<void>
  close(): void
}

/** Opens a stream of server-sent events and reads it to its end. */
export async function hearStream(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<HeardStream> {
  const abort = new AbortController()
  const answer = await fetch(url, { headers, signal: abort.signal })
  const heard: Heard[] = []
  let wake = () => {}
  let over = false
  const parser = createParser({
    onEvent({ event, id, data }) {
      heard.push({ event: event ?? 'message', id, data: JSON.parse(data) })
      wake()
    },
  })
  const reading = read().finally(() => {
    over = true
    wake()
  })
  async function read(): Promise<void> {
    const decoder = new TextDecoder()
    try {
      for await (const chunk of answer.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
    } catch {
      // Cut off by either side.
    }
  }
  let at = 0
  return {
    status: answer.status,
    async next(event) {
      for (;;) {
        for (; at < heard.length; at += 1) {
          const frame = heard[at]
          if (frame && (event === undefined || frame.event === event)) {
            at += 1
            return frame
          }
        }
        if (over) throw new Error(`The stream ended without ${event ?? 'another frame'}`)
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    ended: () => reading,
    close: () => abort.abort(),
  }
}
