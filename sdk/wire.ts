import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'

/** The three requests of the data plane. Neither throws: every way they can end is a value. */

export type Fetch = typeof globalThis.fetch

export interface Call {
  readonly fetch: Fetch
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Ends the call when the client is closed. */
  readonly closed: AbortSignal
  readonly timeoutMs: number
}

/** The server answered, and said no. */
export interface Refused {
  readonly kind: 'refused'
  readonly status: number
  readonly retryAfter: string | null
}

export interface Failed {
  readonly kind: 'failed'
  readonly message: string
}

export type StreamEnd = Refused | Failed | { readonly kind: 'goodbye'; readonly reconnectInMs: number }

const bufferedCharactersMax = 16_000_000

/** Reads a stream until it ends. A stream without a byte for `timeoutMs` has ended. */
export async function readStream(
  call: Call,
  onMessage: (message: EventSourceMessage) => void,
): Promise<StreamEnd> {
  const silence = new AbortController()
  const watchdog = setTimeout(
    () => silence.abort(new Error(`No byte for ${call.timeoutMs} ms`)),
    call.timeoutMs,
  )
  try {
    const signal = AbortSignal.any([call.closed, silence.signal])
    const response = await call.fetch(call.url, { headers: call.headers, signal })
    if (!response.ok) return refusedBy(response)
    const wrong = wrongType(response, 'text/event-stream')
    if (wrong) return wrong

    let goodbyeMs: number | null = null
    const parser = createParser({
      maxBufferSize: bufferedCharactersMax,
      onEvent(message) {
        if (message.event === 'goodbye') goodbyeMs = goodbyeMsOf(message.data)
        else onMessage(message)
      },
    })
    for await (const text of textOf(response)) {
      watchdog.refresh()
      parser.feed(text)
      if (goodbyeMs !== null) return { kind: 'goodbye', reconnectInMs: goodbyeMs }
    }
    return { kind: 'failed', message: 'The server ended the stream' }
  } catch (error) {
    return { kind: 'failed', message: messageOf(error) }
  } finally {
    clearTimeout(watchdog)
    silence.abort()
  }
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const reader = response.body?.getReader()
  if (!reader) return
  const decoder = new TextDecoder()
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    yield decoder.decode(chunk.value, { stream: true })
  }
}

function goodbyeMsOf(data: string): number {
  const said = /"reconnectInMs"\s*:\s*(\d{1,9})/.exec(data)?.[1]
  return said === undefined ? 0 : Number(said)
}

export type TableAnswer =
  | { readonly kind: 'table'; readonly value: unknown }
  | { readonly kind: 'unchanged' }
  | Refused
  | Failed

/** Asks for the table once. `timeoutMs` bounds the whole of it, the body too. */
export async function fetchTable(call: Call): Promise<TableAnswer> {
  try {
    const signal = AbortSignal.any([call.closed, AbortSignal.timeout(call.timeoutMs)])
    const response = await call.fetch(call.url, { headers: call.headers, signal })
    if (response.status === 304) return { kind: 'unchanged' }
    if (!response.ok) return refusedBy(response)
    return wrongType(response, 'application/json') ?? { kind: 'table', value: await response.json() }
  } catch (error) {
    return { kind: 'failed', message: messageOf(error) }
  }
}

/** Posts JSON and reads JSON. Null for whatever else came of it: nobody waits for it, and it is tried again. */
export async function postJson(call: Omit<Call, 'closed'>, body: unknown): Promise<unknown> {
  try {
    const response = await call.fetch(call.url, {
      method: 'POST',
      headers: { ...call.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(call.timeoutMs),
    })
    if (response.ok) return await response.json()
    discard(response)
    return null
  } catch {
    return null
  }
}

function refusedBy(response: Response): Refused {
  discard(response)
  return { kind: 'refused', status: response.status, retryAfter: response.headers.get('retry-after') }
}

function wrongType(response: Response, expected: string): Failed | null {
  const type = response.headers.get('content-type') ?? 'nothing'
  if (type.startsWith(expected)) return null
  discard(response)
  return { kind: 'failed', message: `Expected ${expected}, got ${type}` }
}

/** Gives the connection back. What the body would still have said, or failed with, is of no interest. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined)
}

/** What `fetch` throws says little; its cause says what happened. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
